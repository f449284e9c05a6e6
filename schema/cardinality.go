package schema

import (
	"math"
	"math/bits"
	"slices"
)

// Combinations returns how many combinations of tag values the view could be
// recorded with in one process if max_series did not bound them, replacements and
// absence included. If 64 bits do not hold the number, wide is true and n the largest
// of them.
func (v *View) Combinations() (n uint64, wide bool) { return combinations(v.Tags) }

func combinations(tags []*Tag) (n uint64, wide bool) {
	n = 1
	for _, t := range tags {
		var over uint64
		if over, n = bits.Mul64(n, t.Cardinality()); over != 0 {
			return math.MaxUint64, true
		}
	}
	return n, false
}

// Series returns how many time series the view can have in one process. Past
// max_series the open tags become "__other__" and the closed tags stay, so
// there is one more for each combination of the closed ones. On an observed
// measure it is what the observers can have at most.
func (v *View) Series() uint64 {
	all, _ := v.Combinations()
	if !v.HasOpen() || v.Measure.Observe {
		return all
	}
	closed := slices.DeleteFunc(slices.Clone(v.Tags), func(t *Tag) bool { return !t.Closed() })
	n, _ := combinations(closed)
	if bound := n + uint64(v.MaxSeries); bound > n {
		return min(all, bound)
	}
	return all
}

// HasOpen reports whether records decide how many values a tag of the view has.
func (v *View) HasOpen() bool {
	return slices.ContainsFunc(v.Tags, func(t *Tag) bool { return !t.Closed() && t.From != FromProcess })
}

// Cardinality returns how many values may be recorded for the tag in one
// process, replacements and absence included.
func (t *Tag) Cardinality() uint64 {
	switch {
	case t.From == FromProcess:
		return 1
	case !t.Closed():
		return uint64(t.MaxValues) + uint64(len(t.Known)) + 3 // other, invalid, absent
	}
	n := uint64(len(t.Values))
	if t.Optional || t.From == FromContext {
		n++ // absent
	}
	if t.CatchAll == nil {
		n++ // invalid
	}
	return n
}
