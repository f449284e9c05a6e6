package record

// Text returns a closed tag's value as it is recorded: "" if it is absent, the
// catch-all or "__invalid__" if it is out of range. It counts nothing.
func (t *Tag) Text(ordinal uint32) string {
	c := t.closed
	switch {
	case c == nil:
		return ""
	case ordinal == 0 && c.optional:
		return ""
	case ordinal == 0 || ordinal >= c.invalid():
		return c.texts[c.replacement]
	}
	return c.texts[ordinal]
}

// Lookup returns the ordinal of a closed tag's value, and 0 and false for a text
// that is none. For an optional tag the empty text is one, ordinal 0. It counts
// nothing.
func (t *Tag) Lookup(text string) (ordinal uint32, ok bool) {
	c := t.closed
	if c == nil {
		return 0, false
	}
	ordinal, ok = c.ordinals[text]
	return ordinal, ok || text == "" && c.optional
}

// Of is Lookup for callers that take any text: one that is no value gives the
// catch-all's ordinal, or 0 if there is none. It is counted as [ReasonUnknown]
// here, unless its record will count it, since 0 is no value there either.
func (t *Tag) Of(text string) uint32 {
	ordinal, ok := t.Lookup(text)
	if c := t.closed; !ok && c != nil && (c.catchAll || c.optional) {
		t.unknown.Inc()
		if c.catchAll {
			ordinal = c.replacement
		}
	}
	return ordinal
}

// ValuesOf returns the values of a closed tag in their order, as a slice of the
// caller's own. T is the tag's type.
func ValuesOf[T ~uint8 | ~uint16 | ~uint32](t *Tag) []T {
	if t.closed == nil {
		return nil
	}
	values := make([]T, t.closed.invalid()-1)
	for i := range values {
		values[i] = T(i + 1)
	}
	return values
}
