package census_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/census"
	"go.opencensus.io/metric/metricdata"
)

// teamExporter stands for the OpenCensus exporter that a program has, such as the one of
// contrib.go.opencensus.io/exporter/stackdriver. It sends what it is given when it is
// flushed.
type teamExporter struct{ queue []*metricdata.Metric }

func (e *teamExporter) ExportMetrics(_ context.Context, metrics []*metricdata.Metric) error {
	e.queue = append(e.queue, metrics...)
	return nil
}

func (e *teamExporter) Flush() {
	for _, m := range e.queue {
		if m.Descriptor.Name == "shop/request_count" {
			fmt.Println(m.Descriptor.Name, m.TimeSeries[0].Points[0].Value)
		}
	}
	e.queue = nil
}

// A program keeps the OpenCensus exporter that it has: runtime.Run calls it at the
// interval, and delivers with it what is left at the end.
func ExampleFromOpenCensus() {
	if err := shopmetrics.RegisterViews(); err != nil {
		log.Fatal(err)
	}
	defer shopmetrics.UnregisterViews()
	opts := runtime.Options{Exporter: census.FromOpenCensus(&teamExporter{}, 0)} // 5*time.Second for Cloud Monitoring
	err := runtime.Run(context.Background(), opts, func(ctx context.Context) error {
		for range 3 {
			shopmetrics.RecordRequestLatency(ctx, 20*time.Millisecond, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output: shop/request_count 3
}
