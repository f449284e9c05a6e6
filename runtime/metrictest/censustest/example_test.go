package censustest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/metrictest/censustest"
)

// pay is the code under test.
func pay(ctx context.Context, amount float64) {
	shopmetrics.RecordRequestLatency(ctx, 87*time.Millisecond, shopmetrics.MethodPUT, "/pay", shopmetrics.OutcomeOK, 0)
	shopmetrics.RecordRevenue(ctx, amount)
}

// printTB prints what a test would report.
type printTB struct{ testing.TB }

func (printTB) Helper() {}

func (printTB) Name() string { return "TestPay" }

func (printTB) Context() context.Context { return context.Background() }

func (printTB) Errorf(format string, args ...any) { fmt.Printf(format, args...) }

func ExampleStart() {
	var t printTB // func TestPay(t *testing.T) {
	m := censustest.Start(t)
	pay(context.Background(), 12.5)

	m.View(shopmetrics.RequestCountView).With(metrictest.Tags{"outcome": "ok"}).WantCount(1)
	m.View(shopmetrics.RequestLatencyView).WantBuckets(metrictest.Buckets{50: 1}) // in [50, 100) ms
	m.View(shopmetrics.RevenueView).WantSum(12)
	// Output:
	// shop/revenue: sum is 12.5, want 12
	// recorded to it since the start:
	//   shop/revenue [{EUR}]  Money taken.
	//     value
	//      12.5
}

// In parallel tests each sees what is recorded with its own ctx.
func ExampleStartContext() {
	var t printTB // func TestPay(t *testing.T) { t.Parallel()
	ctx, m := censustest.StartContext(t, shopmetrics.Views()...)
	pay(context.Background(), 99) // another test
	pay(ctx, 12.5)

	m.View(shopmetrics.RevenueView).WantSum(12.5)
	fmt.Println(m.View(shopmetrics.RequestCountView).Count())
	// Output: 1
}
