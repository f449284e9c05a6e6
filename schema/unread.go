package schema

// A mistake makes only the facts unknown that it is about. A measure with an unknown
// tag still has a unit and bounds, and an SLO with a bad goal still has its conditions.
// So an element with a mistake is kept, and the facts that could not be read are marked
// as unread. Some facts are marked by their zero value: a name, Go name, key or unit
// that is "", bounds that are nil. Each check tests for the facts that it needs. So it
// checks as much as possible, and reports no problem that only follows from another.
//
// A schema with unread facts has an error, so only these checks see it.

// tagUnread marks the facts of a tag that could not be read.
type tagUnread struct {
	kind     bool // whether the tag is closed
	values   bool // the values of a closed tag
	optional bool // whether a closed tag may be absent
	limits   bool // the maximum number of values of an open tag
	known    bool // the known values of an open tag
	utf8     bool // whether an open tag's values are UTF-8
	from     bool // where the value comes from
	key      bool // whether the key is declared by another package
}

// measureUnread marks the facts of a measure that could not be read.
type measureUnread struct {
	kind   bool // whether this package records it, observes it, or another package records it
	tags   bool // the tags
	view   bool // the views
	forget bool // whether its series end
}

// viewUnread marks the facts of a view that could not be read.
type viewUnread struct {
	tags      bool // the tags
	maxSeries bool
}

// unknownAggregation is the aggregation of a view whose aggregation could not be read.
const unknownAggregation Aggregation = -1

// unknownView returns the view for a reference to a view that is not declared. None of
// its facts is known.
func (r *reader) unknownView() *View {
	v := &View{Measure: &Measure{}, Aggregation: unknownAggregation}
	r.ofMeasure(v.Measure).unread = measureUnread{true, true, true, true}
	r.ofView(v).unread = viewUnread{true, true}
	return v
}

// undeclaredTag returns the tag for a reference to a tag that is not declared.
func (r *reader) undeclaredTag(id string) *Tag {
	t := &Tag{ID: id}
	r.ofTag(t).unread = tagUnread{true, true, true, true, true, true, true, true}
	return t
}

// listsAll reports whether the tag is closed and all its values are known.
func (r *reader) listsAll(t *Tag) bool {
	return t.Closed() && !r.ofTag(t).unread.kind && !r.ofTag(t).unread.values
}

// isOpen reports whether the tag is known to be open.
func (r *reader) isOpen(t *Tag) bool { return !t.Closed() && !r.ofTag(t).unread.kind }

// isCounted reports whether the number of the tag's values is known.
func (r *reader) isCounted(t *Tag) bool {
	unread := r.ofTag(t).unread
	switch {
	case unread.kind || unread.from:
		return false
	case t.Closed():
		return !unread.values && !unread.optional
	}
	return !unread.limits && !unread.known
}

// isCompared reports whether the values that meet the condition are known.
func (r *reader) isCompared(c Condition) bool {
	unread := r.ofTag(c.Tag).unread
	return r.isOpen(c.Tag) || r.listsAll(c.Tag) && !unread.optional && !unread.from
}

// isWhole reports whether the selected time series are known.
func (r *reader) isWhole(s *Selection) bool {
	for _, c := range s.Where {
		if !r.isCompared(c) {
			return false
		}
	}
	return !r.whereUnread[s]
}

// fails reports whether read finds an error.
func (r *reader) fails(read func()) bool {
	before := r.errors
	read()
	return r.errors > before
}
