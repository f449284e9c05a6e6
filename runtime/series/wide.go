package series

import "encoding/binary"

// A wide set has more combinations than 64 bits can number. So combinations are numbered
// as they come, and the number is the index. Numbers are never reused, so only a
// combination that has or may get a series gets a number. Otherwise the memory would grow
// with every recorded combination, also beyond MaxSeries.

// maxWide bounds the combinations of a wide set. Further records share the series of the
// last combination: no backend can store a view of so many series.
const maxWide = 1 << 30

// maxIdle is the number of combinations that are numbered while no series counts. Bound
// recorders, which are made early, need them.
const maxIdle = 1 << 16

// Wide returns the index of a combination in a wide set. indices has the index of each
// tag except those of the process, in order; Wide may change it. Beyond the limit it
// returns the index of the combination whose open tags are "__other__".
func (s *SeriesSet[C]) Wide(indices ...uint64) uint64 {
	if s.places.wide == nil {
		return 0 // only generated code takes the set for wide: it is never registered, see check
	}
	room := s.hasNumbers() // before: what has got a number since then is found
	if number, ok := s.places.numberOf(indices); ok {
		return number
	}
	if !room && s.places.collapse(indices) && s.registered() {
		s.dropped.Inc()
	}
	return s.places.number(indices)
}

// hasNumbers reports whether a new combination may get a number.
func (s *SeriesSet[C]) hasNumbers() bool {
	if !s.registered() {
		return len(s.places.wide.All()) < maxIdle
	}
	return !s.full.Load()
}

// given appends the parts that make a combination: all parts except those of process tags.
func (p *places) given(to, parts []uint64) []uint64 {
	for i, pl := range p.places {
		if !pl.fixed {
			to = append(to, parts[i])
		}
	}
	return to
}

// numberOf returns the number of a combination, if it has one.
func (p *places) numberOf(given []uint64) (number uint64, ok bool) {
	var inline [8 * maxTags]byte
	n, ok := p.wide.FindBytes(wideKey(inline[:0], given))
	return uint64(n), ok
}

// number returns the number of a combination, and gives it one if it has none.
func (p *places) number(given []uint64) uint64 {
	if number, ok := p.numberOf(given); ok {
		return number
	}
	var inline [8 * maxTags]byte
	if number, ok := p.wide.Admit(string(wideKey(inline[:0], given))); ok {
		return uint64(number)
	}
	return maxWide - 1
}

// wideKey appends the bytes that stand for a combination.
func wideKey(key []byte, given []uint64) []byte {
	for _, part := range given {
		key = binary.LittleEndian.AppendUint64(key, part)
	}
	return key
}

// collapse turns a combination's open tags into "__other__", but absent ones. It
// reports whether that changed any.
func (p *places) collapse(given []uint64) (changed bool) {
	i := 0
	for _, pl := range p.places {
		if pl.fixed {
			continue
		}
		if pl.tag.IsOpen() && given[i] > otherIndex {
			given[i], changed = otherIndex, true
		}
		i++
	}
	return changed
}
