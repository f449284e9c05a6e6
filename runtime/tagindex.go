package runtime

import (
	"context"
	"iter"

	"go.opencensus.io/tag"
)

// otherIndex is the index of "__other__", of every open tag.
const otherIndex = 1

// Index returns the index of a closed tag from the call among the series of a
// view, for any value: one that is not listed is counted, and has the index of
// its replacement. Generated code computes that of a listed value itself, in a
// method that can be inlined if this one is not.
//
//go:noinline
func (t *Tag) Index(ordinal uint32) uint64 {
	return uint64(t.closedCell(ordinal).ordinal) - t.lowest()
}

// OpenIndex returns the index of an open tag's text among the series of a view.
// A text that cannot be recorded, and one past the maximum, is counted and has
// the index of its replacement.
func (t *Tag) OpenIndex(text string) uint64 {
	if text == "" {
		return 0
	}
	return uint64(t.openNumber(text)) + 1
}

// ContextIndex returns the index of the value that ctx carries for the tag.
func (t *Tag) ContextIndex(ctx context.Context) uint64 {
	if ctx == nil {
		return 0
	}
	text, _ := tag.FromContext(ctx).Value(t.key)
	return uint64(t.contextCell(text).ordinal)
}

// lowest is the ordinal that has the index 0.
func (t *Tag) lowest() uint64 {
	if t.closed != nil && t.from == FromCall && !t.closed.optional {
		return 1 // it is never absent
	}
	return 0
}

// indices returns how many indices the tag has.
func (t *Tag) indices() uint64 {
	switch {
	case t.from == FromProcess:
		return 1
	case t.open != nil:
		return t.radix
	case t.closed.catchAll:
		return t.radix - t.lowest() - 1 // nothing is recorded as "__invalid__"
	}
	return t.radix - t.lowest()
}

// indexTexts returns the texts of the tag by index, less by: those below are of
// an absent tag.
func (t *Tag) indexTexts() (texts []string, by uint64) {
	switch {
	case t.from == FromProcess:
		return []string{t.processText()}, 0
	case t.open != nil:
		return t.open.admitted.all(), 1
	}
	return t.closed.texts[t.lowest():], 0
}

// processText returns what a tag of the process was set to, as it is recorded. It
// is found, and counted if it is replaced, once: after freeze it does not change.
func (t *Tag) processText() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.fixed == nil || !t.frozen {
		text := ""
		c := t.processCell()
		switch {
		case t.closed != nil:
			text = t.closed.texts[c.ordinal]
		case c.ordinal > 0:
			text = t.open.admitted.text(c.ordinal - 1)
		}
		t.fixed = &text
	}
	return *t.fixed
}

// listed yields the indices of a closed tag's listed values, and that of absence
// if it may be absent.
func (t *Tag) listed() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		last := uint64(len(t.closed.texts)) - 1 - t.lowest() // that of "__invalid__"
		for i := range last {
			if !yield(i) {
				return
			}
		}
	}
}
