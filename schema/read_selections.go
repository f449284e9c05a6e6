package schema

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// expect reports a selection whose view's aggregation does not fit its place,
// and returns whether it does.
func (r *reader) expect(s *Selection, slo *SLO, reason string, fitting ...Aggregation) bool {
	if s.View.Aggregation == unknownAggregation || slices.Contains(fitting, s.View.Aggregation) {
		return true
	}
	var words []string
	for _, a := range fitting {
		words = append(words, a.String())
	}
	r.reportIn(slo.scope, "slo-aggregation", s.Place, "%s, so it needs a view with the aggregation %s; %q is a %s", reason, oneOf(words), s.View.ID, s.View.Aggregation)
	return false
}

// readSelection reads a view's id, or a mapping with view and where and
// whatever further keys the form has.
func (r *reader) readSelection(n *yaml.Node, what string, slo *SLO) *Selection {
	if n.Kind == yaml.ScalarNode {
		return &Selection{Place: place(n), View: r.selectView(n, what)}
	}
	return r.readWhere(r.fields(n, place(n), what, "view", "where"), slo)
}

// selectView returns the view that is named, or an unknown one.
func (r *reader) selectView(n *yaml.Node, what string) *View {
	if !r.isLine(n, what) {
		return unknownView()
	}
	v := r.views[n.Value]
	if v != nil && !r.ambiguous[v.ID] {
		return v
	}
	if v == nil && !r.mayBeView(n.Value) {
		r.unknown(place(n), "view", n.Value, "measures", r.viewIDs)
	}
	return unknownView()
}

// mayBeView reports whether a view of that id may be declared where views could
// not be read.
func (r *reader) mayBeView(id string) bool {
	if !r.viewsUnread || !idPattern.MatchString(id) {
		return false
	}
	m := r.measures[id]
	near, _ := r.guess(id, r.viewIDs)
	return near == "" || m != nil && m.unread.view
}

// lacksTag reports whether the view is known not to have the tag. A view that has
// more tags than it may is asked for none.
func (v *View) lacksTag(t *Tag) bool {
	return !v.unread.tags && len(v.Tags) <= maxTags && !slices.Contains(v.Tags, t)
}

func (r *reader) readWhere(f *fields, slo *SLO) *Selection {
	f.require("view")
	s := &Selection{Place: f.place("view"), View: unknownView(), whereUnread: f.hides("where")}
	if f.has("view") {
		s.View = r.selectView(f.entries["view"], "view")
	}
	if !f.has("where") {
		return s
	}
	s.whereUnread = r.fails(func() {
		pairs, _ := r.pairs(f.entries["where"], "where")
		for _, p := range pairs {
			if c, ok := r.readCondition(s, p); ok {
				s.Where = append(s.Where, c)
			}
		}
	})
	return s
}

// conditionTag returns the tag that is named, or an unknown one.
func (r *reader) conditionTag(s *Selection, n *yaml.Node) *Tag {
	t := r.tags[n.Value]
	readable := r.isLine(n, "a tag's id")
	if t == nil {
		if readable {
			r.unknown(place(n), "tag", n.Value, "tags", r.tagIDs)
		}
		return unknownTag(clip(n.Value))
	}
	t.named = true
	if s.View.lacksTag(t) {
		r.report("where-tag", place(n), "the view %q has no tag %q%s", s.View.ID, t.ID, r.tagHint(t.ID, s.View.Tags))
	}
	return t
}

func (r *reader) readCondition(s *Selection, p pair) (Condition, bool) {
	before := r.errors
	c := Condition{Place: place(p.key), Tag: r.conditionTag(s, p.key)}
	items := []*yaml.Node{p.value}
	switch p.value.Kind {
	case yaml.SequenceNode:
		if items = r.list(p.value, "where"); len(items) == 0 {
			r.report("bad-value", place(p.value), "the list is empty; nothing would be selected")
		}
	case yaml.MappingNode:
		f := r.fields(p.value, place(p.value), "a condition", "not", "starts_with")
		switch key := f.exactlyOne("not", "starts_with"); key {
		case "":
			return c, false
		case "not":
			c.Op, items = Not, []*yaml.Node{f.entries[key]}
		default:
			c.Op, items = StartsWith, []*yaml.Node{f.entries[key]}
		}
	}
	c.listed = map[string]bool{}
	for _, item := range items {
		if !r.isLine(item, "a value of "+c.Tag.ID) {
			continue
		}
		if c.listed[item.Value] {
			r.report("bad-value", place(item), "the value %s is listed twice", quote(item.Value))
			continue
		}
		c.listed[item.Value] = true
		r.checkConditionValue(s, c, item)
		c.Values = append(c.Values, item.Value)
	}
	return c, r.errors == before
}

// mayBeUTF8 reports whether values of the tag need not be ASCII. Another package
// records with OpenCensus, which takes nothing else.
func (s *Selection) mayBeUTF8(t *Tag) bool {
	return t.unread.utf8 || t.UTF8 && s.View.Measure.Existing == nil
}

// checkConditionValue reports a value that the tag never has in the view.
func (r *reader) checkConditionValue(s *Selection, c Condition, n *yaml.Node) {
	t := c.Tag
	if t.unread.kind {
		return
	}
	switch utf8 := s.mayBeUTF8(t); {
	case utf8 && (n.Value == "" || len(n.Value) > 255):
		r.report("where-value", place(n), "no tag has the value %s: values are 1 to 255 bytes", quote(n.Value))
		return
	case n.Value == "" || len(n.Value) > 255 || !utf8 && !isPrintableASCII(n.Value):
		r.report("where-value", place(n), "no tag has the value %s: values are 1 to 255 bytes of printable ASCII", quote(n.Value))
		return
	case !t.listsAll():
		return
	}
	if c.Op == StartsWith {
		if len(t.startingWith(n.Value)) == 0 {
			r.report("where-value", place(n), "no value of the tag %q starts with %q%s", t.ID, n.Value, r.valueHint(t, n.Value))
		}
		return
	}
	if t.value(n.Value) == nil && !(n.Value == invalidValue && t.CatchAll == nil) {
		r.report("where-value", place(n), "the tag %q has no value %q%s", t.ID, n.Value, r.valueHint(t, n.Value))
	}
}
