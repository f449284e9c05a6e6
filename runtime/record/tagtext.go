package record

// Text returns the recorded text of a closed tag's value: "" if it is absent, and the
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

// Lookup returns the ordinal of a closed tag's value with the text, or 0 and false if
// there is none. The empty text is ordinal 0 of an optional tag. It counts nothing.
func (t *Tag) Lookup(text string) (ordinal uint32, ok bool) {
	c := t.closed
	if c == nil {
		return 0, false
	}
	ordinal, ok = c.ordinals[text]
	return ordinal, ok || text == "" && c.optional
}

// Of returns the ordinal of a closed tag's value with the text. If there is none it
// returns the ordinal of the catch-all, or 0 without a catch-all. It counts such a text
// as [ReasonUnknown], unless the record of the result will count it, because 0 is not a
// value of the tag.
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

// ValuesOf returns the values of a closed tag in their order. T is the type of the tag.
// The slice belongs to the caller.
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
