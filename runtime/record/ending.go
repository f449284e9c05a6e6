package record

// Ending returns the tag for series that end: for observed measures, and for measures with a
// function that forgets their series. It has the key, the values and the maximum of t, but
// other indices, which are below 2^32. The index of a text lasts as long as series with it
// exist: see [Tag.Use]. Then the text gives its place within the maximum back.
//
// A closed tag and a tag of the process, whose values stay, are their own Ending.
func (t *Tag) Ending() *Tag {
	if t.ending != nil && t.from != FromProcess {
		return t.ending
	}
	return t
}

// Ends reports whether the tag is an [Tag.Ending] whose indices end.
func (t *Tag) Ends() bool { return t.ends }

// Use notes that one more series has the index. It reports false if the index has ended
// since it was computed: then [Tag.Again] returns another one.
func (t *Tag) Use(index uint64) bool {
	return !t.ends || index == 0 || t.open.ending.Use(index-1)
}

// Release notes that a series with the index has ended. Each Use has one Release.
func (t *Tag) Release(index uint64) {
	if !t.ends || index == 0 {
		return
	}
	t.open.mu.Lock()
	defer t.open.mu.Unlock()
	t.open.ending.Release(index - 1)
}

// Again returns the index that the text of an index has now. If it is not known any more
// which text had the index, it counts the value and returns the index of "__other__".
func (t *Tag) Again(index uint64) uint64 {
	if !t.ends || index == 0 {
		return index
	}
	number := index - 1
	text, ok := t.open.ending.Text(number)
	if !ok {
		text, ok = t.open.ending.Former(number)
	}
	if !ok {
		t.overflow.Inc()
		return OtherOrdinal
	}
	return uint64(t.openOrdinal(text))
}

// UncountedIndex is [Tag.OpenIndex] for a text that was counted before, if it is replaced: a bound
// recorder looks it up again after series have ended.
func (t *Tag) UncountedIndex(text string) uint64 {
	if text == "" {
		return 0
	}
	full := t.open.full.Load()
	number, ok := t.open.find(text, t.ends)
	if !ok {
		number, _ = t.newNumber(text, full)
	}
	return uint64(number) + 1
}

// Existing returns the index of an argument if there may be series with it. It counts
// nothing: a value that would be replaced has no series of its own.
func (t *Tag) Existing(v TagValue) (index uint64, ok bool) {
	if t.open == nil {
		ordinal := uint32(0)
		if v.kind == kindClosed {
			ordinal = v.ordinal
		}
		if ordinal >= t.closed.invalid() || ordinal == 0 && !t.closed.optional {
			return 0, false
		}
		return uint64(ordinal) - t.lowest(), true
	}
	if v.kind != kindOpen || v.text == "" {
		return 0, true
	}
	number, ok := t.open.find(v.text, t.ends)
	return uint64(number) + 1, ok
}
