package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/spf13/cobra"
)

// checkFlags are the flags of the commands that read schemas.
type checkFlags struct {
	strict     bool
	skipOthers bool
	format     cli.Format
	today      string // only lint has the flag
}

func (f *checkFlags) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.strict, "strict", false, "treat warnings as errors")
	cmd.Flags().BoolVar(&f.skipOthers, "skip-others", false, "skip arguments that are not schemas, for hooks that pass the names of all changed files")
	registerFormat(cmd, &f.format)
}

func registerFormat(cmd *cobra.Command, format *cli.Format) {
	cmd.Flags().Var(format, "format", "how to print problems: "+strings.Join(cli.FormatNames(), ", "))
	// The only possible error is an unknown flag.
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(cli.FormatNames(), cobra.ShellCompDirectiveNoFileComp))
}

// check reads all schemas and prints their problems. It returns errFound if one of them
// counts as an error, and always the schemas that could be read.
func (f *checkFlags) check(cmd *cobra.Command, args []string) ([]cli.Checked, error) {
	return f.checkTo(cmd.OutOrStdout(), cmd, args)
}

// checkTo is check for a command whose problems do not go to standard output.
func (f *checkFlags) checkTo(w io.Writer, cmd *cobra.Command, args []string) ([]cli.Checked, error) {
	load := cli.Load
	if f.skipOthers {
		load = cli.LoadAmong
	}
	sources, err := load(args, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	checked, problems := cli.Check(sources, f.today)
	return checked, f.report(w, problems)
}

// report prints problems, and returns errFound if one of them counts as an error.
func (f *checkFlags) report(w io.Writer, problems schema.Problems) error {
	if err := f.format.Problems(w, problems); err != nil {
		return err
	}
	if problems.Errors() > 0 || f.strict && len(problems) > 0 {
		return errFound
	}
	return nil
}

// tellStale prints the files that are not up to date, and the command that writes them.
// It returns errFound if there are any.
func (f *checkFlags) tellStale(cmd *cobra.Command, changes []outfiles.Change, cure string) error {
	if len(changes) == 0 {
		return nil
	}
	if err := f.format.Changes(cmd.OutOrStdout(), changes, cure); err != nil {
		return err
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "ocgen: not up to date: %s; run %s\n", plural(len(changes), "file"), cure)
	return errFound
}

// plural returns, for example, "1 file" or "2 files".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
