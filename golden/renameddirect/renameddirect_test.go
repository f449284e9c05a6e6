package renameddirect_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/renameddirect"
	"github.com/ocgen/ocgen/internal/points"
)

func TestMain(m *testing.M) {
	renameddirect.SetCell("eu") // the former name of SetZone
	m.Run()
}

// TestBothNames records in every form. The metrics of both names have the records.
func TestBothNames(t *testing.T) {
	if err := renameddirect.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(renameddirect.UnregisterViews)
	ctx := t.Context()
	defer renameddirect.ObserveWorkers(renameddirect.OutcomeOK, "/cart", func() int64 { return 4 })()
	renameddirect.RecordHTTPLatency(ctx, 5*time.Millisecond, "/cart", renameddirect.OutcomeOK)
	renameddirect.HTTPLatencyFor("/cart", renameddirect.OutcomeOK).Record(ctx, 50*time.Millisecond)
	renameddirect.RecordRequests(ctx, renameddirect.OutcomeError, "/cart")
	renameddirect.RecordAnswer(ctx, time.Second, "/pay", renameddirect.OutcomeError)
	renameddirect.RecordRequests(ctx, renameddirect.OutcomeOK, "/orders") // a third route: beyond max_series

	const prefix = "golden/renameddirect/"
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
	for _, o := range renameddirect.SLOs() {
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
		if got[id] != "golden/renameddirect/"+want {
			t.Errorf("%s selects from %s, want golden/renameddirect/%s", id, got[id], want)
		}
	}
}

// TestFormerGoNames records through former Go names. Some have the tags in another
// order, in which the values would compile in either place if they were
// untyped.
func TestFormerGoNames(t *testing.T) {
	if err := renameddirect.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(renameddirect.UnregisterViews)
	ctx := renameddirect.WithCustomer(t.Context(), renameddirect.CustomerPaid)
	const cart renameddirect.Path = "/cart"
	renameddirect.RecordLatency(ctx, time.Millisecond, renameddirect.ResultOK, cart)
	renameddirect.RecordLatencyMS(ctx, time.Millisecond, renameddirect.OutcomeFailed, cart)
	renameddirect.TimeLatency(ctx, renameddirect.ResultFailed, cart)()
	timer := renameddirect.StartLatency()
	timer.Record(ctx, renameddirect.ResultOK, cart)
	var bound renameddirect.BoundLatency = renameddirect.LatencyFor(renameddirect.ResultError, cart)
	bound.Record(ctx, time.Millisecond)
	renameddirect.RecordCalls(ctx, renameddirect.ResultOf("ok"), cart)
	renameddirect.CallsFor(renameddirect.ResultValues()[1], cart).Record(ctx)
	reply := renameddirect.StartReply()
	reply.Record(ctx, renameddirect.OutcomeOK, cart)
	renameddirect.ResponseFor(renameddirect.OutcomeOK, cart).Record(ctx, time.Millisecond)
	renameddirect.RecordQueueTime(ctx, 2*time.Millisecond, renameddirect.OutcomeOK)
	renameddirect.QueueTimeFor(renameddirect.OutcomeOK).Record(ctx, 3*time.Millisecond)
	defer renameddirect.ObserveThreads(cart, renameddirect.ResultFailed, func() int64 { return 7 })()

	counts := map[string]int{} // by outcome: the first test may have used up max_series
	for _, series := range points.Of(t, "golden/renameddirect/http_latency") {
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
	points.Expect(t, "golden/renameddirect/requests", "outcome=error: 1", "outcome=ok: 3")
	points.Expect(t, "golden/renameddirect/wait", "outcome=ok tier=paid zone=eu: 5")
	points.Expect(t, "golden/renameddirect/workers", "outcome=error route=/cart: 7")
	if v, ok := renameddirect.ParseResult("error"); v != renameddirect.OutcomeError || !ok {
		t.Errorf("error is parsed as %v, %v", v, ok)
	}
}
