package trial

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/otelctx"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// openTelemetry is the library of the recorder "otel".
type openTelemetry struct{ target *Target }

// received extracts a header of another process. The header replaces the baggage of ctx.
func (openTelemetry) received(ctx context.Context, tags []sent) context.Context {
	var members []string
	for _, s := range tags {
		members = append(members, s.key+"="+url.PathEscape(s.text))
	}
	return extracted(ctx, http.Header{"Baggage": {strings.Join(members, ",")}})
}

// set sets a tag as a generated package of another schema does.
func (o openTelemetry) set(ctx context.Context, key, text string) context.Context {
	if slices.Contains(o.target.Propagated, key) {
		return otelctx.Propagated(key).With(ctx, text)
	}
	return otelctx.Carried(key).With(ctx, text)
}

func (openTelemetry) forwarded(ctx context.Context) context.Context {
	header := http.Header{}
	propagation.Baggage{}.Inject(ctx, propagation.HeaderCarrier(header))
	return extracted(context.Background(), header)
}

func extracted(ctx context.Context, header http.Header) context.Context {
	return propagation.Baggage{}.Extract(ctx, propagation.HeaderCarrier(header))
}

func (o openTelemetry) text(ctx context.Context, key string) string {
	if slices.Contains(o.target.Propagated, key) {
		return otelctx.Propagated(key).Text(ctx)
	}
	return otelctx.Carried(key).Text(ctx)
}

// inSpan sets a span with the ids and the sampling of OpenCensus's span.
func (openTelemetry) inSpan(ctx context.Context, span int) context.Context {
	of := spans[span].SpanContext()
	return trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{
		TraceID:    trace.TraceID(of.TraceID),
		SpanID:     trace.SpanID(of.SpanID),
		TraceFlags: trace.TraceFlags(0).WithSampled(of.IsSampled()),
	}))
}
