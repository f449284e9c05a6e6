package runtime_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
)

// What follows up to recordRequest is generated in a real program.
var (
	methodTag      = record.NewClosedTag("method", record.ClosedTag{Values: []string{"GET", "POST"}, CatchAll: "POST"})
	requestsSeries = series.NewCounts(series.SeriesInfo{Name: "example/requests", Tags: []*record.Tag{methodTag}, Size: 2})
	requests       = record.NewPackage(record.PackageInfo{
		Name:  "example",
		Parts: []record.Part{series.Sets(requestsSeries)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: "example/requests", Description: "Served requests.", Unit: "1",
				Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "method"}}}}
		},
	})
)

func recordRequest(method uint8) { requestsSeries.At(methodTag.Index(uint32(method))).Inc() }

// total is an exporter that prints the last value of each series.
type total struct{}

func (total) Export(_ context.Context, metrics []*metric.Metric) error {
	for _, m := range metrics {
		for _, s := range m.Series {
			fmt.Println(m.Descriptor.Name, s.LabelValues[0].Value, s.Point.Value)
		}
	}
	return nil
}

func (total) Shutdown(context.Context) error { return nil }

// Everything recorded before Shutdown is delivered by it.
func ExampleStart() {
	if err := requests.Register(); err != nil {
		log.Fatal(err)
	}
	defer requests.Unregister()
	ctx := context.Background()
	telemetry, err := runtime.Start(ctx, runtime.Options{
		Exporter:        total{}, // or console.New(os.Stdout)
		NoHealthMetrics: true,
	})
	if err != nil {
		log.Fatal(err)
	}
	for range 1000 {
		recordRequest(1)
	}
	if err := telemetry.Shutdown(ctx); err != nil {
		log.Fatal(err)
	}
	// Output: example/requests GET 1000
}

// A main function that loses nothing: on SIGINT or SIGTERM ctx ends, serve
// returns, and what it recorded is delivered.
func ExampleRun() {
	if err := requests.Register(); err != nil {
		log.Fatal(err)
	}
	defer requests.Unregister()
	opts := runtime.Options{Exporter: total{}, NoHealthMetrics: true}
	err := runtime.Run(context.Background(), opts, func(ctx context.Context) error {
		recordRequest(1) // a server would serve until <-ctx.Done()
		recordRequest(2)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Unordered output:
	// example/requests GET 1
	// example/requests POST 1
}

func ExampleStats() {
	revenue := record.NewValueCheck("example/revenue", record.Finite|record.NonNegative)
	for _, v := range []float64{12.5, -1, -2} {
		if revenue.Float64(v) {
			fmt.Println("recorded", v)
		}
	}
	for _, s := range runtime.Stats() {
		if s.Measure == "example/revenue" {
			fmt.Println(s.Measure, s.Reason, s.Count)
		}
	}
	// Output:
	// recorded 12.5
	// example/revenue negative 2
}
