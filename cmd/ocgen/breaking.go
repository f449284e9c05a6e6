package main

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"github.com/ocgen/ocgen/compare"
	"github.com/ocgen/ocgen/internal/baseline"
	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/schema"
	"github.com/spf13/cobra"
)

const breakingHelp = `Breaking compares schemas with an earlier version of them, the base. It reports what
loses stored data, the history of an SLO, or a build of code that uses the package.

The base is the last commit, or with --against:

  main, v1.4.0, a1b2c3d    a branch, a tag, a commit
  main...                  the commit where this branch left main: best for CI,
                           since what others added to main is not reported
  .git#branch=main         a repository in buf's spelling; also tag, commit, ref, subdir
  old/, old.yaml           a folder or a file

A path that exists is a folder or a file. Nothing is checked out or fetched.

The schema says that a change is meant: with "allow: [rule]" on an element, with "removed"
for a metric or an SLO that is gone, or with "stability: experimental".`

const breakingExample = `  ocgen breaking                           what is not committed, with the last commit
  ocgen breaking --against main... ./...   this branch, with where it left main
  ocgen breaking --against v1.4.0 -v       also notes: new metrics, values, descriptions
  ocgen breaking --list`

type breakingFlags struct {
	checkFlags
	against       string
	verbose, list bool
}

func newBreaking() *cobra.Command {
	var flags breakingFlags
	cmd := &cobra.Command{
		Use:                   "breaking [--against BASE] [-v] [--strict] [--skip-others] [--format FORMAT] [--list | [SCHEMA|DIR|./...]...]",
		Short:                 "Report what a change of schemas breaks",
		Long:                  breakingHelp,
		Example:               breakingExample,
		Args:                  flags.args,
		ValidArgsFunction:     completeSchemas,
		DisableFlagsInUseLine: true,
		RunE:                  flags.run,
	}
	cmd.Flags().StringVar(&flags.against, "against", "", "the base: a commit, branch or tag, \"main...\", a folder or a file; without it, the last commit")
	cmd.Flags().BoolVarP(&flags.verbose, "verbose", "v", false, "also print notes: what is new, and what an element's stability excuses")
	cmd.Flags().BoolVar(&flags.list, "list", false, "print the rules and exit, as a table or, with --format json, as one object a line")
	flags.register(cmd)
	return cmd
}

func (f *breakingFlags) args(_ *cobra.Command, args []string) error {
	return checkList(f.list, f.format, args)
}

func (f *breakingFlags) run(cmd *cobra.Command, args []string) error {
	if f.list {
		return listBreaking(cmd.OutOrStdout(), f.format)
	}
	if cmd.Flags().Changed("against") && f.against == "" {
		return errors.New("--against is empty; name a commit, a branch, a tag, a file or a folder, or leave the flag out to compare with the last commit")
	}
	areas, err := cli.Areas(args)
	if err != nil {
		return err
	}
	// 1. Read and check the schemas of now.
	checked, err := f.readNow(cmd, args)
	if err != nil {
		return err
	}
	// 2. Read the schemas of the base.
	base, err := baseline.Open(f.against, areas[0].Dir)
	if err != nil {
		return err
	}
	was, is, err := f.sides(cmd, base, areas, checked)
	if err != nil {
		return err
	}
	// 3. Compare.
	result, err := compare.Compare(was, is)
	if err != nil {
		return err
	}
	return f.print(cmd, base, result)
}

// readNow reads the schemas of now. Only their errors are printed, since lint has the
// rest.
func (f *breakingFlags) readNow(cmd *cobra.Command, args []string) ([]cli.Checked, error) {
	load := cli.LoadRemaining
	if f.skipOthers {
		load = cli.LoadAmong
	}
	sources, err := load(args, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	checked, problems := cli.Check(sources, "")
	return checked, f.report(cmd.OutOrStdout(), onlyErrors(problems))
}

func onlyErrors(problems schema.Problems) schema.Problems {
	return slices.DeleteFunc(problems, func(p schema.Problem) bool { return p.Severity != schema.Error })
}

// sides returns the schemas of the base and of now.
func (f *breakingFlags) sides(cmd *cobra.Command, base baseline.Base, areas []cli.Area, checked []cli.Checked) (was, is []*compare.File, err error) {
	sources := make([]cli.Source, len(checked))
	for i, c := range checked {
		sources[i] = c.Source
	}
	paths, err := baseline.Paths(base, areas, sources)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range checked {
		is = append(is, newFile(c.Schema, paths[c.Name], c.Name))
	}
	files, err := baseline.Load(base, areas, paths)
	if err != nil {
		return nil, nil, err
	}
	if len(files)+len(is) == 0 && !f.skipOthers {
		return nil, nil, errors.New("no schema in the arguments, neither now nor in the base; a schema is a .yaml or .yml file with a top-level \"ocgen:\" key")
	}
	was, err = f.parseBase(cmd, base, files)
	return was, is, err
}

// newFile returns a schema for the comparison. name is its name in the file system.
func newFile(s *schema.Schema, at, name string) *compare.File {
	folder := filepath.FromSlash(path.Dir(path.Join(path.Dir(name), s.Generate.Go)))
	return &compare.File{Schema: s, Name: name, Path: at, Importable: s.Package != "main" && cli.IsImportable(folder)}
}

// parseBase parses the schemas of the base. If one has errors, it prints them.
func (f *breakingFlags) parseBase(cmd *cobra.Command, base baseline.Base, files []baseline.File) ([]*compare.File, error) {
	var all []*compare.File
	var problems schema.Problems
	for _, file := range files {
		s, found := baseline.Parse(base, file)
		if s == nil {
			problems = append(problems, onlyErrors(found)...)
			continue
		}
		all = append(all, newFile(s, file.Path, file.NowName))
	}
	if len(problems) == 0 {
		return all, nil
	}
	if err := f.format.Problems(cmd.OutOrStdout(), problems); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("the base %s has %s, so nothing can be compared with it; choose another base with --against", base, plural(len(problems), "error"))
}

// print prints the findings, and a line that counts them. Notes are printed with -v, and
// always as JSON.
func (f *breakingFlags) print(cmd *cobra.Command, base baseline.Base, result compare.Result) error {
	shown := result.Findings
	if !f.verbose && f.format != cli.JSON {
		shown = slices.DeleteFunc(slices.Clone(shown), func(found compare.Finding) bool { return found.Severity == schema.Info })
	}
	if err := f.format.Findings(cmd.OutOrStdout(), shown); err != nil {
		return err
	}
	breaking, warnings := result.Count(schema.Error), result.Count(schema.Warning)
	if f.verbose || len(result.Findings) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "ocgen: %d breaking, %s against %s%s\n", breaking, plural(warnings, "warning"), base, growth(result.Series))
	}
	if breaking > 0 || f.strict && warnings > 0 {
		return errFound
	}
	return nil
}

// growth says how many more series a process can have, or nothing.
func growth(more int64) string {
	switch {
	case more > 0:
		return fmt.Sprintf("; +%s series a process", schema.Thousands(more))
	case more < 0:
		return fmt.Sprintf("; %s series a process", schema.Thousands(more))
	}
	return ""
}
