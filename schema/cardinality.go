package schema

import (
	"math"
	"math/bits"
	"slices"
)

// Combinations returns how many combinations of tag values one process could record for
// the view without max_series. Replacements and absence count as values. If the number
// needs more than 64 bits, wide is true and n is the largest uint64.
func (v *View) Combinations() (n uint64, wide bool) { return combinations(v.Tags) }

func combinations(tags []*Tag) (n uint64, wide bool) { return product(tags, (*Tag).Cardinality) }

// product returns the product of a number of each tag, as [View.Combinations] does.
func product(tags []*Tag, of func(*Tag) uint64) (n uint64, wide bool) {
	n = 1
	for _, t := range tags {
		var over uint64
		if over, n = bits.Mul64(n, of(t)); over != 0 {
			return math.MaxUint64, true
		}
	}
	return n, false
}

// ZeroCombinations returns how many time series of a view with zero rows exist from the
// registration on: one for each combination of listed values, absence of optional tags
// included, and known values of open tags. If the number needs more than 64 bits, wide is
// true and n is the largest uint64.
func (v *View) ZeroCombinations() (n uint64, wide bool) { return product(v.Tags, (*Tag).listed) }

// listed returns how many values of the tag zero rows have.
func (t *Tag) listed() uint64 {
	switch {
	case t.From == FromProcess:
		return 1
	case !t.Closed():
		return uint64(len(t.Known))
	case t.CatchAll == nil:
		return t.Cardinality() - 1 // no row is for an invalid value
	}
	return t.Cardinality()
}

// Series returns the maximum number of time series of the view in one process. After
// max_series combinations, open tags become "__other__" and closed tags keep their
// values, so each combination of closed tags adds one series. For an observed measure
// it is the maximum for all observers.
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

// HasOpen reports whether the view has an open tag whose values come from records.
func (v *View) HasOpen() bool {
	return slices.ContainsFunc(v.Tags, func(t *Tag) bool { return !t.Closed() && t.From != FromProcess })
}

// Cardinality returns how many values one process can record for the tag. Replacements
// and absence count as values.
func (t *Tag) Cardinality() uint64 {
	switch {
	case t.From == FromProcess:
		return 1
	case !t.Closed():
		return uint64(t.MaxValues) + uint64(len(t.Known)) + 3 // other, invalid, absent
	}
	n := uint64(len(t.Values))
	if t.MayBeAbsent() {
		n++
	}
	if t.CatchAll == nil {
		n++ // invalid
	}
	return n
}

// MayBeAbsent reports whether records can be without the tag.
func (t *Tag) MayBeAbsent() bool {
	return !t.Closed() || t.Optional || t.From == FromContext
}
