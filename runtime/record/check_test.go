package record

import (
	"math"
	"testing"
)

func TestValueCheck(t *testing.T) {
	name := unique("measure")
	both := NewValueCheck(name, Finite|NonNegative)
	finite := NewValueCheck(unique("finite"), Finite)
	sum := NewValueCheck(unique("sum"), NonNegative)
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		check *ValueCheck
		v     float64
		want  bool
	}{
		{both, 0, true}, {both, math.Copysign(0, -1), true}, {both, 1.5, true}, {both, math.Nextafter(1e150, 0), true},
		{both, -1, false}, {both, nan, false}, {both, inf, false}, {both, -inf, false},
		{both, 1e150, false}, {both, math.MaxFloat64, false},
		{finite, -1, true}, {finite, math.Nextafter(-1e150, 0), true}, {finite, -1e150, false}, {finite, nan, false},
		{sum, -1, false}, {sum, inf, true},
	} {
		if got := c.check.Float64(c.v); got != c.want {
			t.Errorf("Float64(%g) with checks %b is %t", c.v, c.check.checks, got)
		}
	}
	if both.Int64(-1) || !both.Int64(0) || !finite.Int64(-1) {
		t.Error("Int64 is wrong")
	}
	wantCount(t, "", name, ReasonNotFinite, 5)
	wantCount(t, "", name, ReasonNegative, 2)
}

func TestStatsAreSorted(t *testing.T) {
	CounterOfTag("zz", ReasonLate).Inc()
	CounterOfTag("aa", ReasonUnknown).Inc()
	CounterOfTag("aa", ReasonLate).Inc()
	CounterOfMeasure("zz", ReasonNegative).Inc()
	less := func(a, b Stat) bool {
		if a.Tag != b.Tag {
			return a.Tag < b.Tag
		}
		if a.Measure != b.Measure {
			return a.Measure < b.Measure
		}
		return a.Reason < b.Reason
	}
	all := Stats()
	for i := 1; i < len(all); i++ {
		if !less(all[i-1], all[i]) {
			t.Errorf("%+v before %+v", all[i-1], all[i])
		}
	}
}
