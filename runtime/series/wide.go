package series

import (
	"encoding/binary"

	"github.com/ocgen/ocgen/runtime/internal/intern"
)

// A wide set has more combinations than 64 bits can number. So combinations are numbered
// as they come, and the number is the index. Numbers are never reused, so only a
// combination that has or may get a series gets a number. Otherwise the memory would grow
// with every recorded combination, also beyond MaxSeries.

// combinations are the combinations of a wide set, and their numbers. Exactly one of the
// fields is set.
type combinations struct {
	staying *intern.Table
	ending  *intern.Counted // of a set whose series end: a combination leaves with its series
}

func newCombinations(ends bool) *combinations {
	if ends {
		return &combinations{ending: intern.NewCounted(1<<63, nil)}
	}
	return &combinations{staying: intern.New(maxWide)}
}

// find returns the number of a combination, if it has one.
func (c *combinations) find(key []byte) (number uint64, ok bool) {
	if c.ending != nil {
		return c.ending.FindBytes(key)
	}
	n, ok := c.staying.FindBytes(key)
	return uint64(n), ok
}

// admit returns the number of a combination, and gives it one if it has none.
func (c *combinations) admit(key string) uint64 {
	if c.ending != nil {
		return c.ending.Admit(key)
	}
	if number, ok := c.staying.Admit(key); ok {
		return uint64(number)
	}
	return maxWide - 1
}

// text returns the combination that has the number, or had it until a short time ago. It
// returns "" if that is not known any more.
func (c *combinations) text(number uint64) string {
	if c.ending == nil {
		return c.staying.Text(uint32(number))
	}
	text, ok := c.ending.Text(number)
	if !ok {
		text, _ = c.ending.Former(number)
	}
	return text
}

// idle returns the number of combinations that have a number while no series counts.
func (c *combinations) idle() int {
	if c.ending != nil {
		return 0 // it limits them itself
	}
	return len(c.staying.All())
}

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
	if s.past != nil && s.places.givenPastLimit(indices) {
		return widePast
	}
	room := s.hasNumbers() // before: what has got a number since then is found
	if number, ok := s.places.numberOf(indices); ok {
		return number
	}
	if !room && s.places.collapse(indices) && s.registered() {
		s.dropped.Inc()
		if s.past != nil {
			return widePast
		}
	}
	return s.places.number(indices)
}

// widePast is the index of the combinations that a set of last values drops: it needs no
// number. No combination has it, and it has a key in a table.
const widePast = 1<<64 - 2

// givenPastLimit reports whether an open tag of a combination is "__other__".
func (p *places) givenPastLimit(given []uint64) bool {
	i := 0
	for _, pl := range p.places {
		if pl.fixed {
			continue
		}
		if given[i] == otherIndex && pl.tag.IsOpen() {
			return true
		}
		i++
	}
	return false
}

// hasNumbers reports whether a new combination may get a number.
func (s *SeriesSet[C]) hasNumbers() bool {
	if !s.registered() {
		return s.places.wide.idle() < maxIdle
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
	return p.wide.find(wideKey(inline[:0], given))
}

// number returns the number of a combination, and gives it one if it has none.
func (p *places) number(given []uint64) uint64 {
	if number, ok := p.numberOf(given); ok {
		return number
	}
	var inline [8 * maxTags]byte
	return p.wide.admit(string(wideKey(inline[:0], given)))
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
