package census_test

import (
	"context"
	"testing"

	"github.com/ocgen/ocgen/runtime/census"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/trace"
)

func TestSpan(t *testing.T) {
	for sampled, sampler := range map[bool]trace.Sampler{true: trace.AlwaysSample(), false: trace.NeverSample()} {
		ctx, span := trace.StartSpan(t.Context(), "request", trace.WithSampler(sampler))
		of := span.SpanContext()
		got := census.Span(ctx)
		if got.TraceID != metric.TraceID(of.TraceID) || got.SpanID != metric.SpanID(of.SpanID) || got.Sampled != sampled || got.IsZero() {
			t.Errorf("got %+v of %+v", got, of)
		}
		if got.TraceID.String() != of.TraceID.String() || got.SpanID.String() != of.SpanID.String() {
			t.Errorf("%s %s, OpenCensus writes %s %s", got.TraceID, got.SpanID, of.TraceID, of.SpanID)
		}
		span.End()
	}
	for _, ctx := range []context.Context{noContext, context.Background()} {
		if got := census.Span(ctx); got != (metric.Span{}) {
			t.Errorf("got %+v without a span", got)
		}
	}
}

// A span is found at each record of an exemplar.
func TestSpanAllocatesNothing(t *testing.T) {
	ctx, span := trace.StartSpan(t.Context(), "request", trace.WithSampler(trace.AlwaysSample()))
	defer span.End()
	if n := testing.AllocsPerRun(1000, func() { census.Span(ctx) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
