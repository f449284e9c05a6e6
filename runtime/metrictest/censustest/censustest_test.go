package censustest_test

import (
	"context"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/metrictest/censustest"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

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

	m := censustest.Start(t)
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
	censustest.Start(t).View(soldView).WantNoChange()
}

func TestGetters(t *testing.T) {
	m := censustest.Start(t)
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

// A view without a name gets its measure's when it is registered. Until then it is asked
// under that.
func TestUnnamedView(t *testing.T) {
	measure := stats.Int64("metrictest_test/unnamed", "", "1")
	registered := &view.View{Measure: measure, Aggregation: view.Count()}
	if err := view.Register(registered); err != nil {
		t.Fatal(err)
	}
	defer view.Unregister(registered)
	m := censustest.Start(t)
	stats.Record(t.Context(), measure.M(5))
	m.View(&view.View{Measure: measure, Aggregation: view.Count()}).WantCount(1)
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
	m := censustest.Start(t)
	view.Unregister(v)
	register()
	stats.Record(context.Background(), measure.M(1))
	m.View(v).WantCount(1)
}

func TestString(t *testing.T) {
	m := censustest.Start(t)
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
