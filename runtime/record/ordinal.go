package record

import "context"

// The value of a tag in a record has an ordinal, after all replacements; 0 means absent. The
// ordinal of a closed tag's value is its place among the values of the schema, plus one. The
// ordinal of an open tag's text is its number plus one: see openValues.

// Ordinals returns the number of ordinals of the tag; all ordinals are below it.
func (t *Tag) Ordinals() uint64 { return t.ordinals }

// Ordinal returns the ordinal of an argument, or of the value of a process tag. It
// counts the value if it is replaced.
func (t *Tag) Ordinal(v TagValue) uint32 {
	switch {
	case v.kind == kindClosed && t.closed != nil:
		return t.closedOrdinal(v.ordinal)
	case v.kind == kindOpen && t.open != nil:
		return t.openOrdinal(v.text)
	}
	return 0
}

// ProcessOrdinal returns the ordinal of a process tag. A tag that was never set is
// absent; if it is closed and not optional, its replacement is recorded.
func (t *Tag) ProcessOrdinal() uint32 {
	if v := t.process.Load(); v != nil {
		return t.Ordinal(*v)
	}
	if t.closed != nil {
		return t.closedOrdinal(0)
	}
	return 0
}

// ContextOrdinal returns the ordinal of a text that ctx carries; "" means absent. It
// reports whether another text is recorded.
func (t *Tag) ContextOrdinal(text string) (ordinal uint32, replaced bool) {
	if text == "" {
		return 0, false
	}
	if t.open != nil {
		ordinal = t.openOrdinal(text)
		return ordinal, ordinal <= lastReplacement
	}
	if ordinal, ok := t.closed.ordinals[text]; ok {
		return ordinal, false
	}
	if text == invalidText && !t.closed.catchAll { // counted when it was put into ctx
		return t.closed.replacement, false
	}
	t.unknown.Inc()
	return t.closed.replacement, true
}

// OrdinalText returns the recorded text of an ordinal: "" if it is absent.
func (t *Tag) OrdinalText(ordinal uint32) string {
	switch {
	case t.closed != nil:
		return t.closed.texts[ordinal]
	case ordinal == 0:
		return ""
	}
	return t.open.text(ordinal-1, t.ends)
}

// closedOrdinal returns the ordinal that is recorded for the ordinal of a closed tag's
// value.
func (t *Tag) closedOrdinal(ordinal uint32) uint32 {
	c := t.closed
	if (ordinal == 0 && !c.optional) || ordinal >= c.invalid() {
		t.unknown.Inc()
		return c.replacement
	}
	return ordinal
}

// openOrdinal returns the ordinal of an open tag's text.
func (t *Tag) openOrdinal(text string) uint32 {
	if text == "" {
		return 0
	}
	return t.openNumber(text) + 1
}

// openNumber returns the number of an open tag's text, or of its replacement, which it counts.
func (t *Tag) openNumber(text string) uint32 {
	v := t.open
	full := v.full.Load() // first: see newNumber
	if t.ends {
		if n, ok := v.ending.Find(text); ok {
			return uint32(n)
		}
	} else if n, ok := v.staying.Find(text); ok { // not v.find, which is one call more
		return n
	}
	number, replaced := t.newNumber(text, full)
	if replaced != nil {
		replaced.Inc()
	}
	return number
}

// newNumber returns the number of a text that was not found, or of its replacement with the
// counter for it. full is whether no place was free before the text was looked up.
func (t *Tag) newNumber(text string, full bool) (number uint32, replaced *Counter) {
	v := t.open
	if !v.recordable(text) {
		return invalidNumber, t.invalid
	}
	if !full || v.mayHavePlace(text, t.ends) {
		if number, ok := v.admit(text, t.ends); ok {
			return number, nil
		}
	}
	return otherNumber, t.overflow
}

// carried returns the text that ctx carries for the tag.
func (t *Tag) carried(ctx context.Context) string {
	if ctx == nil {
		return ""
	}
	return t.carrier.Text(ctx)
}
