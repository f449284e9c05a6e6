package schema

import (
	"cmp"
	"fmt"
	"strings"
)

// A Name is a package-level Go name that a generated package can declare.
type Name struct {
	Go       string
	Of       string // the element that the name is for, e.g. `the value "ok" of tag "outcome"`; "" for the package
	At       Place  // of the element
	Declared bool   // by this schema; false if, for example, only another recorder declares it
	Element  any    // the *Tag, *Measure, *View or *Event, the tag for a value; nil for the package

	alias bool // a former name, from go_aliases
}

// cure returns what to write if another element gets the same name.
func (n Name) cure() string {
	if n.alias {
		return "delete the alias"
	}
	return `set another with "go: Name"`
}

// Names returns the exported names that a package of the schema can declare, those of
// the package itself first. The check for clashes uses the declared names. The
// generator keeps all of the names free, so that parameters and imports have the same
// names with every recorder. Tests compare the names with generated code.
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

// usesCensus reports whether the recorder is known to use OpenCensus.
func (s namer) usesCensus() bool { return s.Generate.Recorder != "" && !s.Generate.OpenTelemetry() }

// hasKey reports whether the tag is known to have an OpenCensus key that the package
// declares.
func (s namer) hasKey(t *Tag) bool {
	return s.usesCensus() && t.Existing == nil && (s.reader == nil || !s.reader.ofTag(t).unread.key)
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
	of      string
	at      Place
	element any
	alias   bool
	list    []Name
}

// newNameList returns an empty list for an element, or for one of its aliases.
func newNameList(of string, at Place, element any, alias *Alias) nameList {
	if alias == nil {
		return nameList{of: of, at: at, element: element}
	}
	return nameList{of: fmt.Sprintf("the alias %q of %s", alias.GoName, of), at: alias.Place, element: element, alias: true}
}

func (l *nameList) add(declared bool, names ...string) {
	for _, name := range names {
		l.list = append(l.list, Name{name, l.of, l.at, declared, l.element, l.alias})
	}
}

// packageNames returns the names that no element may have, in any schema. A package
// that does not declare one of them may do so after the next view or SLO is added.
func (s namer) packageNames() []Name {
	var l nameList
	l.add(!s.Generate.InCall() || s.hasViews(), "Views")
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

// tagNames lists the declarations of a tag, and of its aliases. The key of another
// package needs a type only if a generated recorder uses the tag.
func (s namer) tagNames(t *Tag, taken bool) []Name {
	typed := t.Existing == nil || taken
	var all []Name
	for called, alias := range t.Called() {
		l := newNameList(fmt.Sprintf("tag %q", t.ID), t.Place, t, alias)
		l.add(typed, called.GoName)
		l.add(s.hasKey(t), called.KeyName())
		l.add(typed && t.From == FromContext, called.WithName())
		l.add(typed && t.From == FromProcess, called.SetName())
		l.add(typed && t.Closed(), called.ParseName(), called.OfName(), called.ValuesName())
		all = append(all, l.list...)
		for _, v := range t.Values {
			all = append(all, valueNames(t, called, v, alias, typed)...)
		}
	}
	return all
}

// valueNames lists the constants of a value under one Go name of its tag.
func valueNames(t, called *Tag, v *Value, alias *Alias, typed bool) []Name {
	if v.GoName == "" {
		return nil // it has been reported
	}
	var all []Name
	for name, valueAlias := range v.Called() {
		l := newNameList(fmt.Sprintf("the value %q of tag %q", v.Text, t.ID), v.Place, t, cmp.Or(valueAlias, alias))
		l.add(typed, called.ValueName(name))
		all = append(all, l.list...)
	}
	return all
}

// measureNames lists the declarations of the measure itself, and of its aliases.
func (s namer) measureNames(m *Measure) []Name {
	known := s.isKnown(m)
	recorded := known && m.Recorded()
	var all []Name
	for called, alias := range m.Called() {
		l := newNameList(fmt.Sprintf("measure %q", m.ID), m.Place, m, alias)
		l.add(known && m.Existing == nil && m.Observe, called.ObserveName())
		l.add(recorded, called.RecordName())
		l.add(recorded && m.Begins(), called.BeginName())
		l.add(recorded && len(m.Forgets()) > 0, called.ForgetName())
		l.add(recorded && s.Generate.Recorder == "views" && !m.UpDown, called.MeasureName())
		l.add(recorded && m.Timed(), called.TimeName(), called.StartName(), called.TimerName())
		l.add(recorded && m.Bound(), called.ForName(), called.BoundName())
		if v := m.Namesake(); v != nil && alias != nil {
			l.add(s.hasViewVars(m), v.As(alias.GoName).ViewName(), v.As(alias.GoName).AggregationName())
		}
		all = append(all, l.list...)
	}
	return all
}

// viewNames lists the declarations of a view.
func (s namer) viewNames(v *View) []Name {
	m := v.Measure
	l := nameList{of: fmt.Sprintf("view %q", v.ID), at: v.Place, element: v}
	l.add(s.hasViewVars(m), v.ViewName(), v.AggregationName())
	l.add(!s.hasViewVars(m) && s.isKnown(m) && m.Recorded(), v.SeriesName())
	return l.list
}

// names lists the declarations of an event, and of its aliases.
func (e *Event) names() []Name {
	var all []Name
	for called, alias := range e.Called() {
		l := newNameList(fmt.Sprintf("event %q", e.ID), e.Place, e, alias)
		l.add(true, called.RecordName())
		l.add(e.Timed() != nil, called.StartName(), called.TimerName())
		l.add(e.Bound(), called.ForName(), called.BoundName())
		all = append(all, l.list...)
	}
	return all
}

// hasViewVars reports whether the measure's views are OpenCensus views, which
// are declared with their aggregations.
func (s namer) hasViewVars(m *Measure) bool {
	return s.usesCensus() && s.isKnown(m) && (m.Existing != nil || m.Recorded() && !m.UpDown && s.Generate.Recorder == "views")
}

// checkIdentifiers reports every two elements that get the same Go name, at both
// places.
func (r *reader) checkIdentifiers() {
	first, said := map[string]Name{}, map[[2]Place]bool{}
	for _, n := range (namer{r.schema, r}).names() {
		other, taken := first[n.Go]
		switch {
		case n.Of != "" && !n.Declared:
		case !taken:
			first[n.Go] = n
		case other.Of == "":
			r.report("go-name-clash", n.At, "%s gets the Go name %s, which every generated package declares; %s", owner(n.Of), n.Go, n.cure())
		case n.At == other.At || said[[2]Place{other.At, n.At}]: // one clash, several names
		default:
			said[[2]Place{other.At, n.At}] = true
			r.report("go-name-clash", n.At, "%s gets the Go name %s, and so does %s at line %d; %s", owner(n.Of), n.Go, other.Of, other.At.Line, n.cure())
			r.report("go-name-clash", other.At, "%s gets the Go name %s, and so does %s at line %d; %s", owner(other.Of), other.Go, n.Of, n.At.Line, other.cure())
		}
	}
}

// OneLine replaces each line break and tab of a description by a single space, for
// exporting it. Go comments keep the line breaks.
func OneLine(description string) string { return strings.Join(strings.Fields(description), " ") }
