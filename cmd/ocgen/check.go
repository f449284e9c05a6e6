package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/schema"
	"github.com/spf13/cobra"
)

// checkFlags are the flags of the commands that read schemas.
type checkFlags struct {
	strict bool
	format cli.Format
}

func (f *checkFlags) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.strict, "strict", false, "treat warnings as errors")
	cmd.Flags().Var(&f.format, "format", "how to print problems: "+strings.Join(cli.FormatNames(), ", "))
	// The only possible error is an unknown flag.
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(cli.FormatNames(), cobra.ShellCompDirectiveNoFileComp))
}

// check reads all schemas and prints their problems. It returns errFound if one of them
// counts as an error, and always the schemas that could be read.
func (f *checkFlags) check(cmd *cobra.Command, args []string) ([]cli.Checked, error) {
	sources, err := cli.Load(args, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	checked, problems := cli.Check(sources)
	return checked, f.report(cmd.OutOrStdout(), problems)
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

// plural returns, for example, "1 file" or "2 files".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
