package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/schema"
)

// checkList checks the arguments of a command that has --list.
func checkList(list bool, format cli.Format, args []string) error {
	switch {
	case list && len(args) > 0:
		return errors.New("--list and schemas cannot be used together; give one of them")
	case list && format == cli.GitHub:
		return errors.New("--list does not support --format github; use text or json")
	}
	return nil
}

// A listedRule is a rule as --list prints it.
type listedRule struct {
	Rule      string `json:"rule"`
	Class     string `json:"class,omitempty"`
	Severity  string `json:"severity"`
	Allowable bool   `json:"allowable"`
	Purpose   string `json:"purpose"`
}

func listLint(w io.Writer, format cli.Format) error {
	var list []listedRule
	for _, r := range schema.Rules() {
		list = append(list, listedRule{r.ID, "", r.Severity.String(), r.Allowable, r.Purpose})
	}
	return printList(w, format, list, "RULE\tSEVERITY\tALLOW\tPURPOSE")
}

func listBreaking(w io.Writer, format cli.Format) error {
	var list []listedRule
	for _, r := range schema.BreakingRules() {
		list = append(list, listedRule{r.ID, r.Class, r.Severity.String(), r.Allowable, r.Purpose})
	}
	return printList(w, format, list, "RULE\tCLASS\tSEVERITY\tALLOW\tREPORTS THAT")
}

// printList prints a table or, as JSON, one object a line.
func printList(w io.Writer, format cli.Format, list []listedRule, head string) error {
	if format == cli.JSON {
		return printListJSON(w, list)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, head)
	for _, r := range list {
		columns := []string{r.Rule}
		if r.Class != "" {
			columns = append(columns, r.Class)
		}
		fmt.Fprintln(table, strings.Join(append(columns, r.Severity, yesOrNo(r.Allowable), r.Purpose), "\t"))
	}
	return table.Flush()
}

func yesOrNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func printListJSON(w io.Writer, list []listedRule) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for _, r := range list {
		if err := encoder.Encode(r); err != nil {
			return err
		}
	}
	return nil
}
