package schema

// A mistake hides the facts that it is about, and nothing else: a measure with an
// unknown tag still has a unit and bounds, and an SLO with a bad goal still has its
// conditions. So an element with a mistake is kept, and what could not be read of
// it is marked as unread. A fact that has no value is marked by its zero value: a
// name, Go name, key or unit that is "", bounds that are nil. Each check asks for
// the facts that it needs, so that it judges all that can be judged, and says
// nothing that merely follows from another problem.
//
// Such a schema has an error, so nothing but these checks ever sees it.

// tagUnread marks the facts of a tag that could not be read.
type tagUnread struct {
	kind     bool // whether it is closed
	values   bool // what the values of a closed tag are
	optional bool // whether a closed tag may be absent
	limits   bool // how many values an open tag has
	known    bool // what an open tag has under known
	utf8     bool // whether an open tag's values are UTF-8
	from     bool // where its value comes from
	key      bool // whether its key is another package's
}

// measureUnread marks the facts of a measure that could not be read.
type measureUnread struct {
	kind bool // whether it is recorded, observed or another package's
	tags bool // what its tags are
	view bool // what its views are
}

// viewUnread marks the facts of a view that could not be read.
type viewUnread struct {
	tags      bool // what its tags are
	maxSeries bool
}

// unknownAggregation is the aggregation of a view that does not tell one.
const unknownAggregation Aggregation = -1

// unknownView stands for a view that is named but not declared: no fact of it is
// known.
func (r *reader) unknownView() *View {
	v := &View{Measure: &Measure{}, Aggregation: unknownAggregation}
	r.ofMeasure(v.Measure).unread = measureUnread{true, true, true}
	r.ofView(v).unread = viewUnread{true, true}
	return v
}

// undeclaredTag is unknownView for a tag.
func (r *reader) undeclaredTag(id string) *Tag {
	t := &Tag{ID: id}
	r.ofTag(t).unread = tagUnread{true, true, true, true, true, true, true, true}
	return t
}

// listsAll reports whether the tag is closed, and all its values are known.
func (r *reader) listsAll(t *Tag) bool {
	return t.Closed() && !r.ofTag(t).unread.kind && !r.ofTag(t).unread.values
}

// isOpen reports whether the tag is known to be open.
func (r *reader) isOpen(t *Tag) bool { return !t.Closed() && !r.ofTag(t).unread.kind }

// isCounted reports whether it is known how many values the tag can have.
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

// isCompared reports whether it is known what meets the condition.
func (r *reader) isCompared(c Condition) bool {
	unread := r.ofTag(c.Tag).unread
	return r.isOpen(c.Tag) || r.listsAll(c.Tag) && !unread.optional && !unread.from
}

// isWhole reports whether it is known which time series are selected.
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
