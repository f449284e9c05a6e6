package record

import (
	"context"
	"iter"
)

// A tag has an index among the series of a view. It is the ordinal, or one less if the
// tag is never absent, so that a view's table has no places that cannot be used.

// Index returns the index of a closed tag's value among the series of a view. A value that
// is not listed is counted and has the index of its replacement. Generated code computes
// the index of a listed value itself, in a method that can only be inlined if this one is
// not.
//
//go:noinline
func (t *Tag) Index(ordinal uint32) uint64 {
	return uint64(t.closedOrdinal(ordinal)) - t.lowest()
}

// OpenIndex returns the index of an open tag's text among the series of a view. A text
// that is invalid, or exceeds the maximum, is counted and has the index of its
// replacement.
func (t *Tag) OpenIndex(text string) uint64 { return uint64(t.openOrdinal(text)) }

// ContextIndex returns the index of the value that ctx carries for the tag.
func (t *Tag) ContextIndex(ctx context.Context) uint64 {
	ordinal, _ := t.ContextOrdinal(t.carried(ctx))
	return uint64(ordinal)
}

// ValueIndex returns the index of an argument among the series of a view.
func (t *Tag) ValueIndex(v TagValue) uint64 {
	switch {
	case t.open != nil:
		return uint64(t.Ordinal(v))
	case v.kind == kindClosed:
		return t.Index(v.ordinal)
	}
	return t.Index(0) // absent, or the replacement of an absent value
}

// lowest returns the ordinal whose index is 0.
func (t *Tag) lowest() uint64 {
	if t.closed != nil && t.from == FromCall && !t.closed.optional {
		return 1 // it is never absent
	}
	return 0
}

// Indices returns the number of indices of the tag.
func (t *Tag) Indices() uint64 {
	switch {
	case t.from == FromProcess:
		return 1
	case t.open != nil:
		return t.ordinals
	case t.closed.catchAll:
		return t.ordinals - t.lowest() - 1 // nothing is recorded as "__invalid__"
	}
	return t.ordinals - t.lowest()
}

// IndexText returns the recorded text of an index: "" if it is absent. The value of a
// process tag has the index 0; see [Tag.Freeze].
func (t *Tag) IndexText(index uint64) string {
	if t.from == FromProcess {
		return t.processText()
	}
	return t.OrdinalText(uint32(index + t.lowest()))
}

// processText returns the recorded value of a process tag. It is determined, and counted
// if it is replaced, once: after Freeze it does not change.
func (t *Tag) processText() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fixed == nil || !t.frozen {
		text := t.OrdinalText(t.ProcessOrdinal())
		t.fixed = &text
	}
	return *t.fixed
}

// ListedIndices yields the indices of the values that are in the schema: of a closed tag's
// listed values and, if the tag is optional, the index of absence; of an open tag's known
// values.
func (t *Tag) ListedIndices() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		if t.open != nil {
			for _, ordinal := range t.open.known {
				if !yield(uint64(ordinal)) {
					return
				}
			}
			return
		}
		invalid := uint64(t.closed.invalid()) - t.lowest()
		for i := range invalid {
			if !yield(i) {
				return
			}
		}
	}
}
