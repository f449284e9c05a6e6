// Command points records a few values through the package golden/alerts, and exports them
// with runtime/stackdriver. The test in the folder above compiles it with the generated
// file of another schema, which has the prefix and the project of the test.
package main

import (
	"context"
	"flag"
	"log"
	"time"

	"github.com/ocgen/ocgen/golden/alerts"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

func main() {
	project := flag.String("project", "", "the project to write to")
	fake := flag.String("fake", "", "host:port of a fake to write to instead of Google Cloud")
	flag.Parse()
	if err := export(*project, *fake); err != nil {
		log.Fatal(err)
	}
}

func export(project, fake string) error {
	if err := alerts.RegisterViews(); err != nil {
		return err
	}
	ctx := context.Background()
	opts := stackdriver.Options{ProjectID: project, ResourceLabels: map[string]string{
		"location": "europe-west1", "cluster_name": "eu", "namespace_name": "orders", "pod_name": "ocgen-test", "container_name": "ocgen-test",
	}}
	if fake != "" {
		opts.ClientOptions = fakemonitoring.ClientOptions(fake)
	}
	exporter, err := stackdriver.New(ctx, opts)
	if err != nil {
		return err
	}
	return runtime.Run(ctx, runtime.Options{Exporter: exporter, NoHealthMetrics: true, Grace: time.Minute}, record)
}

// record records 7 requests that succeed in 200 ms, 2 that fail in 3 s, one that times out
// after 12 s, and a queue of 42.
func record(ctx context.Context) error {
	const route, other = alerts.Route(`/orders/{id:"\d+"}`), alerts.Route("/orders/new")
	for range 7 {
		alerts.RecordRequestLatency(ctx, 200*time.Millisecond, alerts.OutcomeOK, route)
	}
	alerts.RecordRequestLatency(ctx, 3*time.Second, alerts.OutcomeError, route)
	alerts.RecordRequestLatency(ctx, 3*time.Second, alerts.OutcomeError, other)
	alerts.RecordRequestLatency(ctx, 12*time.Second, alerts.OutcomeTimeout, other)
	alerts.RecordQueueDepth(ctx, 42)
	return nil
}
