//go:build go1.25

package events_test

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/golden/events"
	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
)

// TestTimers records by a clock of its own, in a bubble without the views' worker.
func TestTimers(t *testing.T) {
	events.SetRegion("eu")
	rows.Register(t, events.RegisterViews, events.UnregisterViews)
	ctx := t.Context()
	synctest.Test(t, func(*testing.T) {
		latency, answer, failure := events.StartLatency(), events.StartAnswer(), events.StartFailure()
		time.Sleep(20 * time.Millisecond)
		latency.Record(ctx, events.OutcomeOK, "/a")
		answer.Record(ctx, 100, math.NaN(), events.OutcomeOK, "/b", 0)
		time.Sleep(20 * time.Millisecond)
		again := latency // a copy measures from the same start
		again.Record(ctx, events.OutcomeOK, "/a")
		failure.Record(ctx, 7, events.ReasonRefused)
	})
	rows.Expect(t, events.LatencyView,
		"outcome=error region=eu route=/none: count 1 mean 40 buckets [0 1 0 0]",
		"outcome=ok region=eu route=/a: count 2 mean 30 buckets [0 2 0 0]",
		"outcome=ok region=eu route=/b: count 1 mean 20 buckets [0 1 0 0]",
	)
	rows.Expect(t, events.SizeView, "outcome=error reason=refused: sum 7", "outcome=ok: sum 100")
	rows.Expect(t, events.PriceView) // NaN
	rows.Expect(t, events.ServedView, "outcome=error: count 1", "outcome=ok: count 1")
}

// TestTimersThatWereNotStarted record nothing, and no other value of an event.
func TestTimersThatWereNotStarted(t *testing.T) {
	rows.Register(t, events.RegisterViews, events.UnregisterViews)
	before := notStarted()
	events.LatencyTimer{}.Record(t.Context(), events.OutcomeOK, "/a")
	var answer events.AnswerTimer
	answer.Record(t.Context(), 100, 1.5, events.OutcomeOK, "/b", 0)
	for _, v := range events.Views() {
		rows.Expect(t, v)
	}
	if got := notStarted() - before; got != 2 {
		t.Errorf("%d records are counted, want 2", got)
	}
}

func notStarted() uint64 {
	for _, s := range runtime.Stats() {
		if s.Measure == "golden/events/latency" && s.Reason == record.ReasonNotStarted {
			return s.Count
		}
	}
	return 0
}

// TestTimersAllocateNothing beyond what the recorders do. Nothing is registered, so
// that nothing is allocated elsewhere meanwhile.
func TestTimersAllocateNothing(t *testing.T) {
	ctx := t.Context()
	same := func(what string, timer, record func()) {
		if got, want := testing.AllocsPerRun(1000, timer), testing.AllocsPerRun(1000, record); got != want {
			t.Errorf("%s: %v allocations, and the recorder alone has %v", what, got, want)
		}
	}
	same("a measure",
		func() { events.StartLatency().Record(ctx, events.OutcomeOK, "/a") },
		func() { events.RecordLatency(ctx, time.Second, events.OutcomeOK, "/a") })
	same("an event",
		func() { events.StartAnswer().Record(ctx, 100, 1.5, events.OutcomeOK, "/b", 0) },
		func() { events.RecordAnswer(ctx, time.Second, 100, 1.5, events.OutcomeOK, "/b", 0) })
}
