package otlp_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/otlp"
)

func ExampleNew() {
	ctx := context.Background()
	collector, err := fakeotlp.Start() // stands for an OpenTelemetry Collector
	if err != nil {
		log.Fatal(err)
	}
	defer collector.Stop()
	if err := shopmetrics.RegisterViews(); err != nil {
		log.Fatal(err)
	}
	defer shopmetrics.UnregisterViews()

	exporter, err := otlp.New(ctx, otlp.Options{
		Endpoint: "http://" + collector.GRPC(), // without it: OTEL_EXPORTER_OTLP_ENDPOINT, or localhost
		Resource: map[string]string{"service.name": "shop"},
	})
	if err != nil {
		log.Fatal(err)
	}
	telemetry, err := runtime.Start(ctx, runtime.Options{Exporter: exporter})
	if err != nil {
		log.Fatal(err)
	}

	shopmetrics.RecordCheckoutTime(ctx, 95*time.Second)

	if err := telemetry.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	for _, p := range collector.Points() {
		if p.Metric == "shop/checkout_time" {
			fmt.Println(p.Resource["service.name"], p.Metric, p.Count, p.Sum, p.Unit)
		}
	}
	// Output: shop shop/checkout_time 1 95 s
}
