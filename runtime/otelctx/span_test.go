package otelctx_test

import (
	"context"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/otelctx"
	"go.opentelemetry.io/otel/trace"
)

func spanContext(flags trace.TraceFlags) trace.SpanContext {
	return trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1, 2}, SpanID: trace.SpanID{3}, TraceFlags: flags})
}

func TestSpan(t *testing.T) {
	for sampled, flags := range map[bool]trace.TraceFlags{true: trace.FlagsSampled, false: 0} {
		of := spanContext(flags)
		for name, ctx := range map[string]context.Context{
			"local": trace.ContextWithSpanContext(t.Context(), of), "remote": trace.ContextWithRemoteSpanContext(t.Context(), of),
		} {
			got := otelctx.Span(ctx)
			if got.TraceID != metric.TraceID(of.TraceID()) || got.SpanID != metric.SpanID(of.SpanID()) || got.Sampled != sampled {
				t.Errorf("%s: got %+v of %+v", name, got, of)
			}
			if got.TraceID.String() != of.TraceID().String() || got.SpanID.String() != of.SpanID().String() {
				t.Errorf("%s: %s %s, OpenTelemetry writes %s %s", name, got.TraceID, got.SpanID, of.TraceID(), of.SpanID())
			}
		}
	}
	noID := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, TraceFlags: trace.FlagsSampled})
	for _, ctx := range []context.Context{noContext, context.Background(), trace.ContextWithSpanContext(t.Context(), noID)} {
		if got := otelctx.Span(ctx); got != (metric.Span{}) {
			t.Errorf("got %+v without a span", got)
		}
	}
}

// TestSpanAllocatesNothing: each record of a measure with exemplars reads the span.
func TestSpanAllocatesNothing(t *testing.T) {
	for name, ctx := range map[string]context.Context{
		"none": t.Context(), "sampled": trace.ContextWithSpanContext(t.Context(), spanContext(trace.FlagsSampled)),
	} {
		if n := testing.AllocsPerRun(1000, func() { otelctx.Span(ctx) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
