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
func unknownView() *View {
	return &View{Measure: &Measure{unread: measureUnread{true, true, true}}, Aggregation: unknownAggregation, unread: viewUnread{true, true}}
}

// unknownTag is unknownView for a tag.
func unknownTag(id string) *Tag {
	return &Tag{ID: id, unread: tagUnread{true, true, true, true, true, true, true, true}}
}

// listsAll reports whether the tag is closed, and all its values are known.
func (t *Tag) listsAll() bool { return t.Closed() && !t.unread.kind && !t.unread.values }

// isOpen reports whether the tag is known to be open.
func (t *Tag) isOpen() bool { return !t.Closed() && !t.unread.kind }

// isCounted reports whether it is known how many values the tag can have.
func (t *Tag) isCounted() bool {
	switch {
	case t.unread.kind || t.unread.from:
		return false
	case t.Closed():
		return !t.unread.values && !t.unread.optional
	}
	return !t.unread.limits && !t.unread.known
}

// isCompared reports whether it is known what meets the condition.
func (c Condition) isCompared() bool {
	return c.Tag.isOpen() || c.Tag.listsAll() && !c.Tag.unread.optional && !c.Tag.unread.from
}

// isWhole reports whether it is known which time series are selected.
func (s *Selection) isWhole() bool {
	for _, c := range s.Where {
		if !c.isCompared() {
			return false
		}
	}
	return !s.whereUnread
}

// fails reports whether read finds an error.
func (r *reader) fails(read func()) bool {
	before := r.errors
	read()
	return r.errors > before
}
