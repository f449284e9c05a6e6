package compare

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ocgen/ocgen/schema"
)

// A File is a schema of one of the two sides. The schema's own File is its name in
// messages, e.g. "metrics.yaml" or "main:metrics.yaml".
type File struct {
	Schema     *schema.Schema
	Name       string // under which findings stand; in the base that of the file that is gone
	Path       string // by which the sides are compared, e.g. "shop/metrics.yaml"
	Importable bool   // other modules can import the Go package
}

// A Finding is a difference between the base and now.
type Finding struct {
	File     string
	Place    schema.Place
	Severity schema.Severity // Info for notes
	Rule     string          // id of a row of [schema.BreakingRules]
	Class    string          // of the row
	Message  string          // one line
	Base     *Position       // of the element in the base; nil if it has none
	Metric   string          // the exported name, if the finding is about one metric
	SLO      string          // the id, if the finding is about one SLO
}

// A Position is a place in a file of the base.
type Position struct {
	File  string // its path, e.g. "shop/metrics.yaml"
	Place schema.Place
}

// String returns "file:line:col: severity: message [rule]".
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s [%s]", f.File, f.Place.Line, f.Place.Col, f.Severity, f.Message, f.Rule)
}

// A Result is what a comparison found.
type Result struct {
	Findings []Finding // by file, in the order of now, and by place
	Series   int64     // how many more series a process can have; negative if fewer
}

// Count returns the number of findings with the severity.
func (r Result) Count(s schema.Severity) int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// sorted returns the findings by file and place, without duplicates. files are the names
// of the files in order.
func sorted(all []Finding, files []string) []Finding {
	order := map[string]int{}
	for i, name := range files {
		order[name] = i
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(order[a.File], order[b.File]),
			cmp.Compare(a.Place.Line, b.Place.Line),
			cmp.Compare(a.Place.Col, b.Place.Col),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
	return slices.CompactFunc(all, func(a, b Finding) bool { return a.String() == b.String() })
}
