package metrictest_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/metrictest/internal/faketb"
)

var update = flag.Bool("update", false, "write testdata/failures.txt")

// failures are assertions that do not hold after recordForFailures.
var failures = []struct {
	name   string
	metric string
	tags   metrictest.Tags
	fail   func(s metrictest.Series)
}{
	{"count", "shop/request_count", metrictest.Tags{"outcome": "ok", "shelf": ""}, func(s metrictest.Series) { s.WantCount(3) }},
	{"count of all", "shop/request_count", nil, func(s metrictest.Series) { s.WantCount(1) }},
	{"sum", "shop/revenue", nil, func(s metrictest.Series) { s.WantSum(0.3001) }},
	{"NaN", "shop/revenue", nil, func(s metrictest.Series) { s.WantSum(math.NaN()) }},
	{"sum of integers", "shop/sold", nil, func(s metrictest.Series) { s.WantSum(1e14 + 1) }},
	{"last value", "shop/stock", metrictest.Tags{"shelf": "a"}, func(s metrictest.Series) { s.WantLast(2) }},
	{"no last value", "shop/stock", metrictest.Tags{"shelf": "z"}, func(s metrictest.Series) { s.WantLast(2) }},
	{"several last values", "shop/stock", nil, func(s metrictest.Series) { s.WantLast(2) }},
	{"buckets", "shop/request_latency", metrictest.Tags{"outcome": "ok"}, func(s metrictest.Series) {
		s.WantBuckets(metrictest.Buckets{10: 2, 20: 1, 100: 1})
	}},
	{"buckets of nothing", "shop/checkout_time", nil, func(s metrictest.Series) { s.WantBuckets(metrictest.Buckets{30: 1}) }},
	{"change", "shop/request_count", nil, metrictest.Series.WantNoChange},
	{"change of a distribution", "shop/request_latency", metrictest.Tags{"outcome": "error"}, metrictest.Series.WantNoChange},
	{"nothing recorded", "shop/cart_abandoned", nil, func(s metrictest.Series) { s.WantCount(1) }},
	{"unknown metric", "shop/requests", nil, metrictest.Series.WantNoChange},
	{"unknown tag", "shop/request_count", metrictest.Tags{"method": "GET"}, func(s metrictest.Series) { s.WantCount(1) }},
	{"tag of none", "shop/queue_depth", metrictest.Tags{"shelf": "a"}, func(s metrictest.Series) { s.WantLast(1) }},
	{"count of a sum", "shop/revenue", nil, func(s metrictest.Series) { s.WantCount(1) }},
	{"buckets of a count", "shop/request_count", nil, func(s metrictest.Series) { s.WantBuckets(metrictest.Buckets{0: 1}) }},
	{"last of a distribution", "shop/request_latency", nil, func(s metrictest.Series) { s.WantLast(1) }},
	{"sum of a last value", "shop/queue_depth", nil, func(s metrictest.Series) { s.WantSum(1) }},
}

func recordForFailures() {
	request(20*time.Millisecond, ok, none)
	request(150*time.Millisecond, ok, none)
	request(time.Minute, failed, onB)
	recordRevenue(0.3)
	recordRevenue(-1)
	recordRevenue(-2)
	setStock(onA, 1.5)
	setStock(onB, 1)
	sell(onA, 1e14)
}

// TestFailures holds the words of each failure.
func TestFailures(t *testing.T) {
	recordRevenue(1e6) // of which 0.3 is told with noise
	recordForFailures()
	setStock(onA, 0) // to be changed, also in a second run
	setStock(onB, 0)
	f := faketb.New(t, t.Name())
	m := metrictest.Start(f)
	recordForFailures()
	var b strings.Builder
	for _, c := range failures {
		report := f.Run(func() { c.fail(m.Metric(c.metric).With(c.tags)) })
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
