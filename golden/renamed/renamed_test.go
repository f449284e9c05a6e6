package renamed_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/renamed"
	"github.com/ocgen/ocgen/internal/points"
)

func TestMain(m *testing.M) {
	renamed.SetCell("eu") // the former name of SetZone
	m.Run()
}

// TestBothNames records in every form. The metrics of both names have the records.
func TestBothNames(t *testing.T) {
	if err := renamed.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(renamed.UnregisterViews)
	ctx := t.Context()
	defer renamed.ObserveWorkers(renamed.OutcomeOK, "/cart", func() int64 { return 4 })()
	renamed.RecordHTTPLatency(ctx, 5*time.Millisecond, "/cart", renamed.OutcomeOK)
	renamed.HTTPLatencyFor("/cart", renamed.OutcomeOK).Record(ctx, 50*time.Millisecond)
	renamed.RecordRequests(ctx, renamed.OutcomeError, "/cart")
	renamed.RecordAnswer(ctx, time.Second, "/pay", renamed.OutcomeError)
	renamed.RecordRequests(ctx, renamed.OutcomeOK, "/orders") // a third route: beyond max_series

	const prefix = "golden/renamed/"
	points.ExpectBoth(t, prefix+"http_latency", prefix+"latency",
		"outcome=ok route=/cart: count 2 sum 55 buckets [1 1 0]",
		"outcome=error route=/pay: count 1 sum 1000 buckets [0 0 1]")
	points.ExpectBoth(t, prefix+"requests", prefix+"calls", "outcome=error: 2", "outcome=ok: 1")
	points.ExpectBoth(t, prefix+"requests_by_route", prefix+"calls_by_route",
		"outcome=error route=/cart: 1", "outcome=error route=/pay: 1", "outcome=ok route=__other__: 1")
	points.ExpectBoth(t, prefix+"workers", prefix+"threads", "outcome=ok route=/cart: 4")
	points.ExpectBoth(t, prefix+"worker_total", prefix+"thread_total", "outcome=ok route=/cart: 4")
}

// TestSLOs: SLOs select by the former name, unless the schema says otherwise.
func TestSLOs(t *testing.T) {
	got := map[string]string{}
	for _, o := range renamed.SLOs() {
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
		if got[id] != "golden/renamed/"+want {
			t.Errorf("%s selects from %s, want golden/renamed/%s", id, got[id], want)
		}
	}
}

// TestFormerGoNames records through former Go names. Some have the tags in another
// order, in which the values would compile in either place if they were
// untyped.
func TestFormerGoNames(t *testing.T) {
	if err := renamed.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(renamed.UnregisterViews)
	ctx := renamed.WithCustomer(t.Context(), renamed.CustomerPaid)
	const cart renamed.Path = "/cart"
	renamed.RecordLatency(ctx, time.Millisecond, renamed.ResultOK, cart)
	renamed.RecordLatencyMS(ctx, time.Millisecond, renamed.OutcomeFailed, cart)
	renamed.TimeLatency(ctx, renamed.ResultFailed, cart)()
	timer := renamed.StartLatency()
	timer.Record(ctx, renamed.ResultOK, cart)
	var bound renamed.BoundLatency = renamed.LatencyFor(renamed.ResultError, cart)
	bound.Record(ctx, time.Millisecond)
	renamed.RecordCalls(ctx, renamed.ResultOf("ok"), cart)
	renamed.CallsFor(renamed.ResultValues()[1], cart).Record(ctx)
	reply := renamed.StartReply()
	reply.Record(ctx, renamed.OutcomeOK, cart)
	renamed.ResponseFor(renamed.OutcomeOK, cart).Record(ctx, time.Millisecond)
	renamed.RecordQueueTime(ctx, 2*time.Millisecond, renamed.OutcomeOK)
	renamed.QueueTimeFor(renamed.OutcomeOK).Record(ctx, 3*time.Millisecond)
	defer renamed.ObserveThreads(cart, renamed.ResultFailed, func() int64 { return 7 })()

	counts := map[string]int{} // by outcome: the first test may have used up max_series
	for _, series := range points.Of(t, "golden/renamed/http_latency") {
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
	points.Expect(t, "golden/renamed/requests", "outcome=error: 1", "outcome=ok: 3")
	points.Expect(t, "golden/renamed/wait", "outcome=ok tier=paid zone=eu: 5")
	points.Expect(t, "golden/renamed/workers", "outcome=error route=/cart: 7")
	if v, ok := renamed.ParseResult("error"); v != renamed.OutcomeError || !ok {
		t.Errorf("error is parsed as %v, %v", v, ok)
	}
}

// TestFormerVariables: a variable of a former name is the same.
func TestFormerVariables(t *testing.T) {
	if renamed.LatencyView != renamed.HTTPLatencyView || renamed.LatencyAggregation != renamed.HTTPLatencyAggregation ||
		renamed.LatencyMeasure != renamed.HTTPLatencyMeasure || renamed.ResultKey != renamed.OutcomeKey {
		t.Error("a variable of a former name is another")
	}
}
