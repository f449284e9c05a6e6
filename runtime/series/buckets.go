package series

import (
	"math"
	"slices"
)

// buckets finds the bucket of a value in constant time. Unless bounds are very close, no
// branch depends on the value, because a branch predictor cannot predict latencies.
//
// The bits of positive floats have the order of their values. The range of bits from the
// first bound to the last is divided into slots of equal width, which is nearly an equal
// ratio of values. Each slot has the number of bounds below it. A buckets is never changed.
type buckets struct {
	bounds []float64 // strictly increasing and positive, then +Inf
	slots  []uint8   // number of bounds up to the slot's first value
	base   uint64    // bits of the first slot's first value
	shift  uint8     // slots are 1<<shift bits wide
	close  bool      // a slot has more than one bound above its first value
}

// maxSlots keeps a view's slots small: 198 bounds one apart need 2,000 of them.
const maxSlots = 4096

// newBuckets returns the buckets of at most 255 strictly increasing bounds above
// zero.
func newBuckets(bounds []float64) *buckets {
	b := &buckets{bounds: append(slices.Clone(bounds), math.Inf(1))}
	if len(bounds) == 0 {
		return b
	}
	first, last := math.Float64bits(bounds[0]), math.Float64bits(bounds[len(bounds)-1])
	b.shift = 52 // an octave
	for !b.apart(b.shift) && (last>>(b.shift-1))-(first>>(b.shift-1)) < maxSlots {
		b.shift--
	}
	b.close = !b.apart(b.shift)
	b.base = first >> b.shift << b.shift
	b.slots = make([]uint8, (last-b.base)>>b.shift+1)
	for i := range b.slots {
		from := math.Float64frombits(b.base + uint64(i)<<b.shift)
		b.slots[i] = uint8(b.search(from))
	}
	return b
}

// apart reports whether no slot of a width has two bounds.
func (b *buckets) apart(shift uint8) bool {
	for i, bound := range b.bounds[1:] {
		if math.Float64bits(bound)>>shift == math.Float64bits(b.bounds[i])>>shift {
			return false
		}
	}
	return true
}

// search returns the number of bounds that are not above v.
func (b *buckets) search(v float64) int {
	i, found := slices.BinarySearch(b.bounds, v)
	if found {
		i++
	}
	return i
}

// find returns the bucket of v. A value that equals a bound is in the bucket above the
// bound, as in OpenCensus.
func (b *buckets) find(v float64) int {
	// A negative value, and one below the first slot, give a number that is
	// too large.
	slot := (math.Float64bits(v) - b.base) >> (b.shift & 63)
	if slot >= uint64(len(b.slots)) {
		return b.outside(v)
	}
	i := int(b.slots[slot])
	if b.close {
		return b.among(i, v)
	}
	above := 0
	if v >= b.bounds[i] {
		above = 1 // compiles to code without a branch
	}
	return i + above
}

// outside returns the bucket of a value that is in no slot.
func (b *buckets) outside(v float64) int {
	if v < b.bounds[0] {
		return 0
	}
	return len(b.bounds) - 1
}

// among searches the bounds within a slot.
func (b *buckets) among(i int, v float64) int {
	for v >= b.bounds[i] {
		i++
	}
	return i
}
