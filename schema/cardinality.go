package schema

import "math"

// Combinations returns how many combinations of tag values the view could be
// recorded with if max_series did not bound them, replacements and absence
// included. It stops at the largest uint64.
func (v *View) Combinations() uint64 {
	n := uint64(1)
	for _, t := range v.Tags {
		n = multiply(n, t.Cardinality())
	}
	return n
}

// Series returns how many time series the view can have in one process. Past
// max_series the open tags become "__other__" and the closed tags stay, so
// there is one more for each combination of the closed ones. On an observed
// measure it is what the observers can have at most.
func (v *View) Series() uint64 {
	all, closed, open := v.Combinations(), uint64(1), false
	for _, t := range v.Tags {
		if t.Closed() {
			closed = multiply(closed, t.Cardinality())
		}
		open = open || !t.Closed() && t.From != FromProcess
	}
	if bound := closed + uint64(v.MaxSeries); open && !v.Measure.Observe && bound > closed {
		return min(all, bound)
	}
	return all
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

func multiply(a, b uint64) uint64 {
	if a > math.MaxUint64/b {
		return math.MaxUint64
	}
	return a * b
}
