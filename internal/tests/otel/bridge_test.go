package otel

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/directminimal"
	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	producer "github.com/ocgen/ocgen/runtime/otel"
	"go.opentelemetry.io/otel/bridge/opencensus"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// TestBridgeBesideProducer has packages of all three recorders, and a Telemetry with metrics
// of its own, behind one Reader: each metric comes once.
func TestBridgeBesideProducer(t *testing.T) {
	recorded(t)
	for _, pkg := range []struct {
		register   func() error
		unregister func()
	}{{shopmetrics.RegisterViews, shopmetrics.UnregisterViews}, {directminimal.RegisterViews, directminimal.UnregisterViews}} {
		if err := pkg.register(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(pkg.unregister)
	}
	shopmetrics.RecordRequest(t.Context(), time.Millisecond, 1, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
	shopmetrics.RecordRequest(t.Context(), time.Millisecond, 1, 255, "/cart", shopmetrics.OutcomeOK, 0) // counted as replaced
	directminimal.RecordJobs(t.Context(), 3)
	telemetry, err := runtime.Start(t.Context(), runtime.Options{Exporter: nowhere{}, Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = telemetry.Shutdown(context.Background()) })
	runtime.Gather(t.Context()) // waits for OpenCensus

	reader := sdk.NewManualReader(sdk.WithProducer(producer.NewProducer()), sdk.WithProducer(opencensus.NewMetricProducer()))
	sdk.NewMeterProvider(sdk.WithReader(reader))
	var all metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			times[m.Name]++
		}
	}
	for name, n := range times {
		if n != 1 {
			t.Errorf("%s came %d times", name, n)
		}
	}
	for _, name := range []string{"shop/request_count", "jobs", "golden/otel/latency", "ocgen/telemetry/replaced_or_dropped", "ocgen/telemetry/exports"} {
		if times[name] != 1 {
			t.Errorf("%s came %d times, want once: %v", name, times[name], fmt.Sprint(times))
		}
	}
}

// nowhere is an exporter that accepts everything.
type nowhere struct{}

func (nowhere) Export(context.Context, []*metric.Metric) error { return nil }
func (nowhere) Shutdown(context.Context) error                 { return nil }
