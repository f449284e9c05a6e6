package metrictest_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
)

// What ocgen would generate with direct recorders. The tags are closed, "outcome" of ok
// and error, and "shelf", which is absent, a or b.
var (
	outcomeTag = record.NewClosedTag("outcome", record.ClosedTag{Values: []string{"ok", "error"}})
	shelfTag   = record.NewClosedTag("shelf", record.ClosedTag{Values: []string{"a", "b"}, Optional: true})

	requestCount   = series.NewCounts(series.SeriesInfo{Name: "shop/request_count", Tags: []*record.Tag{outcomeTag, shelfTag}, Size: 12})
	requestLatency = series.NewDistributions(series.SeriesInfo{Name: "shop/request_latency", Tags: []*record.Tag{outcomeTag}, Size: 3,
		Bounds: []float64{10, 25, 50, 100}})
	revenue     = series.NewFloat64Sums(series.SeriesInfo{Name: "shop/revenue", Size: 1})
	queueDepth  = series.NewInt64LastValues(series.SeriesInfo{Name: "shop/queue_depth", Size: 1})
	stock       = series.NewFloat64LastValues(series.SeriesInfo{Name: "shop/stock", Tags: []*record.Tag{shelfTag}, Size: 4})
	sold        = series.NewInt64Sums(series.SeriesInfo{Name: "shop/sold", Tags: []*record.Tag{shelfTag}, Size: 4})
	abandoned   = series.NewCounts(series.SeriesInfo{Name: "shop/cart_abandoned", Size: 1})
	checkout    = series.NewDistributions(series.SeriesInfo{Name: "shop/checkout_time", Size: 1, Bounds: []float64{30, 60}})
	revenueRule = record.NewValueCheck("shop/revenue", record.NonNegative)
)

var shop = record.NewPackage(record.PackageInfo{
	Name:        "shopmetrics",
	Parts:       []record.Part{series.Sets(requestCount, requestLatency, revenue, queueDepth, stock, sold, abandoned, checkout)},
	Descriptors: descriptors,
})

func descriptors() []metric.Descriptor {
	outcome, shelf := metric.LabelKey{Key: "outcome"}, metric.LabelKey{Key: "shelf"}
	return []metric.Descriptor{
		{Name: "shop/request_count", Unit: "1", Description: "Requests.", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{outcome, shelf}},
		{Name: "shop/request_latency", Unit: "ms", Description: "Time of a request.", Type: metric.TypeCumulativeDistribution, LabelKeys: []metric.LabelKey{outcome}},
		{Name: "shop/revenue", Unit: "{EUR}", Description: "Money taken.", Type: metric.TypeCumulativeFloat64},
		{Name: "shop/queue_depth", Unit: "1", Type: metric.TypeGaugeInt64},
		{Name: "shop/stock", Unit: "1", Description: "Goods on a shelf.", Type: metric.TypeGaugeFloat64, LabelKeys: []metric.LabelKey{shelf}},
		{Name: "shop/sold", Unit: "1", Description: "Goods sold.", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{shelf}},
		{Name: "shop/cart_abandoned", Unit: "1", Description: "Carts given up.", Type: metric.TypeCumulativeInt64},
		{Name: "shop/checkout_time", Unit: "s", Type: metric.TypeCumulativeDistribution},
	}
}

func TestMain(m *testing.M) {
	if err := shop.Register(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// The ordinals of the tags' values.
const (
	ok, failed     = 1, 2
	none, onA, onB = 0, 1, 2
)

func request(took time.Duration, outcome, shelf uint32) {
	o := outcomeTag.Index(outcome)
	requestLatency.At(o).Record(float64(took) / float64(time.Millisecond))
	requestCount.At(o + 3*shelfTag.Index(shelf)).Inc()
}

func recordRevenue(v float64) {
	if revenueRule.Float64(v) {
		revenue.At(0).Add(v)
	}
}

func setStock(shelf uint32, v float64) { stock.At(shelfTag.Index(shelf)).Set(v) }

func sell(shelf uint32, n int64) { sold.At(shelfTag.Index(shelf)).Add(n) }
