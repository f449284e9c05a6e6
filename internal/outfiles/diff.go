package outfiles

import (
	"bytes"
	"path"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
)

// Action is what happens to a file.
type Action int

const (
	Create Action = iota
	Update
	Delete
)

// String returns "create", "update" or "delete".
func (a Action) String() string { return [...]string{"create", "update", "delete"}[a] }

// A Change is a file that is not up to date with its schema.
type Change struct {
	Path     string // in the form that a user writes, e.g. "examples/sli/slo/availability.json"
	Action   Action
	Old, New []byte // nil where there is no file
}

// IsLeftover reports whether the file is a temporary file of a run that was killed.
func (c Change) IsLeftover() bool { return isTempName(path.Base(c.Path)) }

// Diff returns the change as a unified diff for patch -p0 and git apply -p0.
func (c Change) Diff() string {
	from, to := nameInDiff(c.Path), nameInDiff(c.Path)
	switch c.Action {
	case Create:
		from = "/dev/null"
	case Delete:
		to = "/dev/null"
	}
	text := diff.Diff(from, c.Old, to, c.New)
	if text == nil { // an empty file is created or deleted
		return "--- " + from + "\n+++ " + to + "\n"
	}
	_, unified, _ := bytes.Cut(text, []byte("\n")) // without the line "diff FROM TO"
	return string(unified)
}

// nameInDiff adds a tab to a name with spaces, as git does. patch then ends the name at
// the tab and not at a space.
func nameInDiff(name string) string {
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}

// Diff returns the changes that [Write] would make, in the order of the outputs and
// their files, deletions last. An error means that Write would fail.
func Diff(outputs []Output, read ClaimsReader) ([]Change, error) {
	s, err := newSurvey(outputs, read)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return s.changes(), nil
}
