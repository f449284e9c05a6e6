package schema

import (
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"
)

func (r *reader) readEvents(f *fields) {
	for _, e := range f.elements("events", "event") {
		before := r.errors
		event := &Event{Place: e.at, ID: e.id, GoName: goName(e.id)}
		r.readEvent(event, e)
		event.broken = r.errors > before
		r.schema.Events = append(r.schema.Events, event)
	}
}

func (r *reader) readEvent(event *Event, e element) {
	f := r.fields(e.value, e.at, fmt.Sprintf("event %q", e.id),
		"description", "measures", "set", "tags", "go", "allow")
	event.scope = r.readScope(f, r.schema.scope)
	event.GoName = r.readGoName(f, event.GoName)
	event.Description = f.description("description")
	f.require("measures")
	if !f.has("measures") || !r.readEventMeasures(event, f.entries["measures"]) {
		return
	}
	for _, m := range event.Measures {
		for _, t := range m.Tags {
			if event.tag(t) == nil {
				event.Tags = append(event.Tags, &EventTag{Tag: t})
			}
		}
	}
	if f.has("set") {
		r.readEventSet(event, f.entries["set"])
	}
	if f.has("tags") {
		r.restrictEvent(event, f)
	}
}

// readEventMeasures reports whether all measures could be resolved; if not,
// the event's tags are not known either.
func (r *reader) readEventMeasures(event *Event, n *yaml.Node) bool {
	before := r.errors
	complete := true
	for _, item := range r.texts(n, "measures") {
		m := r.measures[item.Value]
		switch {
		case m == nil:
			r.unknown(place(item), "measure", item.Value, "measures", measureIDs(r.schema.Measures))
		case slices.Contains(event.Measures, m):
			r.report("bad-value", place(item), "the measure %q is listed twice", m.ID)
		case m.Existing != nil:
			r.report("bad-value", place(item), "the measure %q is recorded by %s; an event records measures of its own package", m.ID, m.Existing.Path)
		default:
			event.Measures = append(event.Measures, m)
			complete = complete && !m.tagsUnread
		}
	}
	if r.errors == before && len(event.Measures) < 2 {
		r.report("bad-value", place(n), "an event records at least two measures; for one there is its own recorder")
	}
	return r.errors == before && complete
}

func measureIDs(measures []*Measure) []string {
	var list []string
	for _, m := range measures {
		list = append(list, m.ID)
	}
	return list
}

// tag returns the event's entry for a tag, or nil.
func (e *Event) tag(t *Tag) *EventTag {
	for _, et := range e.Tags {
		if et.Tag == t {
			return et
		}
	}
	return nil
}

// eventTag resolves a tag of the event that its caller would otherwise fill in.
func (r *reader) eventTag(event *Event, n *yaml.Node) *EventTag {
	t := r.tags[n.Value]
	var own []string
	for _, et := range event.Tags {
		own = append(own, et.Tag.ID)
	}
	switch {
	case t == nil:
		r.unknown(place(n), "tag", n.Value, "tags", own)
	case event.tag(t) == nil:
		r.report("unknown-reference", place(n), "no measure of event %q has the tag %q%s", event.ID, t.ID, hint(t.ID, own))
	case t.From != FromCall:
		r.report("bad-value", place(n), "the tag %q does not come from the call, so an event has no say in it", t.ID)
	default:
		return event.tag(t)
	}
	return nil
}

// readEventSet reads the tags that the event fixes.
func (r *reader) readEventSet(event *Event, n *yaml.Node) {
	pairs, _ := r.pairs(n, "set")
	for _, p := range pairs {
		et := r.eventTag(event, p.key)
		if et == nil || !r.isLine(p.value, "the value of "+p.key.Value) {
			continue
		}
		if !et.Tag.Closed() {
			r.checkTagValue(p.value, map[string]bool{})
			et.Text = &p.value.Value
			continue
		}
		if et.Value = et.Tag.value(p.value.Value); et.Value == nil && !et.Tag.broken {
			r.report("unknown-reference", place(p.value), "the tag %q has no value %q%s", et.Tag.ID, p.value.Value, hint(p.value.Value, et.Tag.texts()))
		}
	}
}

// restrictEvent makes the tags that are not listed absent.
func (r *reader) restrictEvent(event *Event, f *fields) {
	var kept []*EventTag
	for _, item := range r.texts(f.entries["tags"], "tags") {
		et := r.eventTag(event, item)
		if et != nil && slices.Contains(kept, et) {
			r.report("bad-value", place(item), "the tag %q is listed twice", et.Tag.ID)
		}
		kept = append(kept, et)
	}
	for _, et := range event.Tags {
		if !et.Param() || slices.Contains(kept, et) {
			continue
		}
		et.Absent = true
		if et.Tag.Closed() && !et.Tag.Optional && !et.Tag.broken {
			r.report("bad-value", f.place("tags"), "the tag %q is left out, but it is never absent; list it, fix it with \"set\", or make it optional", et.Tag.ID)
		}
	}
}

// value returns the closed tag's value of that text, or nil.
func (t *Tag) value(text string) *Value {
	for _, v := range t.Values {
		if v.Text == text {
			return v
		}
	}
	return nil
}

func (t *Tag) texts() []string {
	var list []string
	for _, v := range t.Values {
		list = append(list, v.Text)
	}
	return list
}
