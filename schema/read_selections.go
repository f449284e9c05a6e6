package schema

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// expect reports a selection whose view's aggregation does not fit its place,
// and returns whether it does.
func (r *reader) expect(s *Selection, slo *SLO, reason string, fitting ...Aggregation) bool {
	if s.View.broken || s.View.Measure.broken || slices.Contains(fitting, s.View.Aggregation) {
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
// whatever further keys the form has; nil if the view is not known.
func (r *reader) readSelection(n *yaml.Node, what string, slo *SLO) *Selection {
	if n.Kind == yaml.ScalarNode {
		return r.selectView(n, what)
	}
	return r.readWhere(r.fields(n, place(n), what, "view", "where"), slo)
}

func (r *reader) selectView(n *yaml.Node, what string) *Selection {
	if !r.isLine(n, what) {
		return nil
	}
	v := r.views[n.Value]
	if v == nil {
		if !r.viewsUnread {
			r.unknown(place(n), "view", n.Value, "measures", r.viewIDs)
		}
		return nil
	}
	return &Selection{Place: place(n), View: v}
}

// hasTag reports whether the view has the tag, and true for a view that has more
// than it may.
func (v *View) hasTag(t *Tag) bool { return len(v.Tags) > maxTags || slices.Contains(v.Tags, t) }

func (r *reader) readWhere(f *fields, slo *SLO) *Selection {
	f.require("view")
	if !f.has("view") {
		return nil
	}
	s := r.selectView(f.entries["view"], "view")
	if s == nil || !f.has("where") {
		return s
	}
	pairs, _ := r.pairs(f.entries["where"], "where")
	for _, p := range pairs {
		if c, ok := r.readCondition(s, p); ok {
			s.Where = append(s.Where, c)
		}
	}
	return s
}

func (r *reader) readCondition(s *Selection, p pair) (Condition, bool) {
	c := Condition{Place: place(p.key), Tag: r.tags[p.key.Value]}
	switch {
	case !r.isLine(p.key, "a tag's id"):
		return c, false
	case c.Tag == nil:
		r.unknown(place(p.key), "tag", p.key.Value, "tags", r.tagIDs)
		return c, false
	case s.View.broken || s.View.Measure.broken:
		return c, false
	case !s.View.hasTag(c.Tag):
		c.Tag.named = true
		r.report("where-tag", place(p.key), "the view %q has no tag %q%s", s.View.ID, c.Tag.ID, r.tagHint(c.Tag.ID, s.View.Tags))
		return c, false
	}
	before := r.errors
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

// checkConditionValue reports a value that the tag never has in the view.
func (r *reader) checkConditionValue(s *Selection, c Condition, n *yaml.Node) {
	t := c.Tag
	if t.broken {
		return
	}
	switch utf8 := t.UTF8 && s.View.Measure.Existing == nil; { // another package records with OpenCensus
	case utf8 && (n.Value == "" || len(n.Value) > 255):
		r.report("where-value", place(n), "no tag has the value %s: values are 1 to 255 bytes", quote(n.Value))
		return
	case n.Value == "" || len(n.Value) > 255 || !utf8 && !isPrintableASCII(n.Value):
		r.report("where-value", place(n), "no tag has the value %s: values are 1 to 255 bytes of printable ASCII", quote(n.Value))
		return
	case !t.Closed():
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
