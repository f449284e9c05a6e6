package otel_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/otel"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// A program has these declarations in a generated package.
var (
	checkoutsSeries = series.NewCounts(series.SeriesInfo{Name: "shop/checkouts", Size: 1})

	generated = record.NewPackage(record.PackageInfo{
		Name:  "shopmetrics",
		Scope: "example.com/shop/shopmetrics",
		Parts: []record.Part{series.Sets(checkoutsSeries)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: "shop/checkouts", Unit: "1", Type: metric.TypeCumulativeInt64}}
		},
	})
)

func RegisterViews() error { return generated.Register() }

func UnregisterViews() { generated.Unregister() }

func RecordCheckout() { checkoutsSeries.At(0).Inc() }

// A ManualReader stands here for the Reader of an exporter.
func ExampleNewProducer() {
	if err := RegisterViews(); err != nil {
		log.Fatal(err)
	}
	defer UnregisterViews()
	ctx := context.Background()
	reader := sdk.NewManualReader(sdk.WithProducer(otel.NewProducer()))
	provider := sdk.NewMeterProvider(sdk.WithReader(reader))

	RecordCheckout()
	RecordCheckout()

	var collected metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &collected); err != nil {
		log.Fatal(err)
	}
	scope := collected.ScopeMetrics[0]
	for _, m := range scope.Metrics {
		for _, p := range m.Data.(metricdata.Sum[int64]).DataPoints {
			fmt.Println(scope.Scope.Name, m.Name, m.Unit, p.Value)
		}
	}
	if err := provider.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	// Output: example.com/shop/shopmetrics shop/checkouts 1 2
}
