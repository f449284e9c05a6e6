package importer

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Summary counts what was read.
type Summary struct {
	Whole, Part, Lost int // views: in the schema, as a comment with their name, without a name
	Gaps              map[string]int
	Closed, Open      int // tags
	Measures, Records int
}

// refused is the fact that lint accepts a view.
const refused = "refused"

// gapOrder has the facts of a view in the order of the summary.
var gapOrder = []string{"name", "measure", "description", "aggregation", "buckets", "tags", refused}

// String returns one line, e.g.
// "133 views: 104 whole, 29 in part (buckets 29), 0 lost; 36 tags: 4 closed, 32 open; 134 measures, 139 record sites".
func (s Summary) String() string {
	var gaps []string
	for _, fact := range gapOrder {
		if n := s.Gaps[fact]; n > 0 {
			gaps = append(gaps, fmt.Sprintf("%s %d", fact, n))
		}
	}
	in := ""
	if len(gaps) > 0 {
		in = " (" + strings.Join(gaps, ", ") + ")"
	}
	return fmt.Sprintf("%s: %d whole, %d in part%s, %d lost; %s: %d closed, %d open; %s, %s",
		count(s.Whole+s.Part+s.Lost, "view"), s.Whole, s.Part, in, s.Lost,
		count(s.Closed+s.Open, "tag"), s.Closed, s.Open, count(s.Measures, "measure"), count(s.Records, "record site"))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// eachView calls f for every view of the draft, in the order of the schema.
func (d *draft) eachView(f func(*draftView)) {
	for _, m := range d.measures {
		for _, v := range m.views {
			f(v)
		}
	}
	for _, v := range d.unplaced {
		f(v)
	}
}

func (d *drafter) summary(all []measure, unread int) Summary {
	s := Summary{Gaps: map[string]int{}, Records: d.records.sites}
	d.draft.eachView(func(v *draftView) {
		switch {
		case v.whole():
			s.Whole++
		case v.name == "":
			s.Lost++
		default:
			s.Part++
			for _, fact := range factsOf(v) {
				s.Gaps[fact]++
			}
		}
	})
	for _, t := range d.draft.tags {
		if len(t.values) > 0 {
			s.Closed++
		} else {
			s.Open++
		}
	}
	names := map[string]bool{}
	for _, m := range all {
		names[m.name] = true
	}
	s.Measures = len(names) + unread
	return s
}

// factsOf returns the facts that a view lacks, each once.
func factsOf(v *draftView) []string {
	var facts []string
	for _, t := range v.todo {
		if !slices.Contains(facts, t.fact) {
			facts = append(facts, t.fact)
		}
	}
	return facts
}

// addViewless adds the measures that no view has. Only the first definition of a name
// counts.
func (d *drafter) addViewless(all []measure) {
	for _, m := range all {
		if d.measures[m.name] == nil {
			d.draft.viewless = append(d.draft.viewless, &draftMeasure{at: d.prog.place(m.at), name: m.name})
			d.measures[m.name] = d.draft.viewless[len(d.draft.viewless)-1]
		}
	}
}

// report returns what is left for people, sorted by place.
func (d *drafter) report() []Finding {
	list := d.findings
	d.draft.eachView(func(v *draftView) {
		for _, t := range v.todo {
			list = append(list, v.finding(t))
		}
		for _, note := range v.notes {
			list = append(list, Finding{Place: v.at, Warning: true, Rule: "bounds-changed", Message: fmt.Sprintf("the view %q: %s", v.name, note)})
		}
	})
	for _, m := range d.draft.measures {
		if m.unitTodo != "" {
			list = append(list, Finding{Place: m.at, Warning: true, Rule: "unit-changed", Message: fmt.Sprintf("the measure %q: %s; the schema has %q", m.name, m.unitTodo, m.unit)})
		}
	}
	slices.SortStableFunc(list, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(list)
}

// finding returns the finding of a fact that is not known.
func (v *draftView) finding(t todo) Finding {
	f := Finding{Place: t.at, Rule: "view-in-part", Message: fmt.Sprintf("the view %q is only a comment in the schema, because its %s not known: %s", v.name, is(t.fact), t.why)}
	switch {
	case t.fact == refused:
		f.Rule, f.Message = "view-refused", fmt.Sprintf("the view %q is only a comment in the schema: %s", v.name, t.why)
	case v.name == "":
		f.Rule, f.Message = "view-lost", fmt.Sprintf("a view is only a comment in the schema, because its %s not known: %s", is(t.fact), t.why)
	}
	return f
}

func is(fact string) string {
	if fact == "buckets" || fact == "tags" {
		return fact + " are"
	}
	return fact + " is"
}
