package main

import (
	"fmt"
	"io"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/schema"
	"github.com/spf13/cobra"
)

const lintHelp = `Lint prints all problems of schemas and writes no files. Each problem is one line:

  file:line:col: error|warning: message [rule]

Lint also compares the schemas with each other: two must not define one metric
differently, or declare one SLO. So check all schemas of a repository in one run.

Some rules can be silenced: write "allow: [rule]" on an element of the schema or
on an element around it. The column ALLOW of "ocgen lint --list" shows which.`

const lintExample = `  ocgen lint
  ocgen lint --strict --format github ./...
  ocgen lint --list`

type lintFlags struct {
	checkFlags
	verbose, list bool
}

func newLint() *cobra.Command {
	var flags lintFlags
	cmd := &cobra.Command{
		Use:                   "lint [-v] [--strict] [--skip-others] [--today DATE] [--format FORMAT] [--list | [SCHEMA|DIR|./...]...]",
		Short:                 "Check schemas",
		Long:                  lintHelp,
		Example:               lintExample,
		Args:                  flags.args,
		ValidArgsFunction:     completeSchemas,
		DisableFlagsInUseLine: true,
		RunE:                  flags.run,
	}
	cmd.Flags().BoolVarP(&flags.verbose, "verbose", "v", false, "also print, to stderr, how many time series each view can have, the alerts of each SLO, and notes")
	cmd.Flags().BoolVar(&flags.list, "list", false, "print the rules and exit, as a table or, with --format json, as one object a line")
	cmd.Flags().StringVar(&flags.today, "today", "", "the date, such as 2027-03-02: also warn of former names whose \"until\" is before it")
	flags.register(cmd)
	return cmd
}

func (f *lintFlags) args(_ *cobra.Command, args []string) error {
	if f.today != "" && !schema.IsDate(f.today) {
		return fmt.Errorf("--today is %q and must be a date, such as 2027-03-02", f.today)
	}
	return checkList(f.list, f.format, args)
}

func (f *lintFlags) run(cmd *cobra.Command, args []string) error {
	if f.list {
		return listLint(cmd.OutOrStdout(), f.format)
	}
	checked, err := f.check(cmd, args)
	if f.verbose {
		printSeries(cmd.ErrOrStderr(), checked)
		printAlerts(cmd.ErrOrStderr(), checked)
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
			names := ""
			if n := len(v.Exports()); n > 1 {
				names = fmt.Sprintf(", under each of %d names", n)
			}
			fmt.Fprintf(w, "%s:%d:%d: %s: at most %d time series%s\n", c.Name, v.Place.Line, v.Place.Col, v.ID, v.Series(), names)
		}
	}
}

// printAlerts prints the tiers of each SLO in a schema that generates alerts.
func printAlerts(w io.Writer, checked []cli.Checked) {
	for _, c := range checked {
		if c.Schema == nil || !c.Schema.GeneratesAlerts() {
			continue
		}
		for i, o := range c.Schema.SLOs {
			for _, in := range alertsByEnvironment(c.Schema, i) {
				fmt.Fprintf(w, "%s:%d:%d: %s: alerts%s: %s\n", c.Name, o.Place.Line, o.Place.Col, o.ID, in.environments, in.text)
			}
		}
	}
}

// alertsText describes the alerts of an SLO. Without policies, Prometheus has the alerts of
// the SLOs that it can compute.
func alertsText(s *schema.Schema, o *schema.SLO) string {
	policies := s.Generate.Path("alerts") != ""
	if !policies && !o.Computable() {
		return "none"
	}
	return o.AlertsText(policies)
}

// An alertsIn is the description of the alerts that an SLO has in some environments.
type alertsIn struct{ environments, text string }

// alertsByEnvironment describes the alerts of the i-th SLO: once if they are the same
// everywhere, otherwise once for each environment.
func alertsByEnvironment(s *schema.Schema, i int) []alertsIn {
	var all []alertsIn
	differ := false
	for _, resolved := range s.Resolved() {
		in := alertsIn{" in " + resolved.Environment, alertsText(resolved, resolved.SLOs[i])}
		differ = differ || len(all) > 0 && in.text != all[0].text
		all = append(all, in)
	}
	if !differ {
		return []alertsIn{{"", all[0].text}}
	}
	return all
}

// printNotes prints the notes on the schemas.
func printNotes(w io.Writer, checked []cli.Checked) {
	for _, c := range checked {
		for _, n := range c.Notes {
			fmt.Fprintf(w, "%s:%d:%d: note: %s\n", c.Name, n.Place.Line, n.Place.Col, n.Text)
		}
	}
}
