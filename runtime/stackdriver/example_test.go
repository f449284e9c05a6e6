package stackdriver_test

import (
	"context"
	"fmt"
	"time"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

// A program exports what a generated package records. ClientOptions are for this
// example alone, which writes to a stand-in; without them the Application Default
// Credentials are taken.
func ExampleNew() {
	standIn, err := fakemonitoring.Listen(fakemonitoring.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer standIn.Stop()

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	shop, requests := newShop() // a generated package has RegisterViews and RecordRequest
	if err := shop.Register(); err != nil {
		fmt.Println(err)
		return
	}
	defer shop.Unregister()
	exporter, err := stackdriver.New(ctx, stackdriver.Options{ProjectID: "my-project", ClientOptions: standIn.ClientOptions()})
	if err != nil {
		fmt.Println(err)
		return
	}
	telemetry, err := runtime.Start(ctx, runtime.Options{Exporter: exporter})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 1000 {
		requests.At(0).Inc()
	}
	if err := telemetry.Shutdown(ctx); err != nil {
		fmt.Println(err)
	}
	for _, ts := range standIn.Last("custom.googleapis.com/opencensus/shop/requests") {
		fmt.Println(ts.Metric.Type, ts.Points[0].Value.GetInt64Value())
	}
	// Output: custom.googleapis.com/opencensus/shop/requests 1000
}

// newShop returns a package with one count, as generated code makes it.
func newShop() (*record.Package, *series.Counts) {
	requests := series.NewCounts(series.SeriesInfo{Name: "shop/requests", Size: 1})
	return record.NewPackage(record.PackageInfo{
		Name:  "shop",
		Parts: []record.Part{series.Sets(requests)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: "shop/requests", Unit: "1", Type: metric.TypeCumulativeInt64}}
		},
	}), requests
}

// On Kubernetes the schema names the resource, and the process knows the rest.
// With a resource for each pod the label opencensus_task can be left out, and a
// restarted container goes on with the series of the one before.
func ExampleOptions() {
	opts := stackdriver.Options{
		Detect:        true,
		DetectTimeout: time.Second,
		TaskLabel:     stackdriver.NoTaskLabel,
	}
	_, err := stackdriver.New(context.Background(), opts)
	fmt.Println(err)
	// Output: stackdriver: no generated package is registered: call its RegisterViews before stackdriver.New, which reads the metric prefix and the resource from it
}
