package otlp_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/otlp"
)

func ExampleNew() {
	ctx := context.Background()
	collector, err := fakeotlp.Start() // stands for an OpenTelemetry Collector
	if err != nil {
		log.Fatal(err)
	}
	defer collector.Stop()

	exporter, err := otlp.New(ctx, otlp.Options{
		Endpoint: "http://" + collector.GRPC(), // without it: OTEL_EXPORTER_OTLP_ENDPOINT, or localhost
		Resource: map[string]string{"service.name": "shop"},
	})
	if err != nil {
		log.Fatal(err)
	}
	// A program gives the exporter to runtime.Run, which lets it export and shuts it down.
	now := time.Now()
	err = exporter.Export(ctx, []*metric.Metric{{
		Descriptor: metric.Descriptor{Name: "shop/checkouts", Unit: "1", Type: metric.TypeCumulativeInt64},
		Series:     []*metric.Series{{StartTime: now.Add(-time.Minute), Point: metric.Point{Time: now, Value: int64(95)}}},
	}})
	if err != nil {
		log.Fatal(err)
	}
	if err := exporter.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	for _, p := range collector.Points() {
		fmt.Println(p.Resource["service.name"], p.Metric, p.Int, p.Unit)
	}
	// Output: shop shop/checkouts 95 1
}
