package series

// The series of a measure that can be forgotten end, and so do observed series. The tags of
// such a set are each tag's [record.Tag.Ending], whose indices end too: the index of a value
// lasts as long as a series with it, in any set. A record computes the index first and finds
// its series then. If the value has lost the index in between, the record gets another one.

// hold notes that a series has the index, so that its values keep their indices. If a value
// has lost its index since it was computed, hold returns the index that the series has now. It
// reports false if it is not known any more which values had the index: that takes hundreds
// of values that come and go between two lines of a record.
func (p *places) hold(index uint64) (held uint64, ok bool) {
	if !p.ends {
		return index, true
	}
	for range 8 {
		if p.use(index) {
			return index, true
		}
		if index, ok = p.again(index); !ok {
			return 0, false
		}
	}
	index = p.collapsed(index) // other goroutines end the same series again and again
	return index, p.use(index)
}

// use is hold while no value has lost its index.
func (p *places) use(index uint64) bool {
	var inline [maxTags]uint64
	parts, ok := p.parts(inline[:0], index)
	if !ok {
		return false
	}
	for i, part := range parts {
		if !p.places[i].tag.Use(part) {
			p.releaseParts(parts[:i])
			return false
		}
	}
	if p.wide != nil && !p.wide.ending.Use(index) {
		p.releaseParts(parts)
		return false
	}
	return true
}

// release notes that a series with the index has ended. Each hold has one release.
func (p *places) release(index uint64) {
	if !p.ends {
		return
	}
	var inline [maxTags]uint64
	parts, _ := p.parts(inline[:0], index)
	p.releaseParts(parts)
	if p.wide != nil {
		p.wide.ending.Release(index)
	}
}

func (p *places) releaseParts(parts []uint64) {
	for i, part := range parts {
		p.places[i].tag.Release(part)
	}
}

// again returns the index that the values of an index have now.
func (p *places) again(index uint64) (now uint64, ok bool) {
	var inline [maxTags]uint64
	parts, ok := p.parts(inline[:0], index)
	if !ok {
		return 0, false
	}
	for i, part := range parts {
		parts[i] = p.places[i].tag.Again(part)
	}
	return p.join(parts), true
}
