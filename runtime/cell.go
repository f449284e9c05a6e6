package runtime

import (
	"sync/atomic"

	"go.opencensus.io/tag"
)

// A cell is a tag's value in one record, after all replacements.
type cell struct {
	ordinal uint32      // 0 is absent
	put     tag.Mutator // makes it so in a tag map; nil if the map has it already
}

// callCell returns the cell of an argument or of a process tag's value.
func (t *Tag) callCell(v TagValue) cell {
	switch {
	case v.kind == kindAbsent:
		return cell{0, t.remove}
	case v.kind == kindClosed && t.closed != nil:
		return t.closedCell(v.ordinal)
	case v.kind == kindOpen && t.open != nil:
		return t.openCell(v.text)
	}
	return cell{0, t.remove}
}

// valueIndex returns the index of an argument among the series of a view.
func (t *Tag) valueIndex(v TagValue) uint64 {
	switch {
	case t.open != nil:
		return uint64(t.callCell(v).ordinal)
	case v.kind == kindClosed:
		return t.Index(v.ordinal)
	}
	return t.Index(0) // absent, or what stands in for it
}

// processCell returns the cell of a process tag. One that was never set is
// absent, or, if it is closed and must not be absent, its replacement.
func (t *Tag) processCell() cell {
	if v := t.process.Load(); v != nil {
		return t.callCell(*v)
	}
	if t.closed != nil {
		return t.closedCell(0)
	}
	return cell{0, t.remove}
}

// contextCell returns the cell of a text that ctx carries; "" is absent.
func (t *Tag) contextCell(text string) cell {
	if text == "" {
		return cell{}
	}
	if t.open != nil {
		c := t.openCell(text)
		if c.ordinal > lastReplacement {
			c.put = nil
		}
		return c
	}
	if ordinal, ok := t.closed.ordinals[text]; ok {
		return cell{ordinal: ordinal}
	}
	if text == invalidText && !t.closed.catchAll { // counted when it was put into ctx
		return cell{ordinal: t.closed.replacement}
	}
	t.unknown.inc()
	return cell{t.closed.replacement, t.closed.puts[t.closed.replacement]}
}

// closedCell returns the cell of a closed tag's ordinal.
func (t *Tag) closedCell(ordinal uint32) cell {
	c := t.closed
	if (ordinal == 0 && !c.optional) || ordinal >= c.invalid() {
		t.unknown.inc()
		ordinal = c.replacement
	}
	return cell{ordinal, c.puts[ordinal]}
}

// openCell returns the cell of an open tag's text.
func (t *Tag) openCell(text string) cell {
	if text == "" {
		return cell{0, t.remove}
	}
	number := t.openNumber(text)
	return cell{number + 1, t.open.mutator(t.key, number)}
}

// openNumber returns the number among the admitted texts of an open tag's text,
// or of its replacement.
func (t *Tag) openNumber(text string) uint32 {
	v := t.open
	// The order matters: whatever was admitted before full was set is found.
	full := v.admitted.full.Load()
	number, ok := v.admitted.find(text)
	if ok {
		return number
	}
	if !v.recordable(text) {
		t.invalid.inc()
		return invalidNumber
	}
	if !full {
		if number, ok = v.admitted.admit(text); ok {
			return number
		}
	}
	t.overflow.inc()
	return otherNumber
}

// mutator returns what puts an admitted text into a tag map. It is kept, for
// OpenCensus makes a new one each time.
func (v *openValues) mutator(key tag.Key, number uint32) tag.Mutator {
	kept := v.mutators.Load()
	for kept == nil || int(number) >= len(*kept) {
		v.moreMutators(kept)
		kept = v.mutators.Load()
	}
	slot := &(*kept)[number]
	if m := slot.Load(); m != nil {
		return *m
	}
	m := tag.Upsert(key, v.admitted.text(number))
	slot.Store(&m)
	return m
}

// moreMutators makes room for the mutators of all texts that are admitted, unless
// somebody was faster. What others keep in the room before meanwhile may be lost,
// and is made again.
func (v *openValues) moreMutators(kept *[]atomic.Pointer[tag.Mutator]) {
	more := make([]atomic.Pointer[tag.Mutator], len(v.admitted.all()))
	if kept != nil { // no longer than more: texts only become more
		for i := range *kept {
			more[i].Store((*kept)[i].Load())
		}
	}
	v.mutators.CompareAndSwap(kept, &more)
}
