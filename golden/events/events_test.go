package events_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/events"
	"github.com/ocgen/ocgen/golden/internal/rows"
)

func TestRecord(t *testing.T) {
	events.SetRegion("eu")
	rows.Register(t, events.RegisterViews, events.UnregisterViews)
	ctx := context.Background()
	events.RecordAnswer(ctx, 20*time.Millisecond, 100, 1.5, events.OutcomeOK, "/a", 0)
	events.RecordAnswer(ctx, 2*time.Second, -1, math.NaN(), events.OutcomeOK, "/a", events.ReasonTimeout)
	events.RecordFailure(ctx, time.Millisecond, 7, events.ReasonRefused)
	events.RecordAnonymous(ctx, time.Millisecond, 8, events.OutcomeOK)
	events.RecordUnchecked(ctx, 50*time.Millisecond, events.OutcomeOK, "/b")

	rows.Expect(t, events.LatencyView,
		"outcome=error region=eu route=/none: count 1 mean 1 buckets [1 0 0 0]",
		"outcome=ok region=eu route=/a: count 2 mean 1010 buckets [0 1 0 1]",
		"outcome=ok region=eu route=/b: count 1 mean 50 buckets [0 1 0 0]",
		"outcome=ok region=eu: count 1 mean 1 buckets [1 0 0 0]",
	)
	// A refused value is dropped alone: the rest of its event is recorded.
	rows.Expect(t, events.SizeView,
		"outcome=error reason=refused: sum 7",
		"outcome=ok: sum 108",
	)
	rows.Expect(t, events.PriceView, "route=/a: sum 1.5")
	rows.Expect(t, events.ServedView, "outcome=error: count 1", "outcome=ok: count 3")
}

// TestBound records events with tags that are bound once, those that the event
// sets included.
func TestBound(t *testing.T) {
	events.SetRegion("eu")
	rows.Register(t, events.RegisterViews, events.UnregisterViews)
	ctx := context.Background()
	answer := events.AnswerFor(events.OutcomeOK, "/a", 0)
	answer.Record(ctx, 20*time.Millisecond, 100, 1.5)
	answer.Record(ctx, 2*time.Second, -1, math.NaN())
	events.FailureFor(events.ReasonRefused).Record(ctx, time.Millisecond, 7)
	events.SizeFor(events.OutcomeOK, 0).Record(ctx, -1) // refused
	rows.Expect(t, events.LatencyView,
		"outcome=error region=eu route=/none: count 1 mean 1 buckets [1 0 0 0]",
		"outcome=ok region=eu route=/a: count 2 mean 1010 buckets [0 1 0 1]",
	)
	rows.Expect(t, events.SizeView, "outcome=error reason=refused: sum 7", "outcome=ok: sum 100")
	rows.Expect(t, events.PriceView, "route=/a: sum 1.5")
	rows.Expect(t, events.ServedView, "outcome=error: count 1", "outcome=ok: count 2")
}
