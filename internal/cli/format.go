package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// Format is how problems are printed. It is a flag's value; the zero Format is
// [Text].
type Format int

const (
	Text   Format = iota // file:line:col: severity: message [rule]
	JSON                 // one object a line
	GitHub               // workflow commands, which GitHub shows beside the code
)

// formats are the formats' names, in the order of their constants.
var formats = [...]string{"text", "json", "github"}

// FormatNames returns the names that Set takes.
func FormatNames() []string { return formats[:] }

func (f Format) String() string { return formats[f] }

// Type is the placeholder of the flag's value in the help.
func (f Format) Type() string { return "FORMAT" }

// Set takes a format's name.
func (f *Format) Set(name string) error {
	for i, known := range formats {
		if name == known {
			*f = Format(i)
			return nil
		}
	}
	return fmt.Errorf("give text, json or github")
}

// A finding is one thing to report.
type finding struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Severity string `json:"severity"`
	Rule     string `json:"rule"`
	Message  string `json:"message"`
	Diff     string `json:"diff,omitempty"`
}

// Problems prints problems in their order.
func (f Format) Problems(w io.Writer, problems schema.Problems) error {
	for _, p := range problems {
		if f == Text {
			if _, err := fmt.Fprintln(w, p); err != nil {
				return err
			}
			continue
		}
		if err := f.print(w, finding{
			File: p.File, Line: p.Place.Line, Column: p.Place.Col,
			Severity: p.Severity.String(), Rule: p.Rule, Message: p.Message,
		}); err != nil {
			return err
		}
	}
	return nil
}

// StaleRule is the rule of an output that is not as its schema wants it.
const StaleRule = "stale-output"

// Changes prints what generate --check found. Text is the unified diffs alone,
// so that they can be piped into patch -p0.
func (f Format) Changes(w io.Writer, changes []outfiles.Change) error {
	for _, c := range changes {
		if f != JSON {
			if _, err := io.WriteString(w, c.Diff()); err != nil {
				return err
			}
		}
		if f == Text {
			continue
		}
		if err := f.print(w, finding{
			File: c.Path, Line: 1, Column: 1,
			Severity: schema.Error.String(), Rule: StaleRule, Message: staleness(c), Diff: c.Diff(),
		}); err != nil {
			return err
		}
	}
	return nil
}

func staleness(c outfiles.Change) string {
	switch {
	case c.Action == outfiles.Create:
		return "is missing: run ocgen generate"
	case c.IsLeftover():
		return "is a temporary file of a run that was killed: run ocgen generate"
	case c.Action == outfiles.Delete:
		return "is wanted by no schema any more: run ocgen generate"
	}
	return "is stale: run ocgen generate"
}

// print writes one finding as JSON or as a workflow command.
func (f Format) print(w io.Writer, found finding) error {
	if f == JSON {
		encoder := json.NewEncoder(w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(found)
	}
	_, err := fmt.Fprintf(w, "::%s file=%s,line=%d,col=%d,title=%s::%s\n", found.Severity,
		property(found.File), found.Line, found.Column, property(found.Rule), message(found.Message))
	return err
}

// message escapes the text of a workflow command, and property the value of one
// of its parameters, as GitHub's own toolkit does.
func message(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(text))
}
