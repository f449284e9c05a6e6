package contrib_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"contrib.go.opencensus.io/exporter/stackdriver"
	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/census"
)

// A program keeps OpenCensus's exporter for Cloud Monitoring. runtime.Run exports with it
// at the interval, and delivers what is left before it returns. Location and the
// ClientOptions are for this example alone, which writes to a stand-in.
func Example() {
	standIn, err := fakemonitoring.Listen(fakemonitoring.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer standIn.Stop()

	if err := shopmetrics.RegisterViews(); err != nil {
		log.Fatal(err)
	}
	defer shopmetrics.UnregisterViews()
	exporter, err := stackdriver.NewExporter(stackdriver.Options{
		ProjectID:               "my-project",
		OnError:                 func(err error) { log.Print(err) }, // runtime.Run does not return these errors
		Location:                "here",
		MonitoringClientOptions: standIn.ClientOptions(),
		TraceClientOptions:      standIn.ClientOptions(),
	})
	if err != nil {
		log.Fatal(err)
	}
	opts := runtime.Options{Exporter: census.FromOpenCensus(exporter, 5*time.Second)}
	err = runtime.Run(context.Background(), opts, func(ctx context.Context) error {
		for range 1000 {
			shopmetrics.RecordCartAbandoned(ctx)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, ts := range standIn.Last("custom.googleapis.com/opencensus/shop/cart_abandoned") {
		fmt.Println(ts.Metric.Type, ts.Points[0].Value.GetInt64Value())
	}
	// Output: custom.googleapis.com/opencensus/shop/cart_abandoned 1000
}
