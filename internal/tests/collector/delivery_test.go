package collector_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/internal/tests/collector"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// A pipeline brings the metrics of the process to an exporter's receiver: it calls serve as
// a program would, and returns when the process may end.
type pipeline func(ctx context.Context, opts runtime.Options, serve func(context.Context) error) error

// startAndShutdown is the way of programs that have a main loop of their own.
func startAndShutdown(ctx context.Context, opts runtime.Options, serve func(context.Context) error) error {
	telemetry, err := runtime.Start(ctx, opts)
	if err != nil {
		return err
	}
	if err := serve(ctx); err != nil {
		return err
	}
	return telemetry.Shutdown(ctx)
}

// TestDelivery: what generated packages record arrives at a Collector, each series with all
// that [runtime.Gather] says of it.
func TestDelivery(t *testing.T) {
	for name, deliver := range map[string]pipeline{"Run": runtime.Run, "Start": startAndShutdown} {
		for _, protocol := range protocols {
			t.Run(name+" "+protocol, func(t *testing.T) {
				c := collector.Start(t)
				register(t)
				ctx, span := traced(t)
				var gathered []*metric.Metric
				err := deliver(t.Context(), runtime.Options{
					Exporter: exporterTo(t, c, protocol), Interval: time.Hour, NoHealthMetrics: true,
					OnError: func(err error) { t.Error(err) },
				}, func(context.Context) error {
					recordAll(ctx)
					gathered = runtime.Gather(t.Context())
					return nil
				})
				if err != nil {
					t.Fatal(err)
				}
				got := last(c.Points())
				wantSame(t, timeless(got), timeless(expected(gathered)))
				checkVariety(t, got, variety{
					series: 5, span: span,
					exact:  []string{"golden/direct/size_total", "golden/otel/level", "golden/observedirect/waits", "golden/observedirect/connections"},
					traced: []string{"golden/direct/latency", "golden/otel/latency", "golden/values/weights", "shop/request_latency"},
				})
			})
		}
	}
}

// A variety is what a test means to compare at least.
type variety struct {
	series int      // of each kind
	exact  []string // metrics with a number past 2^53
	traced []string // metrics whose exemplars have the span
	span   trace.SpanContext
}

// checkVariety fails if less was compared than was meant.
func checkVariety(t *testing.T, points []fakeotlp.Point, want variety) {
	t.Helper()
	kinds, exact, traced := map[string]int{}, map[string]bool{}, map[string]bool{}
	for _, p := range points {
		kinds[fmt.Sprintf("%s, integer %t", p.Kind, p.Integer)]++
		if p.Kind != "gauge" && (p.Start.IsZero() || p.Time.Before(p.Start)) {
			t.Errorf("%s is from %v to %v", p.Metric, p.Start, p.Time)
		}
		exact[p.Metric] = exact[p.Metric] || p.Int == pastFloats || p.Int == -pastFloats
		for _, e := range p.Exemplars {
			traced[p.Metric] = traced[p.Metric] || trace.TraceID(e.TraceId) == want.span.TraceID() && trace.SpanID(e.SpanId) == want.span.SpanID()
		}
	}
	for _, kind := range []string{"gauge, integer false", "gauge, integer true", "sum, integer false", "sum, integer true", "histogram, integer false"} {
		if kinds[kind] < want.series {
			t.Errorf("only %d series are of the kind %q", kinds[kind], kind)
		}
	}
	for _, metric := range want.exact {
		if !exact[metric] {
			t.Errorf("%s lost the last digit of a number past 2^53", metric)
		}
	}
	for _, metric := range want.traced {
		if !traced[metric] {
			t.Errorf("no exemplar of %s has the span", metric)
		}
	}
}
