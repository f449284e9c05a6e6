package schema

import (
	"iter"
	"strings"
)

// All exported identifiers of a generated package are made here, so the check for
// clashes and the generator use the same names.

// MeasureName is the variable of a measure, e.g. "RequestLatencyMeasure".
func (m *Measure) MeasureName() string { return m.GoName + "Measure" }

// RecordName is the recorder of a measure, e.g. "RecordRequestLatency", or
// "AddOpenRequests" for an up-down count.
func (m *Measure) RecordName() string {
	if m.UpDown {
		return "Add" + m.GoName
	}
	return "Record" + m.GoName
}

// BeginName is the function that adds 1 to an up-down count until it ends, e.g.
// "BeginOpenRequests".
func (m *Measure) BeginName() string { return "Begin" + m.GoName }

// ForgetName is the function that ends time series of a measure, e.g. "ForgetQueueDepth".
func (m *Measure) ForgetName() string { return "Forget" + m.GoName }

// TimeName is the function that times a measure whose tags are known at the start, e.g.
// "TimeRequestLatency".
func (m *Measure) TimeName() string { return "Time" + m.GoName }

// StartName is the function that starts the timer of a measure, e.g.
// "StartRequestLatency".
func (m *Measure) StartName() string { return "Start" + m.GoName }

// TimerName is the type of a measure's timer, e.g. "RequestLatencyTimer".
func (m *Measure) TimerName() string { return m.GoName + "Timer" }

// ForName is the function that returns the bound recorder of a measure, e.g.
// "RequestLatencyFor".
func (m *Measure) ForName() string { return m.GoName + "For" }

// BoundName is the type of a measure's bound recorder, e.g. "BoundRequestLatency".
func (m *Measure) BoundName() string { return "Bound" + m.GoName }

// ObserveName is the function that adds an observer to an observed measure, e.g.
// "ObserveQueueDepth".
func (m *Measure) ObserveName() string { return "Observe" + m.GoName }

// ViewName is the variable of a view, e.g. "RequestCountView".
func (v *View) ViewName() string { return v.GoName + "View" }

// AggregationName is the variable of a view's aggregation, e.g. "RequestCountAggregation".
func (v *View) AggregationName() string { return v.GoName + "Aggregation" }

// SeriesName is the base of the variable of the view's series in a recorder that adds up
// in the call, e.g. "requestCountSeries". The generator makes it longer if two Go names
// differ only in letter case.
func (v *View) SeriesName() string { return strings.ToLower(v.GoName[:1]) + v.GoName[1:] + "Series" }

// KeyName is the variable of a tag's key, e.g. "MethodKey".
func (t *Tag) KeyName() string { return t.GoName + "Key" }

// ValueName is the constant of a closed tag's value, e.g. "MethodGET".
func (t *Tag) ValueName(v *Value) string { return t.GoName + v.GoName }

// ParseName is the function that finds a closed tag's value by its text, e.g.
// "ParseMethod".
func (t *Tag) ParseName() string { return "Parse" + t.GoName }

// OfName is the function that returns a closed tag's value for any text, e.g.
// "MethodOf".
func (t *Tag) OfName() string { return t.GoName + "Of" }

// ValuesName is the function that lists a closed tag's values, e.g. "MethodValues".
func (t *Tag) ValuesName() string { return t.GoName + "Values" }

// WithName is the setter of a context tag, e.g. "WithTenant".
func (t *Tag) WithName() string { return "With" + t.GoName }

// SetName is the setter of a process tag, e.g. "SetBuild".
func (t *Tag) SetName() string { return "Set" + t.GoName }

// RecordName is the recorder of an event, e.g. "RecordRequest".
func (e *Event) RecordName() string { return "Record" + e.GoName }

// StartName is the function that starts the timer of an event, e.g. "StartRequest".
func (e *Event) StartName() string { return "Start" + e.GoName }

// TimerName is the type of an event's timer, e.g. "RequestTimer".
func (e *Event) TimerName() string { return e.GoName + "Timer" }

// ForName is the function that returns the bound recorder of an event, e.g.
// "RequestFor".
func (e *Event) ForName() string { return e.GoName + "For" }

// BoundName is the type of an event's bound recorder, e.g. "BoundRequest".
func (e *Event) BoundName() string { return "Bound" + e.GoName }

// An element is declared under its Go name and under each of its aliases. Called returns
// the element itself, and for each alias a copy with that name and the alias. So the
// names of aliases are made by the functions above too.

// called returns all Go names of an element: its own, and its aliases.
func called[Element any](own *Element, aliases []Alias, as func(goName string) *Element) iter.Seq2[*Element, *Alias] {
	return func(yield func(*Element, *Alias) bool) {
		if !yield(own, nil) {
			return
		}
		for i := range aliases {
			if !yield(as(aliases[i].GoName), &aliases[i]) {
				return
			}
		}
	}
}

// Called returns the tag under each of its Go names.
func (t *Tag) Called() iter.Seq2[*Tag, *Alias] {
	return called(t, t.GoAliases, func(goName string) *Tag { c := *t; c.GoName = goName; return &c })
}

// Called returns the value under each of its Go names.
func (v *Value) Called() iter.Seq2[*Value, *Alias] {
	return called(v, v.GoAliases, func(goName string) *Value { c := *v; c.GoName = goName; return &c })
}

// Called returns the measure under each of its Go names.
func (m *Measure) Called() iter.Seq2[*Measure, *Alias] {
	return called(m, m.GoAliases, func(goName string) *Measure { c := *m; c.GoName = goName; return &c })
}

// Called returns the event under each of its Go names.
func (e *Event) Called() iter.Seq2[*Event, *Alias] {
	return called(e, e.GoAliases, func(goName string) *Event { c := *e; c.GoName = goName; return &c })
}

// Namesake returns the view that has the measure's Go name, as in the short form, or
// nil. The aliases of the measure are its aliases too.
func (m *Measure) Namesake() *View {
	for _, v := range m.Views {
		if v.GoName == m.GoName {
			return v
		}
	}
	return nil
}

// As returns the view with another Go name.
func (v *View) As(goName string) *View { c := *v; c.GoName = goName; return &c }

// LowerCamel returns an unexported form of an exported Go name, e.g. "httpMethod" for
// "HTTPMethod".
func LowerCamel(goName string) string {
	run := 0
	for run < len(goName) && (goName[run] >= 'A' && goName[run] <= 'Z' || goName[run] >= '0' && goName[run] <= '9') {
		run++
	}
	if run > 1 && run < len(goName) {
		run-- // the last capital starts the next word
	}
	return strings.ToLower(goName[:run]) + goName[run:]
}
