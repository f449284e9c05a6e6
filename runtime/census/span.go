package census

import (
	"context"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/trace"
)

// Span returns the OpenCensus span of a ctx. It returns the zero span if ctx is nil or
// has no span.
func Span(ctx context.Context) metric.Span {
	if ctx == nil {
		return metric.Span{}
	}
	span := trace.FromContext(ctx)
	if span == nil {
		return metric.Span{}
	}
	return spanOf(span.SpanContext())
}

func spanOf(c trace.SpanContext) metric.Span {
	return metric.Span{TraceID: metric.TraceID(c.TraceID), SpanID: metric.SpanID(c.SpanID), Sampled: c.IsSampled()}
}

// spanContext is the inverse of spanOf.
func spanContext(s metric.Span) trace.SpanContext {
	c := trace.SpanContext{TraceID: trace.TraceID(s.TraceID), SpanID: trace.SpanID(s.SpanID)}
	if s.Sampled {
		c.TraceOptions = 1
	}
	return c
}
