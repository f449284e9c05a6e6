package schema

import (
	"slices"

	"gopkg.in/yaml.v3"
)

func (r *reader) readEvents(f *fields) {
	for _, e := range f.elements("events", "event") {
		er := eventReader{r, &Event{Place: e.at, ID: e.id}, map[*Tag]*EventTag{}, false, map[*EventTag]bool{}}
		er.readEvent(e)
		r.schema.Events = append(r.schema.Events, er.event)
	}
}

// An eventReader reads one event.
type eventReader struct {
	*reader
	event      *Event
	byTag      map[*Tag]*EventTag
	tagsUnread bool               // the event may have other tags too
	fixed      map[*EventTag]bool // the tags in the event's set, even with a mistake
}

func (r *eventReader) readEvent(e element) {
	event, before := r.event, r.errors
	f := r.section("event", e.value, e.at, "event "+quote(e.id))
	event.Allows = r.readScope(f, r.scope).ofBreaking() // no other rule that can be silenced checks events
	event.GoName = r.readGoName(f, e.goName())
	event.GoAliases = r.readGoAliases(f, event.GoName)
	f.fill(event)
	r.tagsUnread = !f.has("measures") || !r.readMeasures(f.entries["measures"])
	r.joinTags()
	setKnown := !f.hides("set")
	if f.has("set") {
		setKnown = r.readSet(f.entries["set"])
	}
	if f.has("tags") {
		r.restrict(f, setKnown)
	}
	event.GoMoved = r.readMoved(f, event.Params(), r.errors == before && !r.tagsUnread)
}

// joinTags sets the event's tags to the tags of its measures, by first appearance.
func (r *eventReader) joinTags() {
	for _, m := range r.event.Measures {
		for _, t := range m.Tags {
			if r.byTag[t] == nil {
				r.byTag[t] = &EventTag{Tag: t}
				r.event.Tags = append(r.event.Tags, r.byTag[t])
			}
		}
	}
}

// readMeasures reports whether all measures and their tags are known. If not, the
// event's tags are not known either.
func (r *eventReader) readMeasures(n *yaml.Node) bool {
	event := r.event
	var items []*yaml.Node
	complete := !r.fails(func() { items = r.texts(n, "measures") })
	listed := map[*Measure]bool{}
	for _, item := range items {
		m := r.measures[item.Value]
		switch {
		case m == nil:
			complete = false
			r.unknown(place(item), "measure", item.Value, "measures", r.measureIDs)
		case listed[m]:
			complete = false
			r.report("bad-value", place(item), "the measure %q is listed twice; delete one", m.ID)
		case m.Existing != nil:
			complete = false
			r.report("bad-value", place(item), "the measure %q is recorded by %s, and an event records only measures of its own package; delete it here", m.ID, m.Existing.Path)
		case m.Observe:
			complete = false
			r.report("bad-value", place(item), "the measure %q is observed, and an event needs measures that are recorded; delete it here, or delete the measure's \"observe\"", m.ID)
		case m.UpDown:
			complete = false
			r.report("bad-value", place(item), "the measure %q is counted up and down, and an event happens once, without an end; delete it here, and call %s beside the event", m.ID, m.RecordName())
		default:
			listed[m] = true
			event.Measures = append(event.Measures, m)
		}
	}
	if complete && len(event.Measures) < 2 {
		r.report("bad-value", place(n), "an event needs at least two measures; to record one measure, call its own recorder")
	}
	return complete && !slices.ContainsFunc(event.Measures, func(m *Measure) bool { return r.ofMeasure(m).unread.tags })
}

// eventTag returns the event's tag with the id that a node has. The tag must be one
// that the caller would otherwise pass.
func (r *eventReader) eventTag(n *yaml.Node) *EventTag {
	t := r.tags[n.Value]
	if t == nil {
		r.unknown(place(n), "tag", n.Value, "tags", r.tagIDs)
		return nil
	}
	r.ofTag(t).named = true
	switch et := r.byTag[t]; {
	case et == nil && !r.tagsUnread:
		var own []*Tag
		for _, et := range r.event.Tags {
			own = append(own, et.Tag)
		}
		r.report("unknown-reference", place(n), "no measure of event %q has the tag %q%s", owner(r.event.ID), t.ID, r.tagHint(t.ID, own))
	case t.From != FromCall && !r.ofTag(t).unread.from:
		r.report("bad-value", place(n), "the tag %q does not come from the call, so an event cannot set it or list it; delete it here", t.ID)
	case et == nil:
		return &EventTag{Tag: t} // it may be a tag of the event
	default:
		return et
	}
	return nil
}

// readSet reads the tags that the event fixes, and reports whether all of them are
// known.
func (r *eventReader) readSet(n *yaml.Node) (known bool) {
	pairs, known := r.pairs(n, "set")
	for _, p := range pairs {
		if !r.isLine(p.key, "a tag's id") {
			known = false
			continue
		}
		et := r.eventTag(p.key)
		known = known && et != nil
		if !r.isLine(p.value, "the value of "+p.key.Value) || et == nil {
			if et != nil {
				r.fixed[et] = true
			}
			continue
		}
		r.fixed[et] = true
		if !et.Tag.Closed() {
			if r.ofTag(et.Tag).unread.kind || r.checkTagValue(p.value, map[string]bool{}, et.Tag.UTF8 || r.ofTag(et.Tag).unread.utf8) {
				et.Text = &p.value.Value
			}
			continue
		}
		if et.Value = r.valueOf(et.Tag, p.value.Value); et.Value == nil && r.listsAll(et.Tag) {
			r.report("unknown-reference", place(p.value), "the tag %q has no value %s%s", owner(et.Tag.ID), quote(p.value.Value), r.valueHint(et.Tag, p.value.Value))
		}
	}
	return known
}

// restrict marks the tags as absent that are neither listed nor fixed. If setKnown is
// false, further tags may be fixed.
func (r *eventReader) restrict(f *fields, setKnown bool) {
	kept := map[*Tag]bool{}
	var items []*yaml.Node
	complete := !r.fails(func() { items = r.texts(f.entries["tags"], "tags") }) && setKnown
	for _, item := range items {
		et := r.eventTag(item)
		if et == nil {
			complete = false
			continue
		}
		if kept[et.Tag] {
			r.report("bad-value", place(item), "the tag %q is listed twice; delete one", et.Tag.ID)
		}
		kept[et.Tag] = true
	}
	if !complete {
		return // the absent tags are not known
	}
	for _, et := range r.event.Tags {
		if !et.Param() || kept[et.Tag] || r.fixed[et] || r.ofTag(et.Tag).unread.from {
			continue
		}
		et.Absent = true
		if et.Tag.Closed() && !et.Tag.Optional && !r.ofTag(et.Tag).unread.kind && !r.ofTag(et.Tag).unread.optional {
			r.report("bad-value", f.place("tags"), "the tag %q is not listed, but it is never absent; list it, fix its value with \"set\", or make it optional", et.Tag.ID)
		}
	}
}
