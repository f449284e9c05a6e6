package schema

import (
	"fmt"
	"slices"
)

// Some mistakes are in no schema alone: two schemas export one metric and define it
// differently, or declare one SLO. The rules across schemas find them in the schemas of
// one run of the command. They compare the resolved models, so it does not matter how a
// definition is written. A schema that has errors takes no part.

// A RunFindings is what the rules across schemas found in one schema.
type RunFindings struct {
	Problems Problems
	Notes    []Note
}

// CheckRun compares the schemas of a run with each other, and returns the findings of
// each. Every finding names the place in the other schema. No schema of the list is nil.
func CheckRun(schemas []*Schema) map[*Schema]RunFindings {
	found := map[*Schema]RunFindings{}
	if len(schemas) < 2 {
		return found
	}
	for _, row := range Rules() {
		if row.across != nil {
			row.across(&runChecker{schemas, row, found})
		}
	}
	return found
}

// With returns the problems together with more problems of the same schema, sorted.
func (ps Problems) With(more Problems) Problems { return sorted(slices.Concat(ps, more)) }

// A runChecker applies one rule to the schemas of a run.
type runChecker struct {
	schemas []*Schema
	row     Rule
	found   map[*Schema]RunFindings
}

func (c *runChecker) problem(s *Schema, at Place, format string, args ...any) {
	f := c.found[s]
	f.Problems = append(f.Problems, Problem{
		File: s.File, Place: at, Severity: c.row.Severity, Rule: c.row.ID, Message: fmt.Sprintf(format, args...),
	})
	c.found[s] = f
}

func (c *runChecker) note(s *Schema, at Place, format string, args ...any) {
	f := c.found[s]
	f.Notes = append(f.Notes, Note{at, fmt.Sprintf(format, args...)})
	c.found[s] = f
}

// A declared is an element with its schema.
type declared[Element any] struct {
	in *Schema
	is Element
}

// at returns a place in a schema as problems name it, e.g. "shop/metrics.yaml:12:3".
func (s *Schema) at(p Place) string { return fmt.Sprintf("%s:%d:%d", s.File, p.Line, p.Col) }

// eachNamesake calls f for every element whose name an element of another schema has
// too, with the elements of the other schemas in the order of the run.
func eachNamesake[Element any, Name comparable](c *runChecker, list func(*Schema) []Element, name func(*Schema, Element) Name, f func(one declared[Element], others []declared[Element])) {
	all := map[Name][]declared[Element]{}
	for _, s := range c.schemas {
		for _, e := range list(s) {
			n := name(s, e)
			all[n] = append(all[n], declared[Element]{s, e})
		}
	}
	for _, s := range c.schemas {
		for _, e := range list(s) {
			others := slices.DeleteFunc(slices.Clone(all[name(s, e)]), func(d declared[Element]) bool { return d.in == s })
			if len(others) > 0 {
				f(declared[Element]{s, e}, others)
			}
		}
	}
}
