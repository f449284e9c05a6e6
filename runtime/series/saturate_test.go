package series

import (
	"math"
	"testing"

	"github.com/ocgen/ocgen/runtime/internal/number"
	"github.com/ocgen/ocgen/runtime/metric"
)

func TestInt64SumsSaturate(t *testing.T) {
	set := NewInt64Sums(SeriesInfo{Name: unique("saturates"), Size: 1})
	register(t, []metric.Descriptor{{Name: set.name(), Type: metric.TypeCumulativeInt64}}, Sets(set))
	c := set.At(0)
	add := func(v, want int64) {
		t.Helper()
		c.Add(v)
		if got := c.value(false, nil); got != want {
			t.Errorf("%d after %d was added, want %d", got, v, want)
		}
	}
	add(1, 1)
	add(math.MaxInt64-1, math.MaxInt64)
	add(math.MaxInt64, math.MaxInt64)
	add(0, math.MaxInt64)
	if !c.spread.spread(c) {
		t.Fatalf("state %d", c.loadState())
	}
	add(math.MaxInt64, math.MaxInt64)
	stripes := c.spread.stripes.Load().all
	for i := range stripes {
		stripes[i].n.Store(math.MaxInt64)
	}
	add(math.MaxInt64, math.MaxInt64)
	add(0, math.MaxInt64) // gives the stripes back
	if c.loadState() != stateFree {
		t.Fatalf("state %d", c.loadState())
	}
	add(math.MaxInt64, math.MaxInt64)
}

// TestObservedTotalsSaturate, of those that run and of those that have ended.
func TestObservedTotalsSaturate(t *testing.T) {
	sum, last := unique("sum"), unique("last")
	o := NewInt64Observed(nil, ObservedInfo{Name: sum, Sum: true}, ObservedInfo{Name: last})
	register(t, []metric.Descriptor{{Name: sum, Type: metric.TypeCumulativeInt64}, {Name: last, Type: metric.TypeGaugeInt64}}, Observers(o))
	huge := func() int64 { return math.MaxInt64 - 1 }
	stop := o.Observe(huge)
	wantValues(t, sum, map[string]any{"": int64(math.MaxInt64 - 1)})
	defer o.Observe(huge)()
	wantValues(t, sum, map[string]any{"": int64(math.MaxInt64)})
	stop()
	o.Observe(huge)()
	defer o.Observe(func() int64 { return math.MinInt64 })()
	wantValues(t, sum, map[string]any{"": int64(math.MaxInt64)})
	wantValues(t, last, map[string]any{"": int64(math.MinInt64)})
}

// largestUsable returns the largest magnitude that is recorded.
func largestUsable(t *testing.T) float64 {
	largest := math.Nextafter(1e150, 0)
	if !number.Usable(largest) || number.Usable(1e150) {
		t.Fatalf("%g is not the largest magnitude that is recorded", largest)
	}
	return largest
}

// TestDeviationsStayFinite, however often the largest values are recorded. A test in
// runtime/census holds them to those of OpenCensus.
func TestDeviationsStayFinite(t *testing.T) {
	largest := largestUsable(t)
	set := NewDistributions(SeriesInfo{Name: unique("huge"), Size: 1, Bounds: []float64{1}})
	register(t, []metric.Descriptor{{Name: set.name(), Type: metric.TypeCumulativeDistribution}}, Sets(set))
	c := set.At(0)
	for range 1000 {
		for _, v := range []float64{largest, -largest, 1} {
			c.Record(v)
		}
	}
	read := func() *metric.Distribution {
		return gathered(t, set.name()).Series[0].Point.Value.(*metric.Distribution)
	}
	if d := read(); math.IsInf(d.SumOfSquaredDeviation, 0) || d.SumOfSquaredDeviation < 1.9e303 || math.Abs(d.Sum) > 1e153 {
		t.Errorf("deviation %g, sum %g", d.SumOfSquaredDeviation, d.Sum)
	}
	c.tally.squares = math.Inf(1) // as after 2e8 more
	if s := read().SumOfSquaredDeviation; s != math.MaxFloat64 {
		t.Errorf("deviation %g, want the largest float64", s)
	}
}

// TestMergedDeviationsStayFinite: two parts of so many values have a product of
// counts that alone would bring squares out of range.
func TestMergedDeviationsStayFinite(t *testing.T) {
	largest := largestUsable(t)
	b := newBuckets(nil)
	one, other := newTally(b), newTally(b)
	one.n, one.mean, other.n, other.mean = 1<<20, largest, 1<<20, -largest
	sum := total{buckets: make([]metric.Bucket, 1)}
	sum.add(&one)
	sum.add(&other)
	if want := 2 * float64(1<<20) * largest * largest; !(math.Abs(sum.squares-want) < 1e-12*want) {
		t.Errorf("%g, want %g", sum.squares, want)
	}
}
