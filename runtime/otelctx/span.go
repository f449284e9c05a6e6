package otelctx

import (
	"context"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/trace"
)

// noSpan is what OpenTelemetry's API returns for a ctx without a span.
var noSpan = trace.SpanFromContext(context.Background())

// Span returns the OpenTelemetry span of a ctx. It returns the zero span if ctx is nil or
// has no span.
func Span(ctx context.Context) metric.Span {
	current := trace.SpanFromContext(ctx)
	if current == noSpan { // the usual case: there is no SpanContext to copy and to check
		return metric.Span{}
	}
	span := current.SpanContext()
	if !span.IsValid() {
		return metric.Span{}
	}
	return metric.Span{
		TraceID: metric.TraceID(span.TraceID()),
		SpanID:  metric.SpanID(span.SpanID()),
		Sampled: span.IsSampled(),
	}
}
