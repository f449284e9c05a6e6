package census_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/console"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/trace"
)

// startSpan returns a ctx with a span, and what exemplars say of it.
func startSpan(ctx context.Context, t *testing.T, sampler trace.Sampler) (context.Context, trace.SpanContext) {
	ctx, span := trace.StartSpan(ctx, "request", trace.WithSampler(sampler))
	t.Cleanup(span.End)
	return ctx, span.SpanContext()
}

// spanOf is how our data have a span.
func spanOf(c trace.SpanContext) metric.Span {
	return metric.Span{TraceID: metric.TraceID(c.TraceID), SpanID: metric.SpanID(c.SpanID), Sampled: c.IsSampled()}
}

// exemplars returns those that Gather yields for the shop's metrics, by metric
// and the lower bound of their bucket.
func exemplars(t *testing.T) map[string]map[float64]*metric.Exemplar {
	t.Helper()
	found := map[string]map[float64]*metric.Exemplar{}
	for _, m := range runtime.Gather(t.Context()) {
		for _, ts := range m.Series {
			d, ok := ts.Point.Value.(*metric.Distribution)
			if !ok || !strings.HasPrefix(m.Descriptor.Name, "shop") {
				continue
			}
			lower := append([]float64{0}, d.Bounds...)
			for i, b := range d.Buckets {
				if b.Exemplar == nil {
					continue
				}
				if found[m.Descriptor.Name] == nil {
					found[m.Descriptor.Name] = map[float64]*metric.Exemplar{}
				}
				found[m.Descriptor.Name][lower[i]] = b.Exemplar
			}
		}
	}
	return found
}

func registerShop(t *testing.T) {
	t.Helper()
	if err := shopmetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shopmetrics.UnregisterViews)
}

func latency(ctx context.Context, took time.Duration) {
	shopmetrics.RecordRequestLatency(ctx, took, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
}

// TestExemplars records with a sampled span: every distribution of the measure
// keeps it in the value's bucket, and nothing but it.
func TestExemplars(t *testing.T) {
	registerShop(t)
	tagged := shopmetrics.WithTenant(context.Background(), "acme") // takes another way through the recorder
	before := time.Now()
	ctx, first := startSpan(context.Background(), t, trace.AlwaysSample())
	latency(ctx, 20*time.Millisecond)
	ctx, second := startSpan(tagged, t, trace.AlwaysSample())
	latency(ctx, 2*time.Second)

	found := exemplars(t)
	for name, lower := range map[string][2]float64{"shop/request_latency": {10, 1000}, "shop/slow_request_latency": {16, 1024}} {
		if n := len(found[name]); n != 2 {
			t.Errorf("%s: %d buckets have exemplars", name, n)
		}
		for i, want := range []trace.SpanContext{first, second} {
			e := found[name][lower[i]]
			if e == nil {
				t.Errorf("%s: no exemplar in the bucket from %v", name, lower[i])
				continue
			}
			if e.Span != spanOf(want) || e.Attachments != nil {
				t.Errorf("%s: %+v and %v are attached, want %+v alone", name, e.Span, e.Attachments, want)
			}
			if value := []float64{20, 2000}[i]; e.Value != value || e.Timestamp.Before(before) || e.Timestamp.After(time.Now()) {
				t.Errorf("%s: value %v at %v", name, e.Value, e.Timestamp)
			}
		}
	}
}

// Without a sampled span there is nothing to attach, and what was attached to
// the bucket before stays.
func TestNoExemplars(t *testing.T) {
	registerShop(t)
	unsampled, _ := startSpan(context.Background(), t, trace.NeverSample())
	without := []context.Context{nil, context.Background(), unsampled, trace.NewContext(context.Background(), nil)}
	for _, ctx := range without {
		latency(ctx, 20*time.Millisecond)
	}
	if found := exemplars(t); len(found) != 0 {
		t.Errorf("%v", found)
	}
	sampled, want := startSpan(context.Background(), t, trace.AlwaysSample())
	latency(sampled, 21*time.Millisecond)
	for _, ctx := range without {
		latency(ctx, 22*time.Millisecond)
	}
	e := exemplars(t)["shop/request_latency"][10]
	if e == nil || e.Value != 21 || e.Span != spanOf(want) {
		t.Errorf("%+v, want 21 with %v", e, want)
	}
	// A measure without exemplars has none in any case.
	shopmetrics.RecordResponseBytes(sampled, 3000, "/cart")
	if found := exemplars(t)["shop.example/http/response_bytes"]; found != nil {
		t.Errorf("response_bytes has %v", found)
	}
}

// OpenCensus attaches to a whole record, so an event does so for all of its
// measures as soon as one of them has exemplars.
func TestExemplarsOfEvents(t *testing.T) {
	registerShop(t)
	unsampled, _ := startSpan(context.Background(), t, trace.NeverSample())
	shopmetrics.RecordRequest(unsampled, 20*time.Millisecond, 3000, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
	if found := exemplars(t); len(found) != 0 {
		t.Errorf("%v", found)
	}
	ctx, want := startSpan(context.Background(), t, trace.AlwaysSample())
	shopmetrics.RecordRequest(ctx, 20*time.Millisecond, 3000, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
	found := exemplars(t)
	for name, lower := range map[string]float64{
		"shop/request_latency": 10, "shop/slow_request_latency": 16, "shop.example/http/response_bytes": 1024} {
		e := found[name][lower]
		if len(found[name]) != 1 || e == nil || e.Span != spanOf(want) {
			t.Errorf("%s: %v, want one from %v with %v", name, found[name], lower, want)
		}
	}
}

// TestExportedExemplars follows a span to the output of an exporter.
func TestExportedExemplars(t *testing.T) {
	registerShop(t)
	var out bytes.Buffer
	telemetry, err := runtime.Start(t.Context(), runtime.Options{Exporter: console.NewJSON(&out), Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := startSpan(context.Background(), t, trace.AlwaysSample())
	latency(ctx, 20*time.Millisecond)
	if err := telemetry.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	shown := 0
	for line := range strings.Lines(out.String()) {
		var s struct {
			Metric       string
			Distribution struct {
				Exemplars []struct {
					Bucket  int
					Value   float64
					TraceID string `json:"trace_id"`
					SpanID  string `json:"span_id"`
				}
			}
		}
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		for _, e := range s.Distribution.Exemplars {
			shown++
			if e.Value != 20 || e.TraceID != span.TraceID.String() || e.SpanID != span.SpanID.String() {
				t.Errorf("%s shows %+v, want %v", s.Metric, e, span)
			}
			if bucket := map[string]int{"shop/request_latency": 2, "shop/slow_request_latency": 5}; bucket[s.Metric] != e.Bucket {
				t.Errorf("%s: bucket %d, want one of %v", s.Metric, e.Bucket, slices.Sorted(maps.Values(bucket)))
			}
		}
	}
	if shown != 2 {
		t.Errorf("%d exemplars in %s", shown, out.String())
	}
}
