package pair_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/direct"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/otel"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/views"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/tag"
	"go.opencensus.io/trace"
	"go.opentelemetry.io/otel/propagation"
	oteltrace "go.opentelemetry.io/otel/trace"
)

var openTelemetrySpan = oteltrace.NewSpanContext(oteltrace.SpanContextConfig{
	TraceID: oteltrace.TraceID{1}, SpanID: oteltrace.SpanID{2}, TraceFlags: oteltrace.FlagsSampled})

// spanned returns a ctx with a sampled span of each library.
func spanned(ctx context.Context) context.Context {
	ctx, _ = trace.StartSpan(ctx, "test", trace.WithSampler(trace.AlwaysSample()))
	return oteltrace.ContextWithSpanContext(ctx, openTelemetrySpan)
}

// openCensusTag returns a ctx with a tag that other code sets with OpenCensus.
func openCensusTag(key, text string) context.Context {
	ctx, err := tag.New(bg, tag.Upsert(tag.MustNewKey(key), text))
	if err != nil {
		panic(err) // the texts are valid
	}
	return ctx
}

// baggageMember returns a ctx with baggage of another process.
func baggageMember(member string) context.Context {
	return propagation.Baggage{}.Extract(bg, propagation.HeaderCarrier(http.Header{"Baggage": {member}}))
}

// tagsOfContext returns the libraries whose tags are recorded.
func tagsOfContext(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.request(openCensusTag("tier", "free"))
	s.request(baggageMember("tier=paid"))
	return strings.TrimSpace(strings.Join(labels("pair/requests", "tier"), " "))
}

// withoutPropagate returns the recorded values of a tag without "propagate" that another
// process sent.
func withoutPropagate(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.trip(openCensusTag("region", "sent"))
	s.trip(baggageMember("region=sent"))
	return strings.TrimSpace(strings.Join(labels("pair/trips", "region"), " "))
}

// notPrintable returns the recorded value of a tag that another process sent with a character
// that is not printable ASCII.
func notPrintable(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	encoded := bytes.Replace(tag.Encode(tag.FromContext(openCensusTag("tier", "free"))), []byte("free"), []byte("\x01ree"), 1)
	if received, err := tag.Decode(encoded); err == nil {
		s.request(tag.NewContext(bg, received))
	}
	s.request(baggageMember("tier=%01ree"))
	return strings.TrimSpace(strings.Join(labels("pair/requests", "tier"), " "))
}

// spansOfExemplars returns the library whose span an exemplar has.
func spansOfExemplars(t *testing.T, s side) string {
	registered(t, s)
	defer s.unregister()
	s.request(spanned(bg))
	for _, m := range runtime.Gather(bg) {
		if m.Descriptor.Name != "pair/latency" {
			continue
		}
		for _, b := range m.Series[0].Point.Value.(*metric.Distribution).Buckets {
			if b.Exemplar != nil && b.Exemplar.Span.TraceID == metric.TraceID(openTelemetrySpan.TraceID()) {
				return "OpenTelemetry"
			}
			if b.Exemplar != nil {
				return "OpenCensus"
			}
		}
	}
	return "no exemplar"
}

// TestPropagation: each package sends the tags with "propagate" and no others, and records
// them in the receiver.
func TestPropagation(t *testing.T) {
	forwardCensus := func(ctx context.Context) context.Context {
		received, err := tag.Decode(tag.Encode(tag.FromContext(ctx)))
		if err != nil {
			t.Fatal(err)
		}
		return tag.NewContext(bg, received)
	}
	forwardBaggage := func(ctx context.Context) context.Context {
		header := http.Header{}
		propagation.Baggage{}.Inject(ctx, propagation.HeaderCarrier(header))
		return baggageMember(header.Get("Baggage"))
	}
	for _, c := range []struct {
		side
		ctx     context.Context
		forward func(context.Context) context.Context
	}{
		{viewsSide, views.WithTier(views.WithRegion(bg, "r"), views.TierFree), forwardCensus},
		{directSide, direct.WithTier(direct.WithRegion(bg, "r"), direct.TierFree), forwardCensus},
		{otelSide, otel.WithTier(otel.WithRegion(bg, "r"), otel.TierFree), forwardBaggage},
	} {
		registered(t, c.side)
		c.request(c.forward(c.ctx))
		c.trip(c.forward(c.ctx))
		if tier, region := labels("pair/requests", "tier")[0], labels("pair/trips", "region")[0]; tier != "free" || region != "" {
			t.Errorf("%s: the receiver records tier %q and region %q, want free and none", c.name, tier, region)
		}
		c.unregister()
	}
}
