package renamedotel_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/internal/tests/golden/renamedotel"
	"github.com/ocgen/ocgen/runtime/otel"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func TestMain(m *testing.M) {
	renamedotel.SetCell("eu") // the former name of SetZone
	m.Run()
}

// TestBothNames records in every form. The metrics of both names have the records.
func TestBothNames(t *testing.T) {
	if err := renamedotel.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(renamedotel.UnregisterViews)
	ctx := t.Context()
	defer renamedotel.ObserveWorkers(renamedotel.OutcomeOK, "/cart", func() int64 { return 4 })()
	renamedotel.RecordHTTPLatency(ctx, 5*time.Millisecond, "/cart", renamedotel.OutcomeOK)
	renamedotel.HTTPLatencyFor("/cart", renamedotel.OutcomeOK).Record(ctx, 50*time.Millisecond)
	renamedotel.RecordRequests(ctx, renamedotel.OutcomeError, "/cart")
	renamedotel.RecordAnswer(ctx, time.Second, "/pay", renamedotel.OutcomeError)
	renamedotel.RecordRequests(ctx, renamedotel.OutcomeOK, "/orders") // a third route: beyond max_series

	const prefix = "golden/renamedotel/"
	points.ExpectBoth(t, prefix+"http_latency", prefix+"latency",
		"outcome=ok route=/cart: count 2 sum 55 buckets [1 1 0]",
		"outcome=error route=/pay: count 1 sum 1000 buckets [0 0 1]")
	points.ExpectBoth(t, prefix+"requests", prefix+"calls", "outcome=error: 2", "outcome=ok: 1")
	points.ExpectBoth(t, prefix+"requests_by_route", prefix+"calls_by_route",
		"outcome=error route=/cart: 1", "outcome=error route=/pay: 1", "outcome=ok route=__other__: 1")
	points.ExpectBoth(t, prefix+"workers", prefix+"threads", "outcome=ok route=/cart: 4")
	points.ExpectBoth(t, prefix+"worker_total", prefix+"thread_total", "outcome=ok route=/cart: 4")
}

// TestProducer: OpenTelemetry's SDK gets both names, also with deltas.
func TestProducer(t *testing.T) {
	if err := renamedotel.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(renamedotel.UnregisterViews)
	producer := otel.NewProducer(otel.WithTemporality(func(sdk.InstrumentKind) metricdata.Temporality { return metricdata.DeltaTemporality }))
	for range 2 { // each delta has only what came since
		renamedotel.RecordHTTPLatency(t.Context(), 5*time.Millisecond, "/cart", renamedotel.OutcomeOK)
		scopes, err := producer.Produce(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"golden/renamedotel/http_latency", "golden/renamedotel/latency"} {
			if n := histogramCount(scopes, name); n != 1 {
				t.Errorf("%s has %d records, want 1", name, n)
			}
		}
	}
}

// histogramCount returns the records of a histogram with one series.
func histogramCount(scopes []metricdata.ScopeMetrics, name string) uint64 {
	for _, scope := range scopes {
		for _, m := range scope.Metrics {
			if h, ok := m.Data.(metricdata.Histogram[float64]); ok && m.Name == name && len(h.DataPoints) == 1 {
				return h.DataPoints[0].Count
			}
		}
	}
	return 0
}

// TestSLOs: SLOs select by the former name, unless the schema says otherwise.
func TestSLOs(t *testing.T) {
	got := map[string]string{}
	for _, o := range renamedotel.SLOs() {
		switch {
		case o.Distribution != nil:
			got[o.ID] = o.Distribution.Selection.Metric
		case o.Ratio != nil:
			got[o.ID] = o.Ratio.Total.Metric
		case o.Windows != nil:
			got[o.ID] = o.Windows.Mean.Selection.Metric
		}
	}
	for id, want := range map[string]string{"fast": "latency", "available": "requests", "few_workers": "threads"} {
		if got[id] != "golden/renamedotel/"+want {
			t.Errorf("%s selects from %s, want golden/renamedotel/%s", id, got[id], want)
		}
	}
}

// TestFormerGoNames records through former Go names. Some have the tags in another
// order, in which the values would compile in either place if they were
// untyped.
func TestFormerGoNames(t *testing.T) {
	if err := renamedotel.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(renamedotel.UnregisterViews)
	ctx := renamedotel.WithCustomer(t.Context(), renamedotel.CustomerPaid)
	const cart renamedotel.Path = "/cart"
	renamedotel.RecordLatency(ctx, time.Millisecond, renamedotel.ResultOK, cart)
	renamedotel.RecordLatencyMS(ctx, time.Millisecond, renamedotel.OutcomeFailed, cart)
	renamedotel.TimeLatency(ctx, renamedotel.ResultFailed, cart)()
	timer := renamedotel.StartLatency()
	timer.Record(ctx, renamedotel.ResultOK, cart)
	var bound renamedotel.BoundLatency = renamedotel.LatencyFor(renamedotel.ResultError, cart)
	bound.Record(ctx, time.Millisecond)
	renamedotel.RecordCalls(ctx, renamedotel.ResultOf("ok"), cart)
	renamedotel.CallsFor(renamedotel.ResultValues()[1], cart).Record(ctx)
	reply := renamedotel.StartReply()
	reply.Record(ctx, renamedotel.OutcomeOK, cart)
	renamedotel.ResponseFor(renamedotel.OutcomeOK, cart).Record(ctx, time.Millisecond)
	renamedotel.RecordQueueTime(ctx, 2*time.Millisecond, renamedotel.OutcomeOK)
	renamedotel.QueueTimeFor(renamedotel.OutcomeOK).Record(ctx, 3*time.Millisecond)
	defer renamedotel.ObserveThreads(cart, renamedotel.ResultFailed, func() int64 { return 7 })()

	counts := map[string]int{} // by outcome: the first test may have used up max_series
	for _, series := range points.Of(t, "golden/renamedotel/http_latency") {
		var outcome, route string
		var count int
		if _, err := fmt.Sscanf(series, "%s %s count %d", &outcome, &route, &count); err != nil {
			t.Fatal(series, err)
		}
		counts[outcome] += count
	}
	if counts["outcome=ok"] != 4 || counts["outcome=error"] != 3 {
		t.Errorf("got %v, want 4 that are ok and 3 errors", counts)
	}
	points.Expect(t, "golden/renamedotel/requests", "outcome=error: 1", "outcome=ok: 3")
	points.Expect(t, "golden/renamedotel/wait", "outcome=ok tier=paid zone=eu: 5")
	points.Expect(t, "golden/renamedotel/workers", "outcome=error route=/cart: 7")
	if v, ok := renamedotel.ParseResult("error"); v != renamedotel.OutcomeError || !ok {
		t.Errorf("error is parsed as %v, %v", v, ok)
	}
}
