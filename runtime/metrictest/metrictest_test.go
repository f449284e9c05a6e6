package metrictest_test

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime/metrictest"
)

const produced = "metrictest_test/produced"

func request(ctx context.Context, took time.Duration, o shopmetrics.Outcome) {
	shopmetrics.RecordRequest(ctx, took, 100, shopmetrics.MethodGET, "/cart", o, 0)
}

// TestWanted asserts what was recorded; nothing of what was recorded before the
// start counts.
func TestWanted(t *testing.T) {
	ctx := context.Background()
	request(ctx, time.Second, shopmetrics.OutcomeOK)
	shopmetrics.RecordRevenue(ctx, 1e6)
	onShelf(ctx, "a", soldMeasure.M(7))

	m := metrictest.Start(t)
	request(ctx, 20*time.Millisecond, shopmetrics.OutcomeOK)
	request(ctx, 25*time.Millisecond, shopmetrics.OutcomeOK)
	request(ctx, time.Minute, shopmetrics.OutcomeFailed)
	shopmetrics.RecordRevenue(ctx, 0.1)
	shopmetrics.RecordRevenue(ctx, 0.2)
	shopmetrics.RecordQueueDepth(ctx, -4)
	onShelf(ctx, "a", soldMeasure.M(1))
	onShelf(ctx, "b", soldMeasure.M(2))

	requests, ok := m.View(shopmetrics.RequestCountView), metrictest.Tags{"outcome": "ok"}
	requests.WantCount(3)
	requests.With(ok).WantCount(2)
	requests.With(ok).With(metrictest.Tags{"http.method": "GET"}).WantCount(2)
	requests.With(ok).With(metrictest.Tags{"outcome": "error"}).WantCount(1)
	requests.With(metrictest.Tags{"error_class": ""}).WantCount(3)
	requests.With(metrictest.Tags{"error_class": "timeout"}).WantNoChange()

	latency := m.Metric("shop/request_latency")
	latency.WantCount(3)
	latency.WantSum(60045)
	latency.With(ok).WantSum(45)
	latency.With(ok).WantBuckets(metrictest.Buckets{10: 1, 25: 1})
	latency.WantBuckets(metrictest.Buckets{0: 0, 10: 1, 25: 1, 2500: 1})

	m.View(shopmetrics.RevenueView).WantSum(0.3)
	m.View(shopmetrics.QueueDepthView).WantLast(-4)
	m.View(soldView).WantSum(3)
	m.View(soldView).With(metrictest.Tags{"shelf": "b"}).WantSum(2)
	m.View(shopmetrics.CartAbandonedView).WantNoChange()
	metrictest.Start(t).View(soldView).WantNoChange()
}

func TestGetters(t *testing.T) {
	m := metrictest.Start(t)
	began := time.Now()
	stop := shopmetrics.TimeRequestLatency(t.Context(), shopmetrics.MethodGET, "/", shopmetrics.OutcomeOK, 0)
	time.Sleep(2 * time.Millisecond)
	stop()
	took := float64(time.Since(began)) / float64(time.Millisecond)
	if got := m.View(shopmetrics.RequestLatencyView).Count(); got != 1 {
		t.Errorf("count %d", got)
	}
	if got := m.View(shopmetrics.RequestLatencyView).Sum(); got < 1.999 || got > took {
		t.Errorf("%v ms", got)
	}
	onShelf(t.Context(), "top", spareMeasure.M(2.5))
	onShelf(t.Context(), "low", spareMeasure.M(1))
	spare := m.View(spareView)
	if got, ok := spare.With(metrictest.Tags{"shelf": "top"}).Last(); got != 2.5 || !ok {
		t.Errorf("last %v, %v", got, ok)
	}
	if got, ok := spare.With(metrictest.Tags{"shelf": "nowhere"}).Last(); ok {
		t.Errorf("last %v of no series", got)
	}
	if got, ok := spare.Last(); ok {
		t.Errorf("last %v of several series", got)
	}
}

// TestShapes asks metrics that only their data describes, and views by name.
func TestShapes(t *testing.T) {
	p := addProducer(t)
	unnamed := &view.View{Measure: stats.Int64(produced, "", "1"), Aggregation: view.Count()}
	for _, c := range []struct {
		kind  metricdata.Type
		value any
		fails string // of WantSum
	}{
		{metricdata.TypeGaugeInt64, int64(3), "a sum is wanted of it, and it is a last value"},
		{metricdata.TypeGaugeFloat64, 2.5, "a sum is wanted of it, and it is a last value"},
		{metricdata.TypeSummary, int64(3), "a sum is wanted of it, and it is a summary"},
		{metricdata.TypeCumulativeInt64, int64(3), "sum is 3, want -1"},
		{metricdata.TypeCumulativeFloat64, 2.5, "sum is 2.5, want -1"},
		{metricdata.TypeGaugeDistribution, &metricdata.Distribution{Sum: 7}, "sum is 7, want -1"},
	} {
		f := fake(t)
		p.set(c.kind)
		m := metrictest.Start(f)
		p.set(c.kind, &metricdata.TimeSeries{Points: []metricdata.Point{{Value: c.value}}})
		if got := f.run(func() { m.View(unnamed).WantSum(-1) }); !strings.Contains(got, produced+": "+c.fails) {
			t.Errorf("%v: got %q, want %q", c.kind, got, c.fails)
		}
		again := metrictest.Start(f)
		if got := f.run(func() { again.Metric(produced).WantNoChange() }); (got == "") != (c.kind != metricdata.TypeSummary) {
			t.Errorf("%v: no change: %q", c.kind, got)
		}
	}
}

// A view that was registered anew counts from zero, and so does the test.
func TestRegisteredAnew(t *testing.T) {
	measure := stats.Int64("metrictest_test/anew", "", "1")
	v := &view.View{Name: "metrictest_test/anew", Measure: measure, Aggregation: view.Count()}
	register := func() {
		if err := view.Register(v); err != nil {
			t.Fatal(err)
		}
	}
	register()
	defer view.Unregister(v)
	for range 3 {
		stats.Record(context.Background(), measure.M(1))
	}
	m := metrictest.Start(t)
	view.Unregister(v)
	register()
	stats.Record(context.Background(), measure.M(1))
	m.View(v).WantCount(1)
}

func TestProducers(t *testing.T) {
	p := addProducer(t)
	begin := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	point := func(v any) *metricdata.TimeSeries {
		return &metricdata.TimeSeries{StartTime: begin, Points: []metricdata.Point{{Time: time.Now(), Value: v}}}
	}
	p.set(metricdata.TypeCumulativeInt64, point(int64(math.MaxInt64-1)))
	m := metrictest.Start(t)
	m.Metric(produced).WantNoChange()
	p.set(metricdata.TypeCumulativeInt64, point(int64(math.MaxInt64)))
	m.Metric(produced).WantCount(1) // to the last digit
	m.Metric(produced).WantSum(1)

	p.set(metricdata.TypeCumulativeFloat64)
	m = metrictest.Start(t)
	p.set(metricdata.TypeCumulativeFloat64, point(1.5))
	m.Metric(produced).WantSum(1.5 * (1 + 5e-10))

	p.set(metricdata.TypeCumulativeFloat64, point(1e12))
	m = metrictest.Start(t)
	p.set(metricdata.TypeCumulativeFloat64, point(1e12+5))
	m.Metric(produced).WantSum(5.0001)
	f := fake(t)
	report := f.run(func() {
		m := metrictest.Start(f)
		p.set(metricdata.TypeCumulativeFloat64, point(1.5e12))
		m.Metric(produced).WantSum(4.9e11)
	})
	if !strings.Contains(report, "want 490000000000") {
		t.Errorf("5e11 passed as 4.9e11: %q", report)
	}

	p.set(metricdata.TypeCumulativeDistribution, point(&metricdata.Distribution{
		Count: 2, Sum: 1, BucketOptions: &metricdata.BucketOptions{Bounds: []float64{-1, 1}}, Buckets: []metricdata.Bucket{{Count: 1}, {}, {Count: 1}}}))
	metrictest.Start(t).Metric(produced).WantBuckets(metrictest.Buckets{})
	m.Metric(produced).WantBuckets(metrictest.Buckets{math.Inf(-1): 1, 1: 1})

	p.set(metricdata.TypeCumulativeDistribution, point(&metricdata.Distribution{Count: 1, Sum: 1e6}))
	m = metrictest.Start(t)
	p.set(metricdata.TypeCumulativeDistribution, point(&metricdata.Distribution{Count: 2, Sum: 1e6 + 0.3}))
	if got := m.Metric(produced).Sum(); got != 0.3 { // not 0.30000000004656613
		t.Errorf("sum %v", got)
	}

	// What cannot be compared is left out, and never a panic.
	misshapen := point(int64(1))
	misshapen.LabelValues = []metricdata.LabelValue{metricdata.NewLabelValue("without a key")}
	p.set(metricdata.TypeCumulativeDistribution, point(&metricdata.Summary{}), point(nil), misshapen, &metricdata.TimeSeries{},
		point(&metricdata.Distribution{Count: 4}))
	m = metrictest.Start(t)
	p.set(metricdata.TypeCumulativeDistribution, point(&metricdata.Distribution{Count: 6}))
	m.Metric(produced).WantCount(2)
}

func TestString(t *testing.T) {
	m := metrictest.Start(t)
	if got := m.String(); got != "nothing" {
		t.Errorf("before anything was recorded: %s", got)
	}
	onShelf(t.Context(), "a", soldMeasure.M(2))
	shopmetrics.RecordCartAbandoned(t.Context())
	want := `metrictest_test/sold [1]  Goods sold.
  shelf  value
  a          2

shop/cart_abandoned [1]  Carts given up.
  experiment  value
  -               1
`
	if got := m.String(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
