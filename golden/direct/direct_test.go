package direct_test

import (
	"context"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/direct"
	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/plugin/ochttp"
	"go.opencensus.io/stats"
)

func TestMain(m *testing.M) {
	direct.SetBuild("v1")
	direct.SetZone(direct.ZoneB)
	for _, route := range []direct.Route{"/none", "/a"} { // they take the places of the tag, whatever test runs first
		direct.RecordOpen(context.Background(), direct.OutcomeOK, route, "", "")
	}
	os.Exit(m.Run())
}

func register(t *testing.T) context.Context {
	t.Helper()
	rows.Register(t, direct.RegisterViews, direct.UnregisterViews)
	return t.Context()
}

func TestRegistration(t *testing.T) {
	direct.RecordLevel(t.Context(), 100) // before registration: dropped
	ctx := register(t)
	points.Expect(t, "golden/direct/level")
	direct.RecordLevel(ctx, -3)
	points.Expect(t, "golden/direct/level", "-3")
	if err := direct.RegisterViews(); err != nil {
		t.Error(err)
	}
	points.Expect(t, "golden/direct/level", "-3")
	direct.UnregisterViews()
	points.Expect(t, "golden/direct/level")
	if err := direct.RegisterViews(); err != nil {
		t.Error(err)
	}
	points.Expect(t, "golden/direct/level")
}

func TestDurations(t *testing.T) {
	ctx := register(t)
	direct.RecordLatency(ctx, 1500*time.Microsecond, direct.MethodGET, direct.OutcomeOK)
	direct.RecordLatency(ctx, 2*time.Millisecond, direct.MethodGET, direct.OutcomeOK)
	direct.RecordLatency(ctx, -time.Millisecond, direct.MethodGET, direct.OutcomeOK) // refused
	points.Expect(t, "golden/direct/latency", "build=v1 http.method=GET outcome=ok: count 2 sum 3.5 buckets [0 1 1 0]")
	points.Expect(t, "golden/direct/busy", "outcome=ok: 3.5")
	points.Expect(t, "golden/direct/latest", "2")
	points.Expect(t, "golden/direct/requests", "outcome=ok: 2")
	direct.RecordWaited(ctx, 1500*time.Millisecond) // whole seconds
	direct.RecordWaited(ctx, 6*time.Second)
	points.Expect(t, "golden/direct/waited", "count 2 sum 8 buckets [0 0 1 1]")
	points.Expect(t, "golden/direct/waited_total", "8")
	direct.RecordNap(ctx, time.Millisecond)
	points.Expect(t, "golden/direct/nap", "count 1 sum 1e+06 buckets [0 1 0]")
	points.Expect(t, "golden/direct/nap_latest", "1000000")
	direct.TimeNap(ctx)()
	if got := points.Of(t, "golden/direct/nap_latest"); slices.Equal(got, []string{"1000000"}) {
		t.Error("the timer recorded nothing")
	}
}

// TestBuckets records into a distribution without buckets, and whole numbers between
// fractional bounds: 1 is at most 1.
func TestBuckets(t *testing.T) {
	ctx := register(t)
	for _, d := range []time.Duration{0, time.Millisecond, 4 * time.Millisecond} {
		direct.RecordWeights(ctx, d, direct.OutcomeOK)
	}
	points.Expect(t, "golden/direct/weights", "outcome=ok: count 3 sum 5 buckets [3]")
	for _, n := range []int64{0, 1, 1, 2, 3} {
		direct.RecordPerNode(ctx, n)
	}
	points.Expect(t, "golden/direct/per_node", "count 5 sum 7 buckets [1 2 1 1]")
}

func TestNumbers(t *testing.T) {
	ctx := register(t)
	direct.RecordSize(ctx, 1<<53, direct.OutcomeOK)
	direct.RecordSize(ctx, 1, direct.OutcomeOK)
	direct.RecordSize(ctx, 10, direct.OutcomeNotFound)
	direct.RecordSize(ctx, -1, direct.OutcomeOK) // refused
	points.Expect(t, "golden/direct/size",
		"outcome=not found: count 1 sum 10 buckets [0 1 0]", "outcome=ok: count 2 sum 9.007199254740992e+15 buckets [1 0 1]")
	points.Expect(t, "golden/direct/size_total", "outcome=not found: 10", "outcome=ok: 9007199254740993")
	points.Expect(t, "golden/direct/size_latest", "outcome=not found: 10", "outcome=ok: 1")
	points.Expect(t, "golden/direct/sizes", "outcome=not found: 1", "outcome=ok: 2")
	for _, v := range []float64{0.75, math.NaN(), math.Inf(1), -1} { // all but the first are refused
		direct.RecordPrice(ctx, v, "/pay")
	}
	points.Expect(t, "golden/direct/price", "route=/pay: count 1 sum 0.75 buckets [0 1 0]")
	points.Expect(t, "golden/direct/price_total", "route=/pay: 0.75")
	direct.RecordHalf(ctx)
	direct.RecordHalf(ctx)
	points.Expect(t, "golden/direct/half", "1")
	points.Expect(t, "golden/direct/halves", "count 2 sum 1 buckets [0 2 0]")
}

func TestEvents(t *testing.T) {
	ctx := register(t)
	// Two values are refused; the others are recorded.
	direct.RecordAnswer(ctx, time.Millisecond, -1, math.NaN(),
		direct.MethodPOST, direct.ProtocolH1, direct.OutcomeOK, 0, direct.RetriedOther, "/cart")
	direct.RecordFailure(ctx, 3*time.Millisecond, direct.MethodGET, direct.ProtocolH2)
	points.Expect(t, "golden/direct/closed",
		"http.method=GET outcome=error protocol=h2: 1",
		"http.method=POST outcome=ok protocol=h1 retried=other: 1")
	points.Expect(t, "golden/direct/closed_pairs", "outcome=error: 1", "outcome=ok: 1")
	points.Expect(t, "golden/direct/closed_total", "2")
	points.Expect(t, "golden/direct/busy", "outcome=error: 3", "outcome=ok: 1")
	points.Expect(t, "golden/direct/sizes")
	points.Expect(t, "golden/direct/price")
	points.Expect(t, "golden/direct/open", "outcome=error route=/none: 1")
	points.Expect(t, "golden/direct/agents", "1")
}

// TestWriteOrder refuses one part of an event whose views are written in turns.
func TestWriteOrder(t *testing.T) {
	ctx := register(t)
	before := count("", "golden/direct/served", record.ReasonNegative)
	direct.RecordParts(ctx, 1, 2, direct.OutcomeOK)
	direct.RecordParts(ctx, -1, 2, direct.OutcomeOK)
	direct.RecordParts(ctx, 1, -2, direct.OutcomeOK)
	points.Expect(t, "golden/direct/failures", "outcome=ok: 2")
	points.Expect(t, "golden/direct/failed_bytes", "outcome=ok: 2")
	points.Expect(t, "golden/direct/served", "outcome=ok: 2")
	points.Expect(t, "golden/direct/served_bytes", "outcome=ok: 4")
	if n := count("", "golden/direct/served", record.ReasonNegative) - before; n != 1 {
		t.Errorf("one refusal was counted %d times", n)
	}
}

// count returns a number of [runtime.Stats].
func count(tag, measure string, reason record.Reason) int64 {
	for _, s := range runtime.Stats() {
		if s.Tag == tag && s.Measure == measure && s.Reason == reason {
			return int64(s.Count)
		}
	}
	return 0
}

// TestExisting has a view over a measure that another package records, with
// OpenCensus.
func TestExisting(t *testing.T) {
	ctx := register(t)
	if views := direct.Views(); len(views) != 1 || views[0] != direct.ServerLatencyView {
		t.Errorf("Views() = %v", views)
	}
	stats.Record(ctx, ochttp.ServerLatency.M(5))
	points.Expect(t, direct.ServerLatencyView.Name, "count 1 sum 5 buckets [0 1 0 0]")
}

func TestDescriptors(t *testing.T) {
	register(t)
	direct.RecordPrice(t.Context(), 1, "/pay")
	for _, m := range runtime.Gather(t.Context()) {
		if m.Descriptor.Name == "golden/direct/price_total" {
			if m.Descriptor.Unit != "{EUR}" || m.Descriptor.Description != "What the answer is worth." {
				t.Errorf("%+v", m.Descriptor)
			}
			return
		}
	}
	t.Error("no metric")
}
