package schema

import (
	"fmt"
	"strings"
)

// A Name is a package-level Go name that a generated package can declare.
type Name struct {
	Go       string
	Of       string // the element that the name is for, e.g. `the value "ok" of tag "outcome"`; "" for the package
	At       Place  // of the element
	Declared bool   // by this schema; false if, for example, only the other recorder declares it
}

// Names returns the exported names that a package of the schema can declare, those of
// the package itself first. The check for clashes uses the declared names. The
// generator keeps all of the names free, so that parameters and imports have the same
// names with both recorders. Tests compare the names with generated code.
//
// Each view has one name that is not exported: see [View.SeriesName].
func (s *Schema) Names() []Name { return namer{Schema: s}.names() }

// A namer lists names. Its reader knows what could not be read, and is nil for a schema
// without mistakes.
type namer struct {
	*Schema
	reader *reader
}

// isKnown reports whether it is known which package records the measure.
func (s namer) isKnown(m *Measure) bool { return s.reader == nil || !s.reader.ofMeasure(m).unread.kind }

// hasKey reports whether the tag is known to have a key that the package declares.
func (s namer) hasKey(t *Tag) bool {
	return t.Existing == nil && (s.reader == nil || !s.reader.ofTag(t).unread.key)
}

func (s namer) names() []Name {
	list := s.packageNames()
	taken := s.TakenTags()
	for _, t := range s.Tags {
		if t.GoName != "" { // otherwise it has been reported
			list = append(list, s.tagNames(t, taken[t])...)
		}
	}
	for _, m := range s.Measures {
		if m.GoName != "" {
			list = append(list, s.measureNames(m)...)
		}
		for _, v := range m.Views {
			if v.GoName != "" {
				list = append(list, s.viewNames(v)...)
			}
		}
	}
	for _, e := range s.Events {
		if e.GoName != "" {
			list = append(list, e.names()...)
		}
	}
	return list
}

// nameList collects the names of one element.
type nameList struct {
	of   string
	at   Place
	list []Name
}

func (l *nameList) add(declared bool, names ...string) {
	for _, name := range names {
		l.list = append(l.list, Name{name, l.of, l.at, declared})
	}
}

// packageNames returns the names that no element may have, in any schema. A package
// that does not declare one of them may do so after the next view or SLO is added.
func (s namer) packageNames() []Name {
	var l nameList
	l.add(s.Generate.Recorder != "direct" || s.hasViews(), "Views")
	l.add(true, "RegisterViews", "UnregisterViews", "Descriptors")
	l.add(len(s.SLOs) > 0, "SLOs")
	return l.list
}

// hasViews reports whether the schema has OpenCensus views.
func (s namer) hasViews() bool {
	for _, m := range s.Measures {
		if len(m.Views) > 0 && s.hasViewVars(m) {
			return true
		}
	}
	return false
}

// TakenTags returns the tags that recorders and observers of the generated package use:
// as a parameter, from ctx or from the process.
func (s *Schema) TakenTags() map[*Tag]bool {
	taken := map[*Tag]bool{}
	for _, m := range s.Measures {
		if m.Existing != nil {
			continue
		}
		for _, t := range m.Tags {
			taken[t] = true
		}
	}
	return taken
}

// tagNames lists the declarations of a tag. The key of another package needs a type
// only if a generated recorder uses the tag.
func (s namer) tagNames(t *Tag, taken bool) []Name {
	typed := t.Existing == nil || taken
	l := nameList{of: fmt.Sprintf("tag %q", t.ID), at: t.Place}
	l.add(typed, t.GoName)
	l.add(s.hasKey(t), t.KeyName())
	l.add(typed && t.From == FromContext, t.WithName())
	l.add(typed && t.From == FromProcess, t.SetName())
	l.add(typed && t.Closed(), t.ParseName(), t.OfName(), t.ValuesName())
	for _, v := range t.Values {
		if v.GoName != "" { // otherwise it has been reported
			value := nameList{of: fmt.Sprintf("the value %q of tag %q", v.Text, t.ID), at: v.Place}
			value.add(typed, t.ValueName(v))
			l.list = append(l.list, value.list...)
		}
	}
	return l.list
}

// measureNames lists the declarations of the measure itself.
func (s namer) measureNames(m *Measure) []Name {
	known := s.isKnown(m)
	recorded := known && m.Recorded()
	l := nameList{of: fmt.Sprintf("measure %q", m.ID), at: m.Place}
	l.add(known && m.Existing == nil && m.Observe, m.ObserveName())
	l.add(recorded, m.RecordName())
	l.add(recorded && s.Generate.Recorder == "views", m.MeasureName())
	l.add(recorded && m.Timed(), m.TimeName(), m.StartName(), m.TimerName())
	l.add(recorded && m.Bound(), m.ForName(), m.BoundName())
	return l.list
}

// viewNames lists the declarations of a view.
func (s namer) viewNames(v *View) []Name {
	m := v.Measure
	l := nameList{of: fmt.Sprintf("view %q", v.ID), at: v.Place}
	l.add(s.hasViewVars(m), v.ViewName(), v.AggregationName())
	l.add(!s.hasViewVars(m) && s.isKnown(m) && m.Recorded(), v.SeriesName())
	return l.list
}

// names lists the declarations of an event.
func (e *Event) names() []Name {
	l := nameList{of: fmt.Sprintf("event %q", e.ID), at: e.Place}
	l.add(true, e.RecordName())
	l.add(e.Timed() != nil, e.StartName(), e.TimerName())
	l.add(e.Bound(), e.ForName(), e.BoundName())
	return l.list
}

// hasViewVars reports whether the measure's views are OpenCensus views, which
// are declared with their aggregations.
func (s namer) hasViewVars(m *Measure) bool {
	return s.isKnown(m) && (m.Existing != nil || m.Recorded() && s.Generate.Recorder == "views")
}

// checkIdentifiers reports every two elements that get the same Go name, at both
// places.
func (r *reader) checkIdentifiers() {
	const cure = `set another with "go: Name"`
	first, said := map[string]Name{}, map[[2]Place]bool{}
	for _, n := range (namer{r.schema, r}).names() {
		other, taken := first[n.Go]
		switch {
		case n.Of != "" && !n.Declared:
		case !taken:
			first[n.Go] = n
		case other.Of == "":
			r.report("go-name-clash", n.At, "%s gets the Go name %s, which every generated package declares; %s", owner(n.Of), n.Go, cure)
		case n.At == other.At || said[[2]Place{other.At, n.At}]: // one clash, several names
		default:
			said[[2]Place{other.At, n.At}] = true
			r.report("go-name-clash", n.At, "%s gets the Go name %s, and so does %s at line %d; %s", owner(n.Of), n.Go, other.Of, other.At.Line, cure)
			r.report("go-name-clash", other.At, "%s gets the Go name %s, and so does %s at line %d; %s", owner(other.Of), other.Go, n.Of, n.At.Line, cure)
		}
	}
}

// OneLine replaces each line break and tab of a description by a single space, for
// exporting it. Go comments keep the line breaks.
func OneLine(description string) string { return strings.Join(strings.Fields(description), " ") }
