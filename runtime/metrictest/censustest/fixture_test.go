package censustest_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// Views that the shop has not: a last value by a tag, and an int64 sum.
var (
	shelfKey = tag.MustNewKey("shelf")

	stockMeasure = stats.Float64("metrictest_test/stock", "Goods on a shelf.", "1")
	stockView    = &view.View{Measure: stockMeasure, Aggregation: view.LastValue(), TagKeys: []tag.Key{shelfKey}}

	spareMeasure = stats.Float64("metrictest_test/spare", "Spare parts on a shelf.", "1")
	spareView    = &view.View{Name: "metrictest_test/spare", Measure: spareMeasure, Aggregation: view.LastValue(), TagKeys: []tag.Key{shelfKey}}

	soldMeasure = stats.Int64("metrictest_test/sold", "Goods sold.", "1")
	soldView    = &view.View{Name: "metrictest_test/sold", Measure: soldMeasure, Aggregation: view.Sum(), TagKeys: []tag.Key{shelfKey}}
)

func TestMain(m *testing.M) {
	err := shopmetrics.RegisterViews()
	if err == nil {
		err = view.Register(stockView, spareView, soldView)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func onShelf(ctx context.Context, shelf string, m stats.Measurement) {
	ctx, err := tag.New(ctx, tag.Upsert(shelfKey, shelf))
	if err != nil {
		panic(err)
	}
	stats.Record(ctx, m)
}
