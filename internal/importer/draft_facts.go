package importer

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// unitOf returns the unit of a measure in the schema. A word that is no unit becomes an
// annotation, so that nothing is converted, and a question for people.
func unitOf(unit string) (inSchema, question string) {
	switch {
	case unit == "":
		return "1", ""
	case schema.IsUnit(unit):
		return unit, ""
	}
	inSchema = "{" + strings.Map(func(r rune) rune {
		if r <= ' ' || r > '~' || r == '{' || r == '}' {
			return '_'
		}
		return r
	}, unit) + "}"
	if !schema.IsUnit(inSchema) {
		inSchema = "1"
	}
	question = fmt.Sprintf("the unit was %q, which is not UCUM", unit)
	if right := schema.RightUnit(unit); right != "" {
		question += fmt.Sprintf("; if it means %q, write that", right)
	}
	return inSchema, question
}

// setBounds sets the bounds of a distribution as OpenCensus sees them: sorted, without
// those at or below 0.
func (d *drafter) setBounds(view *draftView, v *foundView) {
	if v.aggregation.kind != "distribution" {
		return
	}
	bounds := v.aggregation.bounds
	if v.lacks("buckets") {
		bounds = v.proposed
	}
	clean := slices.Clone(bounds)
	slices.SortFunc(clean, cmp.Compare[float64])
	for _, b := range clean {
		switch {
		case b < 0:
			view.note("the bound %s is below 0, and OpenCensus refuses it", number(b))
		case math.IsInf(b, 0) || math.IsNaN(b):
			view.note("the bound %s is left out", number(b))
		}
	}
	clean = slices.DeleteFunc(clean, func(b float64) bool { return !(b > 0) || math.IsInf(b, 0) })
	if distinct := slices.Compact(slices.Clone(clean)); len(distinct) < len(clean) {
		view.note("bounds that were written twice are left out")
		clean = distinct
	}
	view.bounds = clean
	if len(clean) > schema.MaxBounds {
		view.todo = append(view.todo, todo{"buckets", reason{view.at, fmt.Sprintf("there are %d bounds, and Cloud Monitoring allows %d", len(clean), schema.MaxBounds)}})
	}
}

func (v *draftView) note(format string, args ...any) {
	if line := fmt.Sprintf(format, args...); !slices.Contains(v.notes, line) {
		v.notes = append(v.notes, line)
	}
}

// number returns a number as the schema writes it.
func number(f float64) string {
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e15 || f == 0 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// mostValues is how many values a closed tag has at most, and mostKnown how many are
// listed of an open one.
const (
	mostValues = 40
	mostKnown  = 100
)

// setTags decides which tags are closed, and what is known of the others.
func (d *drafter) setTags() {
	for _, t := range d.draft.tags {
		facts := d.facts[t.key]
		if facts == nil {
			facts = &tagFacts{}
		}
		d.setValues(t, facts)
	}
}

func (d *drafter) setValues(t *draftTag, facts *tagFacts) {
	for _, l := range slices.Concat(facts.open, d.everyTag) {
		why := reason{d.prog.place(l.at), l.why}
		if !(l.foreign && d.opts.ClosedWorld) && !slices.Contains(t.open, why) {
			t.open = append(t.open, why)
		}
	}
	if t.existing != "" {
		t.open = append([]reason{{t.at, "a plugin sets it"}}, t.open...)
	}
	usable := slices.DeleteFunc(slices.Clone(facts.values), func(v string) bool { return !schema.IsTagValue(v) })
	if odd := slices.IndexFunc(facts.values, func(v string) bool { return !schema.IsTagValue(v) || !schema.IsNamedValue(v) }); odd >= 0 {
		t.open = append(t.open, reason{t.at, fmt.Sprintf("the value %q cannot be a constant", facts.values[odd])})
	}
	switch {
	case facts.sites == 0:
		t.context = t.existing == ""
	case len(t.open) > 0 || len(usable) == 0:
	case len(usable) > mostValues:
		t.open = append(t.open, reason{t.at, fmt.Sprintf("it has %d values", len(usable))})
	default:
		t.values, t.optional = usable, facts.empty
		return
	}
	t.known = usable[:min(len(usable), mostKnown)]
}
