package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/spf13/cobra"
)

const docsHelp = `Docs describes the metrics, tags and SLOs of schemas in Markdown, for the people who
read dashboards: names in each system, labels and their values, bounds, recorders,
owners, error budgets. The page goes to standard output. Several schemas become one
page, with one part for each.

With -o the page is written to a file. Docs never replaces a file that ocgen did not
write, or a page that a schema names: "generate: {docs: METRICS.md}" makes the page an
output of the schema, which "ocgen generate" writes.

With --check nothing is written. Docs prints a unified diff if the file of -o is stale
or missing, and the exit code is 1. Without -o it checks the pages that the schemas
name. "ocgen generate --check" checks these too.`

const docsExample = `  ocgen docs                             print the page of the schemas of this folder
  ocgen docs -o docs/METRICS.md ./...    one page about all schemas below this folder
  ocgen docs -o docs/METRICS.md --check ./...`

type docsFlags struct {
	checkFlags
	output string
	check  bool
}

func newDocs() *cobra.Command {
	var flags docsFlags
	cmd := &cobra.Command{
		Use:                   "docs [-o FILE] [--check] [--strict] [--skip-others] [--format FORMAT] [SCHEMA|DIR|./...]...",
		Short:                 "Describe metrics and SLOs in Markdown",
		Long:                  docsHelp,
		Example:               docsExample,
		Args:                  flags.args,
		ValidArgsFunction:     completeSchemas,
		DisableFlagsInUseLine: true,
		RunE:                  flags.run,
	}
	cmd.Flags().StringVarP(&flags.output, "output", "o", "", "write the page to `FILE`, whose name ends in .md")
	cmd.Flags().BoolVar(&flags.check, "check", false, "write nothing; print a diff of stale pages, and exit with 1 if there are any")
	flags.register(cmd)
	return cmd
}

func (f *docsFlags) args(cmd *cobra.Command, _ []string) error {
	if cmd.Flags().Changed("output") && filepath.Ext(f.output) != ".md" {
		return fmt.Errorf("-o %s: the name of a page ends in .md; name a file such as METRICS.md", f.output)
	}
	return nil
}

func (f *docsFlags) run(cmd *cobra.Command, args []string) error {
	// 1. Read and check all schemas. Problems do not go into the page.
	problems := cmd.OutOrStdout()
	if f.output == "" && !f.check {
		problems = cmd.ErrOrStderr()
	}
	checked, err := f.checkTo(problems, cmd, args)
	if err != nil || len(checked) == 0 {
		return err
	}
	// 2. Make the page, and print, compare or write it.
	switch {
	case f.output == "" && f.check:
		return f.compareNamed(cmd, checked)
	case f.output == "":
		_, err := cmd.OutOrStdout().Write(cli.Page(checked))
		return err
	}
	outputs := []outfiles.Output{pageAt(f.output, cli.Page(checked))}
	if !f.check {
		return write(cmd, outputs)
	}
	changes, err := outfiles.Diff(outputs, cli.Claims)
	if err != nil {
		return err
	}
	cure := "ocgen docs -o " + shellWord(filepath.ToSlash(f.output))
	for _, arg := range args {
		cure += " " + shellWord(arg)
	}
	return f.tellStale(cmd, changes, cure)
}

// pageAt returns the page at a path as an output of no schema. Folders that do not exist
// are part of the path below the output's folder, so that they are made.
func pageAt(file string, data []byte) outfiles.Output {
	dir, below := filepath.Split(filepath.Clean(file))
	dir = filepath.Clean(dir)
	for {
		_, err := os.Stat(dir)
		if err == nil || dir == filepath.Dir(dir) {
			break
		}
		below = filepath.Join(filepath.Base(dir), below)
		dir = filepath.Dir(dir)
	}
	return outfiles.Output{Dir: dir, Files: []outfiles.File{{Path: filepath.ToSlash(below), Data: data}}}
}

// compareNamed compares the pages that schemas name under generate.
func (f *docsFlags) compareNamed(cmd *cobra.Command, checked []cli.Checked) error {
	var outputs []outfiles.Output
	pages := map[string]bool{}
	for _, c := range checked {
		name := c.Schema.Generate.Path("docs")
		if name == "" {
			continue
		}
		o, err := c.Generate()
		if err != nil {
			return err
		}
		outputs = append(outputs, o)
		pages[filepath.ToSlash(filepath.Join(c.Dir, name))] = true
	}
	if len(pages) == 0 {
		return errors.New(`no schema names a page; add "generate: {docs: METRICS.md}" to one, or name the page with -o`)
	}
	changes, err := outfiles.Diff(outputs, cli.Claims)
	if err != nil {
		return err
	}
	other := func(c outfiles.Change) bool { return !pages[c.Path] }
	return f.tellStale(cmd, slices.DeleteFunc(changes, other), "ocgen generate")
}
