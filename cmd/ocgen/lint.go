package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/schema"
	"github.com/spf13/cobra"
)

const lintHelp = `Lint prints all problems of schemas and writes no files. Each problem is one line:

  file:line:col: error|warning: message [rule]

Some rules can be silenced: write "allow: [rule]" on an element of the schema or
on an element around it. The column ALLOW of "ocgen lint --list" shows which.`

const lintExample = `  ocgen lint
  ocgen lint --strict --format github services/*/metrics.yaml
  ocgen lint --list`

type lintFlags struct {
	checkFlags
	verbose, list bool
}

func newLint() *cobra.Command {
	var flags lintFlags
	cmd := &cobra.Command{
		Use:                   "lint [-v] [--strict] [--format FORMAT] [--list | [SCHEMA|DIR]...]",
		Short:                 "Check schemas",
		Long:                  lintHelp,
		Example:               lintExample,
		Args:                  flags.args,
		ValidArgsFunction:     completeSchemas,
		DisableFlagsInUseLine: true,
		RunE:                  flags.run,
	}
	cmd.Flags().BoolVarP(&flags.verbose, "verbose", "v", false, "also print, to stderr, how many time series each view can have, and notes on SLOs")
	cmd.Flags().BoolVar(&flags.list, "list", false, "print the rules and exit, as a table or, with --format json, as one object a line")
	flags.register(cmd)
	return cmd
}

func (f *lintFlags) args(_ *cobra.Command, args []string) error {
	switch {
	case f.list && len(args) > 0:
		return errors.New("--list and schemas cannot be used together; give one of them")
	case f.list && f.format == cli.GitHub:
		return errors.New("--list does not support --format github; use text or json")
	}
	return nil
}

func (f *lintFlags) run(cmd *cobra.Command, args []string) error {
	if f.list {
		return f.listRules(cmd.OutOrStdout())
	}
	checked, err := f.check(cmd, args)
	if f.verbose {
		printSeries(cmd.ErrOrStderr(), checked)
		printNotes(cmd.ErrOrStderr(), checked)
	}
	return err
}

// printSeries prints how many time series each view can have in one process, with all
// values of its tags.
func printSeries(w io.Writer, checked []cli.Checked) {
	for _, c := range checked {
		if c.Schema == nil {
			continue
		}
		for _, v := range c.Schema.Views() {
			fmt.Fprintf(w, "%s:%d:%d: %s: at most %d time series\n", c.Name, v.Place.Line, v.Place.Col, v.ID, v.Series())
		}
	}
}

// printNotes prints the notes on the schemas.
func printNotes(w io.Writer, checked []cli.Checked) {
	for _, c := range checked {
		if c.Schema == nil {
			continue
		}
		for _, n := range c.Schema.Notes() {
			fmt.Fprintf(w, "%s:%d:%d: note: %s\n", c.Name, n.Place.Line, n.Place.Col, n.Text)
		}
	}
}

func (f *lintFlags) listRules(w io.Writer) error {
	if f.format == cli.JSON {
		return listJSON(w)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tSEVERITY\tALLOW\tPURPOSE")
	for _, r := range schema.Rules() {
		allow := "no"
		if r.Allowable {
			allow = "yes"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", r.ID, r.Severity, allow, r.Purpose)
	}
	return table.Flush()
}

func listJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, r := range schema.Rules() {
		row := struct {
			Rule      string `json:"rule"`
			Severity  string `json:"severity"`
			Allowable bool   `json:"allowable"`
			Purpose   string `json:"purpose"`
		}{r.ID, r.Severity.String(), r.Allowable, r.Purpose}
		if err := encoder.Encode(row); err != nil {
			return err
		}
	}
	return nil
}
