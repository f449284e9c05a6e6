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

// A Change is a file that is not as its schema wants it.
type Change struct {
	Path     string // as the user would write it, e.g. "examples/sli/slo/availability.json"
	Action   Action
	Old, New []byte // nil where there is no file
}

// IsLeftover reports whether the file is a temporary one of a run that was killed.
func (c Change) IsLeftover() bool { return isTempName(path.Base(c.Path)) }

// Diff returns the change as a unified diff that patch -p0 and git apply -p0 take.
func (c Change) Diff() string {
	from, to := nameInDiff(c.Path), nameInDiff(c.Path)
	switch c.Action {
	case Create:
		from = "/dev/null"
	case Delete:
		to = "/dev/null"
	}
	text := diff.Diff(from, c.Old, to, c.New)
	if text == nil { // an empty file that comes or goes
		return "--- " + from + "\n+++ " + to + "\n"
	}
	_, unified, _ := bytes.Cut(text, []byte("\n")) // without the line "diff FROM TO"
	return string(unified)
}

// nameInDiff ends a name that has spaces with a tab, as git does: patch takes it for
// the name's end then, and not the space.
func nameInDiff(name string) string {
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}

// Diff returns what [Write] would change, in the order of the outputs and their
// files, deletions behind the rest. An error means that Write would refuse.
func Diff(outputs []Output, read ClaimsReader) ([]Change, error) {
	s, err := newSurvey(outputs, read)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return s.changes(), nil
}
