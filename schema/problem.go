package schema

import (
	"cmp"
	"fmt"
	"slices"
)

// Severity is how much a problem matters.
type Severity int

const (
	Error   Severity = iota // nothing is generated
	Warning                 // code is generated nevertheless
	Info                    // a note, which is no problem
)

// String returns "error", "warning" or "note".
func (s Severity) String() string { return [...]string{"error", "warning", "note"}[s] }

// A Problem is a mistake in a schema: its place, what is wrong, and the cure.
type Problem struct {
	File     string
	Place    Place
	Severity Severity
	Rule     string // kebab-case id of a row of [Rules], e.g. "unknown-key"
	Message  string // one line
}

// String returns "file:line:col: severity: message [rule]".
func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s [%s]", p.File, p.Place.Line, p.Place.Col, p.Severity, p.Message, p.Rule)
}

// Problems is a sorted list of distinct problems.
type Problems []Problem

// Errors returns the number of problems that are errors.
func (ps Problems) Errors() int {
	n := 0
	for _, p := range ps {
		if p.Severity == Error {
			n++
		}
	}
	return n
}

// sorted returns the problems by place, without duplicates. Only this function sorts;
// problems may be found in any order.
func sorted(ps []Problem) Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(
			cmp.Compare(a.Place.Line, b.Place.Line),
			cmp.Compare(a.Place.Col, b.Place.Col),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.Compact(ps)
}
