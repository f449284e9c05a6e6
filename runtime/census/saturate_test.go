package census

import (
	"context"
	"math"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// wholeViews registers a sum and a last value of whole numbers by one tag, and
// returns their names and how to record.
func wholeViews(t *testing.T) (sum, last string, record func(v int64, label string)) {
	m := stats.Int64(unique("whole"), "", "1")
	key := tag.MustNewKey("kind")
	sum, last = unique("sum"), unique("last")
	registerView(t, &view.View{Name: sum, Measure: m, Aggregation: view.Sum(), TagKeys: []tag.Key{key}})
	registerView(t, &view.View{Name: last, Measure: m, Aggregation: view.LastValue(), TagKeys: []tag.Key{key}})
	return sum, last, func(v int64, label string) {
		var tags []tag.Mutator
		if label != "" {
			tags = append(tags, tag.Upsert(key, label))
		}
		_ = stats.RecordWithTags(context.Background(), tags, m.M(v))
	}
}

// TestWholeNumbersOfViewsSaturate: OpenCensus adds floats, and what they are past the
// largest int64 is not the smallest.
func TestWholeNumbersOfViewsSaturate(t *testing.T) {
	sum, last, record := wholeViews(t)
	record(math.MaxInt64, "largest")
	record(math.MaxInt64-1, "")
	record(math.MinInt64, "smallest")
	record(math.MinInt64, "below")
	record(math.MinInt64, "below")
	for range 3 {
		record(math.MaxInt64/2, "several")
	}
	record(5, "other")
	wantValues(t, sum, map[string]any{
		"-": int64(math.MaxInt64), "largest": int64(math.MaxInt64), "several": int64(math.MaxInt64), "other": int64(5),
		"smallest": int64(math.MinInt64), "below": int64(math.MinInt64),
	})
	wantValues(t, last, map[string]any{
		"-": int64(math.MaxInt64), "largest": int64(math.MaxInt64), "several": int64(1 << 62), "other": int64(5),
		"smallest": int64(math.MinInt64), "below": int64(math.MinInt64),
	})
}

// TestOutOfRangeWithoutView: what no view can be asked of is judged by what it is. A
// total does not fall.
func TestOutOfRangeWithoutView(t *testing.T) {
	for kind, want := range map[metric.Type]int64{
		metric.TypeCumulativeInt64: math.MaxInt64,
		metric.TypeGaugeInt64:      math.MinInt64,
	} {
		name := unique("foreign")
		points := []metric.Point{{Value: int64(math.MinInt64)}}
		p := &fixedProducer{[]*metric.Metric{{Descriptor: metric.Descriptor{Name: name, Type: kind}, Series: []*metric.Series{{Points: points}}}}}
		metricproducer.GlobalManager().AddProducer(p)
		wantValues(t, name, map[string]any{"": want})
		metricproducer.GlobalManager().DeleteProducer(p)
		if points[0].Value != int64(math.MinInt64) {
			t.Error("the producer's own point was changed")
		}
	}
}

func TestInt64SumsSaturate(t *testing.T) {
	set := started(NewInt64Sums(SeriesInfo{Name: unique("saturates")}))
	c := set.At(0)
	now := func() int64 { return readInt64Sums([]*Int64Sum{c}, false)[0].(int64) }
	add := func(v, want int64) {
		t.Helper()
		c.Add(v)
		if got := now(); got != want {
			t.Errorf("%d after %d was added, want %d", got, v, want)
		}
	}
	add(1, 1)
	add(math.MaxInt64-1, math.MaxInt64)
	add(math.MaxInt64, math.MaxInt64)
	add(0, math.MaxInt64)
	c.add(7) // as where another recorder was met
	if c.now() != stateSpread {
		t.Fatalf("state %d", c.now())
	}
	add(math.MaxInt64, math.MaxInt64)
	for i := range c.spread.Load().stripes {
		c.spread.Load().stripes[i].n.Store(math.MaxInt64)
	}
	add(math.MaxInt64, math.MaxInt64)
}

// TestObservedTotalsSaturate, of those that run and of those that have ended.
func TestObservedTotalsSaturate(t *testing.T) {
	sum, last := unique("sum"), unique("last")
	o := NewInt64Observed(nil, ObservedInfo{Name: sum, Sum: true}, ObservedInfo{Name: last})
	registerObserved(t, o, []metric.Descriptor{{Name: sum, Type: metric.TypeCumulativeInt64}, {Name: last, Type: metric.TypeGaugeInt64}})
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

// largest is the largest magnitude that is recorded.
var largest = math.Nextafter(tooLarge, 0)

// TestDeviationsStayFinite, however often the largest values are recorded, and
// whichever recorder adds them up.
func TestDeviationsStayFinite(t *testing.T) {
	m, name := stats.Float64(unique("huge"), "", "1"), unique("huge")
	registerView(t, &view.View{Name: name, Measure: m, Aggregation: view.Distribution(1)})
	set := started(NewDistributions(SeriesInfo{Name: unique("huge"), Bounds: []float64{1}}))
	c := set.At(0)
	for range 1000 {
		for _, v := range []float64{largest, -largest, 1} {
			c.Record(v)
			stats.Record(context.Background(), m.M(v))
		}
	}
	direct := distributionNow(t, set)
	views := gathered(t, name).Series[0].Point.Value.(*metric.Distribution)
	for _, d := range []*metric.Distribution{direct, views} {
		if s := d.SumOfSquaredDeviation; math.IsInf(s, 0) || s < 1.9e303 || math.Abs(d.Sum) > 1e153 {
			t.Errorf("deviation %g, sum %g", s, d.Sum)
		}
	}
	if direct.SumOfSquaredDeviation != views.SumOfSquaredDeviation || direct.Sum != views.Sum {
		t.Errorf("direct %+v, views %+v", direct, views)
	}
	c.tally.squares = math.Inf(1) // as after 2e8 more
	if s := distributionNow(t, set).SumOfSquaredDeviation; s != math.MaxFloat64 {
		t.Errorf("deviation %g, want the largest float64", s)
	}
	stats.Record(context.Background(), m.M(1e200)) // by whom no check is asked
	if s := gathered(t, name).Series[0].Point.Value.(*metric.Distribution).SumOfSquaredDeviation; s != math.MaxFloat64 {
		t.Errorf("deviation %g, want the largest float64", s)
	}
}

// TestMergedDeviationsStayFinite: two parts of so many values have a product of
// counts that alone would bring squares out of range.
func TestMergedDeviationsStayFinite(t *testing.T) {
	b := newBuckets(nil)
	one, other := newTally(b), newTally(b)
	one.n, one.mean, other.n, other.mean = 1<<20, largest, 1<<20, -largest
	sum := total{counts: make([]int64, 1)}
	sum.add(&one)
	sum.add(&other)
	if want := 2 * float64(1<<20) * largest * largest; !(math.Abs(sum.squares-want) < 1e-12*want) {
		t.Errorf("%g, want %g", sum.squares, want)
	}
}
