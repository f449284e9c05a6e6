package schema

import (
	"slices"

	"gopkg.in/yaml.v3"
)

// expect reports a selection whose view has the wrong aggregation, and returns whether
// it is right.
func (r *reader) expect(s *Selection, slo *SLO, reason string, fitting ...Aggregation) bool {
	if s.View.Aggregation == unknownAggregation || slices.Contains(fitting, s.View.Aggregation) {
		return true
	}
	var words []string
	for _, a := range fitting {
		words = append(words, a.String())
	}
	r.reportIn(r.ofSLO(slo).scope, "slo-aggregation", s.Place, "%s, so it needs a view with the aggregation %s; the view %q is %s", reason, oneOf(words), s.View.ID, s.View.Aggregation.Noun())
	return false
}

// readSelection reads a view's id, or a mapping with view, where and the other keys of
// the form.
func (r *reader) readSelection(n *yaml.Node, what string, slo *SLO) *Selection {
	if n.Kind == yaml.ScalarNode {
		return &Selection{Place: place(n), View: r.selectView(n, what)}
	}
	return r.readWhere(r.section("selection", n, place(n), what), slo)
}

// selectView returns the view that is named, or an unknown view.
func (r *reader) selectView(n *yaml.Node, what string) *View {
	if !r.isLine(n, what) {
		return r.unknownView()
	}
	v := r.views[n.Value]
	if v != nil && !r.ambiguous[v.ID] {
		return v
	}
	if v == nil && !r.mayBeView(n.Value) {
		r.unknown(place(n), "view", n.Value, "measures", r.viewIDs)
	}
	return r.unknownView()
}

// mayBeView reports whether a view of that id may be declared in a place that could not
// be read.
func (r *reader) mayBeView(id string) bool {
	if !r.viewsUnread || !idPattern.MatchString(id) {
		return false
	}
	m := r.measures[id]
	near, _ := r.guess(id, r.viewIDs)
	return near == "" || m != nil && r.ofMeasure(m).unread.view
}

// lacksTag reports whether the view is known not to have the tag. It is false for a
// view with too many tags.
func (r *reader) lacksTag(v *View, t *Tag) bool {
	return !r.ofView(v).unread.tags && len(v.Tags) <= maxTags && !slices.Contains(v.Tags, t)
}

func (r *reader) readWhere(f *fields, slo *SLO) *Selection {
	s := &Selection{Place: f.place("view"), View: r.unknownView()}
	r.whereUnread[s] = f.hides("where")
	if f.has("view") {
		s.View = r.selectView(f.entries["view"], "view")
	}
	if !f.has("where") {
		return s
	}
	r.whereUnread[s] = r.fails(func() {
		pairs, _ := r.pairs(f.entries["where"], "where")
		for _, p := range pairs {
			if c, ok := r.readCondition(s, p); ok {
				s.Where = append(s.Where, c)
			}
		}
	})
	return s
}

// conditionTag returns the tag that is named, or an unknown tag.
func (r *reader) conditionTag(s *Selection, n *yaml.Node) *Tag {
	t := r.tags[n.Value]
	readable := r.isLine(n, "a tag's id")
	if t == nil {
		if readable {
			r.unknown(place(n), "tag", n.Value, "tags", r.tagIDs)
		}
		return r.undeclaredTag(clip(n.Value))
	}
	r.ofTag(t).named = true
	if r.lacksTag(s.View, t) {
		r.report("where-tag", place(n), "the view %q has no tag %q%s", owner(s.View.ID), t.ID, r.tagHint(t.ID, s.View.Tags))
	}
	return t
}

func (r *reader) readCondition(s *Selection, p pair) (Condition, bool) {
	before := r.errors
	c := Condition{Place: place(p.key), Tag: r.conditionTag(s, p.key)}
	list := &conditionReader{r, s, &c, map[string]bool{}, map[string]bool{}}
	list.readTerms(p.value, "")
	if r.errors == before && r.isCompared(c) && r.meetsNothing(c) {
		r.report("where-value", c.Place, "the condition excludes every value of the tag %q, so it selects nothing; delete a value from it, or the whole condition", owner(c.Tag.ID))
	}
	return c, r.errors == before
}

// mayBeUTF8 reports whether values of the tag may be other than ASCII. Measures of
// other packages are recorded with OpenCensus, which allows only ASCII.
func (r *reader) mayBeUTF8(s *Selection, t *Tag) bool {
	return r.ofTag(t).unread.utf8 || t.UTF8 && s.View.Measure.Existing == nil
}
