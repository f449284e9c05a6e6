package generator

import (
	"fmt"

	udiff "github.com/aymanbagabas/go-udiff"
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

// contextLines stand around each changed line of a diff, as in git.
const contextLines = 3

// Diff returns the change as a unified diff that patch -p0 takes.
func (c Change) Diff() string {
	from, to := c.Path, c.Path
	switch c.Action {
	case Create:
		from = "/dev/null"
	case Delete:
		to = "/dev/null"
	}
	edits := udiff.Lines(string(c.Old), string(c.New))
	text, err := udiff.ToUnified(from, to, string(c.Old), edits, contextLines)
	if err != nil {
		panic(fmt.Sprintf("ocgen bug: diff of %s: %v", c.Path, err))
	}
	if text == "" { // an empty file that comes or goes
		return fmt.Sprintf("--- %s\n+++ %s\n", from, to)
	}
	return text
}

// Diff returns what [Write] would change, in the order of the outputs and their
// files, deletions behind the rest. An error means that Write would refuse.
func Diff(outputs []Output) ([]Change, error) {
	s, err := newSurvey(outputs)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return s.changes(), nil
}
