package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"syscall"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/spf13/cobra"
)

const generateHelp = `Generate writes the outputs of schemas: one Go file for each schema and, for a
schema with SLOs, folders of JSON for the Cloud Monitoring API. It checks all
schemas first. If a schema has an error, or a file cannot be written, no file changes.

A file that is up to date is not touched. Generate deletes the files that ocgen
wrote and that no schema generates any more, anywhere below a schema's folder,
so a schema that was renamed or deleted leaves no files. It also deletes the
temporary files of a run that was killed. It never replaces or deletes a file that
ocgen did not write. It does not search hidden folders, vendor, testdata, folders
whose name begins with "_", or other Go modules.

With --check nothing is written. Generate prints a unified diff of all files that
are stale, missing or left over, and the exit code is 1 if there are any.

"-" reads a schema from standard input. Its outputs are relative to the current
folder, and its "generate" section must name the Go file.`

const generateExample = `  ocgen generate                        the schemas of this folder
  ocgen generate metrics.yaml jobs/     one schema, and the schemas of jobs/
  ocgen generate ./...                  all schemas below this folder
  ocgen generate --check ./...          in CI: fail if outputs are stale
  ocgen generate --check --format github`

type generateFlags struct {
	checkFlags
	check bool
}

func newGenerate() *cobra.Command {
	var flags generateFlags
	cmd := &cobra.Command{
		Use:                   "generate [--check] [--strict] [--skip-others] [--format FORMAT] [SCHEMA|DIR|./...]...",
		Short:                 "Generate Go code and SLOs from schemas",
		Long:                  generateHelp,
		Example:               generateExample,
		ValidArgsFunction:     completeSchemas,
		DisableFlagsInUseLine: true,
		RunE:                  flags.run,
	}
	cmd.Flags().BoolVar(&flags.check, "check", false, "write nothing; print a diff of stale files, and exit with 1 if there are any")
	flags.register(cmd)
	return cmd
}

func (f *generateFlags) run(cmd *cobra.Command, args []string) error {
	// 1. Read and check all schemas.
	checked, err := f.checkFlags.check(cmd, args)
	if err != nil {
		return err
	}
	if err := f.report(cmd.OutOrStdout(), unnamed(checked)); err != nil {
		return err
	}
	// 2. Generate in memory.
	var outputs []outfiles.Output
	for _, c := range checked {
		o, err := c.Generate()
		if err != nil {
			return err
		}
		outputs = append(outputs, o)
	}
	// 3. Compare, or write.
	if f.check {
		return f.compare(cmd, outputs)
	}
	return write(cmd, outputs)
}

// unnamed reports a schema from standard input that does not name its Go file, since
// there is no file name to make it from.
func unnamed(checked []cli.Checked) schema.Problems {
	var problems schema.Problems
	for _, c := range checked {
		if c.Base == cli.StdinName && path.Base(c.Schema.Generate.Go) == cli.StdinName+"_gen.go" {
			problems = append(problems, schema.Problem{
				File: c.Name, Place: schema.Place{Line: 1, Col: 1}, Rule: "output-path",
				Message: `a schema from standard input must name its Go file; add a line such as "generate: {go: metrics_gen.go}"`,
			})
		}
	}
	return problems
}

func (f *generateFlags) compare(cmd *cobra.Command, outputs []outfiles.Output) error {
	changes, err := outfiles.Diff(outputs, cli.Claims)
	if err != nil {
		return err
	}
	return f.tellStale(cmd, changes, "ocgen generate")
}

// write writes the outputs to disk. A first interrupt waits until it is finished, which
// takes a moment, because an interrupt must not fall between two renames.
func write(cmd *cobra.Command, outputs []outfiles.Output) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	changes, err := outfiles.Write(outputs, cli.Claims)
	if err != nil {
		return err
	}
	tell(cmd.ErrOrStderr(), changes)
	if ctx.Err() != nil {
		return errors.New("interrupted after all files were written")
	}
	return nil
}

// told is the maximum number of files that are named. Further files are only counted.
const told = 10

func tell(w io.Writer, changes []outfiles.Change) {
	for i, c := range changes {
		if i == told {
			fmt.Fprintf(w, "and %s\n", plural(len(changes)-told, "more file"))
			return
		}
		verb := "wrote"
		if c.Action == outfiles.Delete {
			verb = "deleted"
		}
		fmt.Fprintln(w, verb, c.Path)
	}
}
