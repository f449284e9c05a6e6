package runtime

import "go.opencensus.io/tag"

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
	e := t.openEntry(text, t.open.put)
	if e.put == nil { // admitted by a direct recorder
		return cell{e.index + 1, t.open.put(e.text)}
	}
	return cell{e.index + 1, e.put}
}

// openEntry returns the entry of an open tag's text or of its replacement. put,
// which may be nil, makes the mutator of a new one.
func (t *Tag) openEntry(text string, put func(string) tag.Mutator) *entry {
	v := t.open
	// The order matters: whatever was admitted before full was set is found.
	full := v.admitted.full.Load()
	e := v.admitted.find(text)
	switch {
	case e != nil:
	case !v.recordable(text):
		t.invalid.inc()
		e = v.invalid
	case !full:
		e = v.admitted.admit(text, put)
	}
	if e == nil {
		t.overflow.inc()
		e = v.other
	}
	return e
}
