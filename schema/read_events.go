package schema

import "gopkg.in/yaml.v3"

func (r *reader) readEvents(f *fields) {
	for _, e := range f.elements("events", "event") {
		before := r.errors
		event := &Event{Place: e.at, ID: e.id, GoName: goName(e.id)}
		r.readEvent(event, e)
		event.broken = e.bad || r.errors > before
		r.schema.Events = append(r.schema.Events, event)
	}
}

func (r *reader) readEvent(event *Event, e element) {
	f := r.fields(e.value, e.at, "event "+quote(e.id),
		"description", "measures", "set", "tags", "go", "allow")
	event.scope = r.readScope(f, r.schema.scope)
	event.GoName = r.readGoName(f, event.GoName)
	event.Description = f.description("description")
	f.require("measures")
	if !f.has("measures") || !r.readEventMeasures(event, f.entries["measures"]) {
		return
	}
	event.byTag = map[*Tag]*EventTag{}
	for _, m := range event.Measures {
		for _, t := range m.Tags {
			if event.byTag[t] == nil {
				event.byTag[t] = &EventTag{Tag: t}
				event.Tags = append(event.Tags, event.byTag[t])
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
	listed := map[*Measure]bool{}
	for _, item := range r.texts(n, "measures") {
		m := r.measures[item.Value]
		switch {
		case m == nil:
			complete = false
			r.unknown(place(item), "measure", item.Value, "measures", r.measureIDs)
		case listed[m]:
			r.report("bad-value", place(item), "the measure %q is listed twice", m.ID)
		case m.Existing != nil:
			r.report("bad-value", place(item), "the measure %q is recorded by %s; an event records measures of its own package", m.ID, m.Existing.Path)
		case m.Observe:
			r.report("bad-value", place(item), "the measure %q is observed, and an event records; take it out, or delete its \"observe\"", m.ID)
		default:
			listed[m] = true
			event.Measures = append(event.Measures, m)
			complete = complete && !m.tagsUnread
		}
	}
	if r.errors == before && complete && len(event.Measures) < 2 {
		r.report("bad-value", place(n), "an event records at least two measures; for one there is its own recorder")
	}
	return r.errors == before && complete
}

// eventTag resolves a tag of the event that its caller would otherwise fill in.
func (r *reader) eventTag(event *Event, n *yaml.Node) *EventTag {
	t := r.tags[n.Value]
	switch {
	case t == nil:
		r.unknown(place(n), "tag", n.Value, "tags", r.tagIDs)
	case event.byTag[t] == nil:
		t.named = true
		var own []*Tag
		for _, et := range event.Tags {
			own = append(own, et.Tag)
		}
		r.report("unknown-reference", place(n), "no measure of event %q has the tag %q%s", event.ID, t.ID, r.tagHint(t.ID, own))
	case t.From != FromCall:
		r.report("bad-value", place(n), "the tag %q does not come from the call, so an event has no say in it", t.ID)
	default:
		return event.byTag[t]
	}
	return nil
}

// readEventSet reads the tags that the event fixes.
func (r *reader) readEventSet(event *Event, n *yaml.Node) {
	pairs, _ := r.pairs(n, "set")
	for _, p := range pairs {
		if !r.isLine(p.key, "a tag's id") {
			continue
		}
		et := r.eventTag(event, p.key)
		if et == nil || !r.isLine(p.value, "the value of "+p.key.Value) {
			continue
		}
		if !et.Tag.Closed() {
			if et.Tag.broken || r.checkTagValue(p.value, map[string]bool{}, et.Tag.UTF8) {
				et.Text = &p.value.Value
			}
			continue
		}
		if et.Value = et.Tag.value(p.value.Value); et.Value == nil && !et.Tag.broken {
			r.report("unknown-reference", place(p.value), "the tag %q has no value %s%s", et.Tag.ID, quote(p.value.Value), r.valueHint(et.Tag, p.value.Value))
		}
	}
}

// restrictEvent makes the tags that are not listed absent.
func (r *reader) restrictEvent(event *Event, f *fields) {
	before := r.errors
	kept := map[*EventTag]bool{}
	for _, item := range r.texts(f.entries["tags"], "tags") {
		et := r.eventTag(event, item)
		if et != nil && kept[et] {
			r.report("bad-value", place(item), "the tag %q is listed twice", et.Tag.ID)
		}
		kept[et] = true
	}
	if r.errors > before {
		return // what is left out is not known
	}
	for _, et := range event.Tags {
		if !et.Param() || kept[et] {
			continue
		}
		et.Absent = true
		if et.Tag.Closed() && !et.Tag.Optional && !et.Tag.broken {
			r.report("bad-value", f.place("tags"), "the tag %q is left out, but it is never absent; list it, fix it with \"set\", or make it optional", et.Tag.ID)
		}
	}
}
