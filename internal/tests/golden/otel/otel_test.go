package otel_test

import (
	"context"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/internal/tests/golden/otel"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

func TestMain(m *testing.M) {
	otel.SetBuild("v1")
	otel.SetZone(otel.ZoneA)
	m.Run()
}

// register registers the package until the test ends.
func register(t *testing.T) context.Context {
	t.Helper()
	if err := otel.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(otel.UnregisterViews)
	return t.Context()
}

// sampled returns a ctx with a sampled span of OpenTelemetry.
func sampled(ctx context.Context) context.Context {
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled}))
}

func TestRecord(t *testing.T) {
	ctx := register(t)
	otel.RecordLatency(ctx, 3*time.Millisecond, otel.MethodGET, otel.OutcomeOK)
	otel.RecordLatency(ctx, -1, otel.MethodGET, otel.OutcomeOK) // dropped
	otel.RecordAnswer(ctx, 4*time.Millisecond, 50, 0.5, otel.MethodPOST, otel.ProtocolH2, otel.OutcomeError, otel.ErrorClassTimeout, 0, "/pay")
	points.Expect(t, "golden/otel/latency",
		"build=v1 http.method=GET outcome=ok: count 1 sum 3 buckets [0 0 1 0]",
		"build=v1 http.method=POST outcome=error: count 1 sum 4 buckets [0 0 1 0]")
	points.Expect(t, "golden/otel/size", "outcome=error: count 1 sum 50 buckets [0 1 0]")
	points.Expect(t, "golden/otel/price_total", "route=/pay: 0.5")
	points.Expect(t, "golden/otel/closed_total", "1")
}

// TestBaggage: the tag tenant stays in the process; plan also travels as baggage.
func TestBaggage(t *testing.T) {
	register(t)
	header := http.Header{}
	ctx := otel.WithPlan(otel.WithTenant(t.Context(), "acme"), otel.PlanPaid)
	propagation.Baggage{}.Inject(ctx, propagation.HeaderCarrier(header))
	if got := header.Get("baggage"); got != "plan=paid" {
		t.Errorf("the baggage is %q, want plan=paid", got)
	}
	header.Set("baggage", "plan=paid,tenant=intruder")
	received := propagation.Baggage{}.Extract(t.Context(), propagation.HeaderCarrier(header))
	otel.RecordCarried(ctx, otel.MethodGET)
	otel.RecordCarried(received, otel.MethodGET)
	otel.CarriedFor(otel.MethodGET).Record(otel.WithPlan(received, otel.PlanFree))
	points.Expect(t, "golden/otel/carried",
		"build=v1 http.method=GET plan=free zone=a: 1",
		"build=v1 http.method=GET plan=paid tenant=acme zone=a: 1",
		"build=v1 http.method=GET plan=paid zone=a: 1")
}

// TestExemplars attaches OpenTelemetry's span to the distributions of a measure that has
// exemplars, and of an event with such a measure.
func TestExemplars(t *testing.T) {
	ctx := register(t)
	names := []string{"golden/otel/latency", "golden/otel/size", "golden/otel/weights"}
	otel.RecordSize(sampled(ctx), 5, otel.OutcomeOK)
	otel.RecordLatency(ctx, time.Millisecond, otel.MethodGET, otel.OutcomeOK)
	if got := points.Exemplars(t, names...); len(got) != 0 {
		t.Errorf("exemplars without exemplars: true, or without a span: %v", got)
	}
	otel.RecordLatency(sampled(ctx), time.Millisecond, otel.MethodGET, otel.OutcomeOK)
	otel.WeightsFor(otel.OutcomeOK).Record(sampled(ctx), time.Millisecond)
	otel.RecordAnswer(sampled(ctx), time.Millisecond, 5, 1, otel.MethodGET, otel.ProtocolH1, otel.OutcomeOK, 0, 0, "/cart")
	if got := points.Exemplars(t, names...); len(got) != 3 {
		t.Errorf("exemplars are %v, want one in each of %q", got, names)
	}
}

// TestLinksNoOpenCensus: the package uses OpenTelemetry's API, and neither its SDK nor
// OpenCensus.
func TestLinksNoOpenCensus(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	if deps := string(out); strings.Contains(deps, "go.opencensus.io") || strings.Contains(deps, "go.opentelemetry.io/otel/sdk") || !strings.Contains(deps, "go.opentelemetry.io/otel/baggage") {
		t.Errorf("the package links:\n%s", deps)
	}
}
