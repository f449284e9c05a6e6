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
	list := &conditionReader{r, s, &c, map[string]bool{}, map[string]bool{}}
	list.readTerms(p.value, "")
	if r.errors == before && !c.Tag.broken && c.meetsNothing() {
		r.report("where-value", c.Place, "the condition leaves out every value of the tag %q, so nothing would be selected", c.Tag.ID)
	}
	return c, r.errors == before
}
