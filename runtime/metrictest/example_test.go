package metrictest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metrictest"
)

// pay is the code under test. Generated code has functions for what it records.
func pay(amount float64) {
	request(20*time.Millisecond, ok, onA)
	recordRevenue(amount)
}

// printTB prints what a test would report.
type printTB struct{ testing.TB }

func (printTB) Helper() {}

func (printTB) Errorf(format string, args ...any) { fmt.Printf(format, args...) }

func ExampleStart() {
	var t printTB // func TestPay(t *testing.T) {
	m := metrictest.Start(t)
	pay(12.5)

	m.Metric("shop/request_count").With(metrictest.Tags{"outcome": "ok"}).WantCount(1)
	m.Metric("shop/request_latency").WantBuckets(metrictest.Buckets{10: 1}) // in [10, 25) ms
	m.Metric("shop/revenue").WantSum(12)
	// Output:
	// shop/revenue: sum is 12.5, want 12
	// recorded to it since the start:
	//   shop/revenue [{EUR}]  Money taken.
	//     value
	//      12.5
}
