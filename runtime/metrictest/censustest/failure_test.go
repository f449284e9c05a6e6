package censustest_test

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/metrictest/censustest"
	"github.com/ocgen/ocgen/runtime/metrictest/internal/faketb"
)

var update = flag.Bool("update", false, "write testdata/failures.txt")

// failures are assertions that do not hold after recordForFailures.
var failures = []struct {
	name string
	fail func(m *censustest.Metrics)
}{
	{"count", func(m *censustest.Metrics) {
		m.View(shopmetrics.RequestCountView).With(metrictest.Tags{"outcome": "ok", "error_class": ""}).WantCount(3)
	}},
	{"count of all", func(m *censustest.Metrics) { m.View(shopmetrics.RequestCountView).WantCount(1) }},
	{"sum", func(m *censustest.Metrics) { m.View(shopmetrics.RevenueView).WantSum(0.3001) }},
	{"NaN", func(m *censustest.Metrics) { m.View(shopmetrics.RevenueView).WantSum(math.NaN()) }},
	{"sum of integers", func(m *censustest.Metrics) { m.View(soldView).WantSum(1e14 + 1) }},
	{"last value", func(m *censustest.Metrics) {
		m.View(stockView).With(metrictest.Tags{"shelf": "a"}).WantLast(2)
	}},
	{"no last value", func(m *censustest.Metrics) {
		m.View(stockView).With(metrictest.Tags{"shelf": "z"}).WantLast(2)
	}},
	{"several last values", func(m *censustest.Metrics) { m.View(stockView).WantLast(2) }},
	{"buckets", func(m *censustest.Metrics) {
		m.View(shopmetrics.RequestLatencyView).With(metrictest.Tags{"outcome": "ok"}).WantBuckets(metrictest.Buckets{10: 2, 20: 1, 100: 1})
	}},
	{"buckets of nothing", func(m *censustest.Metrics) {
		m.View(shopmetrics.CheckoutTimeView).WantBuckets(metrictest.Buckets{math.NaN(): 1})
	}},
	{"change", func(m *censustest.Metrics) { m.View(shopmetrics.RequestCountView).WantNoChange() }},
	{"change of a distribution", func(m *censustest.Metrics) {
		m.View(shopmetrics.RequestLatencyView).With(metrictest.Tags{"outcome": "error"}).WantNoChange()
	}},
	{"nothing recorded", func(m *censustest.Metrics) { m.View(shopmetrics.CartAbandonedView).WantCount(1) }},
	{"unknown metric", func(m *censustest.Metrics) { m.Metric("shop/requests").WantNoChange() }},
	{"unknown tag", func(m *censustest.Metrics) {
		m.View(shopmetrics.RequestCountView).With(metrictest.Tags{"method": "GET"}).WantCount(1)
	}},
	{"tag of none", func(m *censustest.Metrics) {
		m.View(shopmetrics.QueueDepthView).With(metrictest.Tags{"shelf": "a"}).WantLast(1)
	}},
	{"count of a sum", func(m *censustest.Metrics) { m.View(soldView).WantCount(1) }},
	{"sum of a count", func(m *censustest.Metrics) { m.View(shopmetrics.RequestCountView).Sum() }},
	{"last of a distribution", func(m *censustest.Metrics) { m.View(shopmetrics.RequestLatencyView).WantLast(1) }},
	{"distribution of a last value", func(m *censustest.Metrics) {
		m.View(shopmetrics.QueueDepthView).WantBuckets(metrictest.Buckets{0: 1})
	}},
}

func recordForFailures() {
	ctx := context.Background()
	request(ctx, 20*time.Millisecond, shopmetrics.OutcomeOK)
	request(ctx, 150*time.Millisecond, shopmetrics.OutcomeOK)
	shopmetrics.RecordTimeout(ctx, time.Minute, 0, shopmetrics.MethodPUT, "/pay")
	shopmetrics.RecordRevenue(ctx, 0.3)
	shopmetrics.RecordRevenue(ctx, -1)
	shopmetrics.RecordRevenue(ctx, -2)
	onShelf(ctx, "a", stockMeasure.M(1.5))
	onShelf(ctx, "b", stockMeasure.M(1))
	onShelf(ctx, "a", soldMeasure.M(1e14))
}

// TestFailures holds the words of each failure.
func TestFailures(t *testing.T) {
	shopmetrics.RecordRevenue(context.Background(), 1e6) // of which 0.3 is told with noise
	recordForFailures()
	for _, shelf := range []string{"a", "b"} {
		onShelf(context.Background(), shelf, stockMeasure.M(0)) // to be changed, also in a second run
	}
	f := faketb.New(t, t.Name())
	m := censustest.Start(f)
	recordForFailures()
	var b strings.Builder
	for _, c := range failures {
		report := f.Run(func() { c.fail(m) })
		if report == "" {
			t.Errorf("%s: passed", c.name)
		}
		fmt.Fprintf(&b, "=== %s\n%s\n", c.name, strings.TrimSuffix(report, "\n"))
	}
	const file = "testdata/failures.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
