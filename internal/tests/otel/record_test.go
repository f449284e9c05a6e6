package otel

import (
	"context"
	"flag"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/tests/golden/otel"
	"go.opentelemetry.io/otel/trace"
)

var update = flag.Bool("update", false, "rewrite the files of testdata")

func TestMain(m *testing.M) {
	otel.SetBuild("v1")
	otel.SetZone(otel.ZoneA)
	m.Run()
}

// recorded registers the package until the test ends, and records some of each kind.
func recorded(t *testing.T) {
	t.Helper()
	if err := otel.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(otel.UnregisterViews)
	ctx := trace.ContextWithSpanContext(otel.WithTenant(t.Context(), "acme"), trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled}))
	for range 3 {
		otel.RecordLatency(ctx, 2*time.Millisecond, otel.MethodGET, otel.OutcomeOK) // at a bound
	}
	otel.RecordLatency(context.Background(), time.Second, otel.MethodPOST, otel.OutcomeNotFound)
	otel.RecordSize(ctx, 1<<53+1, otel.OutcomeOK)
	otel.RecordPrice(ctx, 0.25, "/cart")
	otel.RecordLevel(ctx, -7)
	otel.RecordWeights(ctx, 3*time.Millisecond, otel.OutcomeError)
	otel.RecordOpen(ctx, otel.OutcomeOK, "/pay", "agent \"x\"\\", "")
	otel.RecordCarried(ctx, otel.MethodGET)
	otel.RecordClosed(ctx, otel.MethodOTHER, otel.ProtocolH2, otel.OutcomeOK, 0, otel.RetriedTimeout)
}
