package schema

import (
	"fmt"
	"slices"
	"strings"
)

// An identifier is a package-level name that generated code declares.
type identifier struct {
	name string
	what string // e.g. `the value "ok" of tag "outcome"`
	at   Place
}

// packageNames are declared whatever the schema says, or will be.
var packageNames = []string{"Views", "RegisterViews", "UnregisterViews", "Descriptors", "SLOs"}

// identifiers lists every exported name that is generated for the schema. It lists names
// for the views of the direct recorder too, though these are not exported.
func (r *reader) identifiers() []identifier {
	s := r.schema
	var list []identifier
	add := func(at Place, what string, names ...string) {
		for _, name := range names {
			list = append(list, identifier{name, what, at})
		}
	}
	for _, t := range s.Tags {
		what := fmt.Sprintf("tag %q", t.ID)
		if t.GoName == "" {
			continue // a problem of its own
		}
		add(t.Place, what, t.GoName)
		if t.Existing == nil && !r.ofTag(t).unread.key {
			add(t.Place, what, t.KeyName())
		}
		switch t.From {
		case FromContext:
			add(t.Place, what, t.WithName())
		case FromProcess:
			add(t.Place, what, t.SetName())
		}
		if t.Closed() {
			add(t.Place, what, t.ParseName(), t.OfName(), t.ValuesName())
		}
		for _, v := range t.Values {
			if v.GoName == "" {
				continue // a problem of its own
			}
			add(v.Place, fmt.Sprintf("the value %q of %s", v.Text, what), t.ValueName(v))
		}
	}
	for _, m := range s.Measures {
		if m.GoName != "" {
			add(m.Place, fmt.Sprintf("measure %q", m.ID), r.measureNames(m)...)
		}
		for _, v := range m.Views {
			if v.GoName != "" {
				add(v.Place, fmt.Sprintf("view %q", v.ID), r.viewNames(m, v)...)
			}
		}
	}
	for _, e := range s.Events {
		what := fmt.Sprintf("event %q", e.ID)
		if e.GoName == "" {
			continue
		}
		add(e.Place, what, e.RecordName())
		if e.Timed() != nil {
			add(e.Place, what, e.StartName(), e.TimerName())
		}
		if e.Bound() {
			add(e.Place, what, e.ForName(), e.BoundName())
		}
	}
	return list
}

// measureNames lists what is declared for the measure itself.
func (r *reader) measureNames(m *Measure) []string {
	switch {
	case m.Existing != nil || r.ofMeasure(m).unread.kind:
		return nil
	case m.Observe:
		return []string{m.ObserveName()}
	}
	names := []string{m.RecordName()}
	if r.schema.Generate.Recorder == "views" {
		names = append(names, m.MeasureName())
	}
	if m.Timed() {
		names = append(names, m.TimeName(), m.StartName(), m.TimerName())
	}
	if m.Bound() {
		names = append(names, m.ForName(), m.BoundName())
	}
	return names
}

// viewNames lists what is declared for one of the measure's views.
func (r *reader) viewNames(m *Measure, v *View) []string {
	switch {
	case r.hasViewVars(m):
		return []string{v.ViewName(), v.AggregationName()}
	case m.Recorded() && !r.ofMeasure(m).unread.kind:
		return []string{v.SeriesName()}
	}
	return nil
}

// hasViewVars reports whether the measure's views are OpenCensus views, which
// are declared with their aggregations.
func (r *reader) hasViewVars(m *Measure) bool {
	return !r.ofMeasure(m).unread.kind && (m.Existing != nil || m.Recorded() && r.schema.Generate.Recorder == "views")
}

// checkIdentifiers reports each two things that get one Go name, at both places.
func (r *reader) checkIdentifiers() {
	const cure = `set another with "go: Name"`
	first, said := map[string]identifier{}, map[[2]Place]bool{}
	for _, id := range r.identifiers() {
		other, taken := first[id.name]
		switch {
		case slices.Contains(packageNames, id.name):
			r.report("go-name-clash", id.at, "%s gets the Go name %s, which every generated package has; %s", owner(id.what), id.name, cure)
		case !taken:
			first[id.name] = id
		case id.at == other.at || said[[2]Place{other.at, id.at}]: // one clash, several names
		default:
			said[[2]Place{other.at, id.at}] = true
			r.report("go-name-clash", id.at, "%s gets the Go name %s, like %s at line %d; %s", owner(id.what), id.name, other.what, other.at.Line, cure)
			r.report("go-name-clash", other.at, "%s gets the Go name %s, like %s at line %d; %s", owner(other.what), other.name, id.what, id.at.Line, cure)
		}
	}
}

// OneLine folds a description's line breaks and tabs, which Go comments keep,
// into single spaces: the form in which it is exported.
func OneLine(description string) string { return strings.Join(strings.Fields(description), " ") }
