package otel

import (
	"fmt"
	"math"
	goruntime "runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func newDelta() *Producer { return NewProducer(WithTemporality(sdk.DeltaTemporalitySelector)) }

// TestDeltaOverThreeCollections has a series that always changes, one that rests at the
// second collection, and one that is born after the first and rests at the third.
func TestDeltaOverThreeCollections(t *testing.T) {
	s := openShop(t)
	p := newDelta()
	recordAll := func(letter uint64, v int) {
		s.requests.At(letter).Inc()
		s.bytes.At(letter).Add(int64(v))
		s.seconds.At(letter).Add(float64(v) / 2)
		s.items.At(letter).Set(int64(v))
		s.load.At(letter).Set(float64(v))
		s.latency.At(letter).Record(float64(v))
	}
	var all [][]metricdata.ScopeMetrics
	for i, collection := range []struct {
		records map[uint64][]int // by letter
		want    [6]string
	}{
		{map[uint64][]int{1: {5, 50}, 3: {7}}, [6]string{
			"sum int64 delta: a 2, c 1", "sum int64 delta: a 55, c 7", "sum float64 delta: a 27.5, c 3.5",
			"gauge int64: a 50, c 7", "gauge float64: a 50, c 7",
			"histogram float64 delta: a 2 of sum 55 in [1 1 0] by [10 100], c 1 of sum 7 in [1 0 0] by [10 100]",
		}},
		{map[uint64][]int{1: {500}, 2: {5}}, [6]string{
			"sum int64 delta: a 1, b 1", "sum int64 delta: a 500, b 5", "sum float64 delta: a 250, b 2.5",
			"gauge int64: a 500, c 7, b 5", "gauge float64: a 500, c 7, b 5",
			"histogram float64 delta: a 1 of sum 500 in [0 0 1] by [10 100], b 1 of sum 5 in [1 0 0] by [10 100]",
		}},
		{map[uint64][]int{1: {50, 50}, 3: {8}}, [6]string{
			"sum int64 delta: a 2, c 1", "sum int64 delta: a 100, c 8", "sum float64 delta: a 50, c 4",
			"gauge int64: a 50, c 8, b 5", "gauge float64: a 50, c 8, b 5",
			"histogram float64 delta: a 2 of sum 100 in [0 2 0] by [10 100], c 1 of sum 8 in [1 0 0] by [10 100]",
		}},
	} {
		tick()
		for _, letter := range []uint64{1, 2, 3} {
			for _, v := range collection.records[letter] {
				recordAll(letter, v)
			}
		}
		tick()
		all = append(all, produce(t, p))
		for k, name := range []string{s.requestsName, s.bytesName, s.secondsName, s.itemsName, s.loadName, s.latencyName} {
			t.Run(fmt.Sprint("collection ", i+1), func(t *testing.T) { wantText(t, all[i], name, collection.want[k]) })
		}
	}
	for _, name := range []string{s.requestsName, s.bytesName, s.secondsName, s.latencyName} {
		var at [3]map[string]span
		for i := range all {
			at[i] = spans(t, found(t, all[i], name))
		}
		for _, series := range s.pkg.Read(nil) {
			for _, one := range series.Series {
				letter := one.LabelValues[0].Value
				if born := at[0][letter]; series.Descriptor.Name == name && letter != "b" && !born.start.Equal(one.StartTime) {
					t.Errorf("%s: the first delta of %s starts at %v, the series at %v", name, letter, born.start, one.StartTime)
				}
			}
		}
		if at[1]["a"].start != at[0]["a"].end || at[2]["a"].start != at[1]["a"].end || at[2]["c"].start != at[1]["a"].end {
			t.Errorf("%s: the intervals %v have gaps or overlap", name, at)
		}
		if b := at[1]["b"]; !b.start.After(at[0]["a"].end) || !b.end.Equal(at[1]["a"].end) {
			t.Errorf("%s: the series that was born later is of %v, another of %v", name, b, at[1]["a"])
		}
	}
	wantScopes(t, produce(t, p), []string{s.pkg.Scope(), s.itemsName, s.loadName}) // nothing changed
}

// TestDeltaKinds: the selector is asked for each kind, when the Producer is made.
func TestDeltaKinds(t *testing.T) {
	s := openShop(t)
	s.requests.At(1).Inc()
	s.seconds.At(1).Add(1)
	s.latency.At(1).Record(1)
	defer s.total.Observe(func() int64 { return 3 })()
	names := []string{s.requestsName, s.secondsName, s.latencyName, s.totalName}
	kinds := []string{"sum int64", "sum float64", "histogram float64", "sum int64"}
	for delta, want := range map[sdk.InstrumentKind][4]string{
		sdk.InstrumentKindCounter:           {"delta", "delta", "cumulative", "cumulative"},
		sdk.InstrumentKindHistogram:         {"cumulative", "cumulative", "delta", "cumulative"},
		sdk.InstrumentKindObservableCounter: {"cumulative", "cumulative", "cumulative", "delta"},
		sdk.InstrumentKindGauge:             {"cumulative", "cumulative", "cumulative", "cumulative"},
	} {
		p := NewProducer(WithTemporality(func(k sdk.InstrumentKind) metricdata.Temporality {
			if k == delta {
				return metricdata.DeltaTemporality
			}
			return metricdata.CumulativeTemporality
		}))
		scopes := produce(t, p)
		for i, name := range names {
			if got := each(t, found(t, scopes, name), func(string, string, span) {}); got != kinds[i]+" "+want[i] {
				t.Errorf("with deltas of %v: %s is %s, want %s", delta, name, got, want[i])
			}
		}
	}
}

// TestDeltaOfReregistration: all recorded series begin anew. There may be a collection
// meanwhile. No time passes, so that times do not tell the registrations apart.
func TestDeltaOfReregistration(t *testing.T) {
	for _, between := range []bool{false, true} {
		t.Run(fmt.Sprint("collection between ", between), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := openShop(t)
				p := newDelta()
				s.requests.At(1).Inc()
				s.latency.At(1).Record(5)
				wantText(t, produce(t, p), s.requestsName, "sum int64 delta: a 1")
				s.pkg.Unregister()
				if between {
					wantScopes(t, produce(t, p))
				}
				mustRegister(t, s.pkg)
				s.requests.At(1).Inc()
				s.latency.At(1).Record(5)
				scopes := produce(t, p)
				wantText(t, scopes, s.requestsName, "sum int64 delta: a 1")
				wantText(t, scopes, s.latencyName, "histogram float64 delta: a 1 of sum 5 in [1 0 0] by [10 100]")
			})
		})
	}
}

// TestDeltaOfReregistrationWithoutLabels: nothing but the registration tells the series
// apart.
func TestDeltaOfReregistrationWithoutLabels(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		names := []string{unique("count"), unique("latency")}
		count := series.NewCounts(series.SeriesInfo{Name: names[0], Size: 1})
		latency := series.NewDistributions(series.SeriesInfo{Name: names[1], Size: 1, Bounds: []float64{10}})
		pkg := register(t, []metric.Descriptor{
			{Name: names[0], Type: metric.TypeCumulativeInt64}, {Name: names[1], Type: metric.TypeCumulativeDistribution},
		}, series.Sets(count, latency))
		p := newDelta()
		for range 3 {
			count.At(0).Inc()
			latency.At(0).Record(1)
			scopes := produce(t, p)
			wantText(t, scopes, names[0], "sum int64 delta: - 1")
			wantText(t, scopes, names[1], "histogram float64 delta: - 1 of sum 1 in [1 0] by [10]")
			wantScopes(t, produce(t, p))
			pkg.Unregister()
			mustRegister(t, pkg)
		}
	})
}

// TestDeltaOfObservedTotals: they outlive Unregister, so their deltas go on. With a
// collection meanwhile nothing is counted twice either.
func TestDeltaOfObservedTotals(t *testing.T) {
	for _, between := range []bool{false, true} {
		t.Run(fmt.Sprint("collection between ", between), func(t *testing.T) { testObservedTotals(t, between) })
	}
}

func testObservedTotals(t *testing.T, between bool) {
	s := openShop(t)
	p := newDelta()
	a, b := int64(10), int64(100)
	defer s.total.Observe(func() int64 { return a }, letterValue(1))()
	defer s.total.Observe(func() int64 { return b }, letterValue(2))()
	s.requests.At(1).Inc()
	first := produce(t, p)
	wantText(t, first, s.totalName, "sum int64 delta: a 10, b 100")
	wantText(t, first, s.poolName, "gauge int64: a 10, b 100")
	wantText(t, produce(t, p), s.totalName, "")
	s.pkg.Unregister()
	a = 15
	if between {
		wantScopes(t, produce(t, p))
	}
	mustRegister(t, s.pkg)
	tick()
	again := produce(t, p)
	wantText(t, again, s.totalName, "sum int64 delta: a 5")
	wantText(t, again, s.requestsName, "")
	was, is := spans(t, found(t, first, s.totalName))["a"], spans(t, found(t, again, s.totalName))["a"]
	if is.start.Before(was.end) || !is.start.Before(is.end) {
		t.Errorf("the delta is of %v, the first of %v", is, was)
	}
	b = 101
	wantText(t, produce(t, p), s.totalName, "sum int64 delta: b 1")
}

// TestDeltaOfObservedTotalWithoutLabels goes on too, though no label identifies it.
func TestDeltaOfObservedTotalWithoutLabels(t *testing.T) {
	name := unique("total")
	total := series.NewFloat64Observed(nil, series.ObservedInfo{Name: name, Sum: true})
	pkg := register(t, []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeFloat64}}, series.Observers(total))
	p := newDelta()
	v := 1.5
	defer total.Observe(func() float64 { return v })()
	wantText(t, produce(t, p), name, "sum float64 delta: - 1.5")
	pkg.Unregister()
	wantScopes(t, produce(t, p))
	v = 2
	mustRegister(t, pkg)
	wantText(t, produce(t, p), name, "sum float64 delta: - 0.5")
}

// TestDeltaOfSeriesThatBegin: series that have ended and begun anew have deltas from their new
// start, also if no label and no collection meanwhile tells them apart.
func TestDeltaOfSeriesThatBegin(t *testing.T) {
	for _, tags := range [][]*record.Tag{nil, {letters()}} {
		for _, between := range []bool{false, true} {
			t.Run(fmt.Sprint(len(tags), " tags, collection between ", between), func(t *testing.T) { testSeriesThatBegin(t, tags, between) })
		}
	}
}

func testSeriesThatBegin(t *testing.T, tags []*record.Tag, between bool) {
	name, label := unique("total"), "-"
	var keys []metric.LabelKey
	for _, tag := range tags {
		keys, label = append(keys, metric.LabelKey{Key: tag.Key()}), "a"
	}
	total := series.NewInt64Observed(tags, series.ObservedInfo{Name: name, Tags: tags, Sum: true})
	pkg := register(t, []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeInt64, LabelKeys: keys}}, series.Observers(total))
	t.Cleanup(pkg.Unregister)
	p := newDelta()
	stop := total.Observe(func() int64 { return 10 }, letterValue(1))
	first := produce(t, p)
	wantText(t, first, name, "sum int64 delta: "+label+" 10")
	stop()
	if between {
		wantScopes(t, produce(t, p))
	}
	tick()
	begun := time.Now()
	t.Cleanup(total.Observe(func() int64 { return 3 }, letterValue(1)))
	again := produce(t, p)
	wantText(t, again, name, "sum int64 delta: "+label+" 3")
	was, is := spans(t, found(t, first, name))[label], spans(t, found(t, again, name))[label]
	if is.start.Before(begun) {
		t.Errorf("the delta is of %v, the first of %v; the series began anew at %v", is, was, begun)
	}
}

// TestDeltaSaturates: a sum that stays at the largest int64 has no more deltas.
func TestDeltaSaturates(t *testing.T) {
	s := openShop(t)
	p := newDelta()
	s.bytes.At(1).Add(math.MaxInt64 - 1)
	wantText(t, produce(t, p), s.bytesName, "sum int64 delta: a 9223372036854775806")
	s.bytes.At(1).Add(5)
	wantText(t, produce(t, p), s.bytesName, "sum int64 delta: a 1")
	s.bytes.At(1).Add(5)
	wantText(t, produce(t, p), s.bytesName, "")
}

// TestDeltaOfZeroRows: the first point says that the series exists.
func TestDeltaOfZeroRows(t *testing.T) {
	letter, name := letters(), unique("zero")
	count := series.NewCounts(series.SeriesInfo{Name: name, Tags: []*record.Tag{letter}, Size: letter.Indices(), ZeroRows: true})
	register(t, []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "k"}}}}, series.Sets(count))
	p := newDelta()
	wantText(t, produce(t, p), name, "sum int64 delta: - 0, a 0, b 0, c 0, d 0")
	wantText(t, produce(t, p), name, "")
	count.At(2).Inc()
	wantText(t, produce(t, p), name, "sum int64 delta: b 1")
}

// TestIntervalOfClockSetBack: a backend would refuse an end before the start, and an overlap.
func TestIntervalOfClockSetBack(t *testing.T) {
	at := time.Unix(1_000_000, 0)
	one := &metric.Series{StartTime: at, Point: metric.Point{Time: at.Add(time.Minute)}}
	l := &last{}
	l.interval(one)
	one.Point.Time = at.Add(-time.Hour)
	for range 2 {
		before := l.time
		start, end := l.interval(one)
		if start != before || !end.After(start) {
			t.Errorf("from %v to %v, after %v", start, end, before)
		}
	}
	one.Point.Time = at.Add(time.Hour)
	if _, end := l.interval(one); end != one.Point.Time {
		t.Errorf("ends at %v", end)
	}
	one.Point.Time = time.Now() // with the reading of the monotonic clock, which is never set back
	if _, end := l.interval(one); end != one.Point.Time.Round(0) {
		t.Errorf("ends at %v", end)
	}
}

// TestDeltaWithCollectionsOfGarbage: the labels of series are kept only as long as somebody
// reads them, and a Producer recognizes series by them.
func TestDeltaWithCollectionsOfGarbage(t *testing.T) {
	s := openShop(t)
	p := newDelta()
	for round := range 20 {
		first := uint64(4)
		if round > 3 {
			first = 1 // series that begin later
		}
		for letter := first; letter <= 4; letter++ {
			for range letter {
				s.requests.At(letter).Inc()
			}
		}
		if round%2 == 0 {
			goruntime.GC()
			goruntime.GC()
		}
		if round%3 == 0 {
			s.pkg.Read(nil) // by another reader, which keeps nothing
		}
		want := "sum int64 delta: d 4"
		if first == 1 {
			want += ", a 1, b 2, c 3"
		}
		wantText(t, produce(t, p), s.requestsName, want)
		if round == 10 { // the labels are kept one by one from now on
			series.NewForgetting([]*record.Tag{s.letter}, s.requests).Forget(letterValue(3))
			s.requests.At(3).Inc()
			want := "sum int64 delta: c 1"
			wantText(t, produce(t, p), s.requestsName, want)
		}
	}
}
