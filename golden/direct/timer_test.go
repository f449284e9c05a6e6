//go:build go1.25

package direct_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/golden/direct"
	"github.com/ocgen/ocgen/internal/points"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
)

// TestTimers records by a clock of its own.
func TestTimers(t *testing.T) {
	ctx := register(t)
	synctest.Test(t, func(*testing.T) {
		latency, waited, nap, answer := direct.StartLatency(), direct.StartWaited(), direct.StartNap(), direct.StartAnswer()
		time.Sleep(2 * time.Millisecond)
		latency.Record(ctx, direct.MethodGET, direct.OutcomeOK)
		nap.Record(ctx)
		answer.Record(ctx, -1, 0.5, direct.MethodPOST, direct.ProtocolH1, direct.OutcomeError, direct.ErrorClassTimeout, 0, "/pay")
		time.Sleep(2998 * time.Millisecond)
		waited.Record(ctx)
		latency.Record(ctx, direct.MethodGET, direct.OutcomeOK) // from the same start
	})
	points.Expect(t, "golden/direct/latency",
		"build=v1 http.method=GET outcome=ok: count 2 sum 3002 buckets [0 0 1 1]",
		"build=v1 http.method=POST outcome=error: count 1 sum 2 buckets [0 0 1 0]")
	points.Expect(t, "golden/direct/latest", "3000")
	points.Expect(t, "golden/direct/waited", "count 1 sum 3 buckets [0 0 1 0]")
	points.Expect(t, "golden/direct/nap_latest", "2000000")
	points.Expect(t, "golden/direct/closed_pairs", "error_class=timeout outcome=error: 1")
	points.Expect(t, "golden/direct/size") // refused
	points.Expect(t, "golden/direct/price_total", "route=/pay: 0.5")
}

// TestTimersThatWereNotStarted record nothing: not the time since the year 1, nor
// another value of an event.
func TestTimersThatWereNotStarted(t *testing.T) {
	ctx := register(t)
	before := notStarted()
	direct.LatencyTimer{}.Record(ctx, direct.MethodGET, direct.OutcomeOK)
	direct.NapTimer{}.Record(ctx)
	var answer direct.AnswerTimer
	answer.Record(ctx, 1, 0.5, direct.MethodPOST, direct.ProtocolH1, direct.OutcomeError, 0, 0, "/pay")
	for _, metric := range []string{"latency", "busy", "latest", "requests", "nap", "nap_latest", "closed", "size", "price"} {
		points.Expect(t, "golden/direct/"+metric)
	}
	if got := notStarted() - before; got != 3 {
		t.Errorf("%d records are counted, want 3", got)
	}
}

func notStarted() uint64 {
	var n uint64
	for _, s := range runtime.Stats() {
		if s.Reason == record.ReasonNotStarted {
			n += s.Count
		}
	}
	return n
}

func TestTimersAllocateNothing(t *testing.T) {
	ctx := register(t)
	for what, f := range map[string]func(){
		"a measure": func() { direct.StartLatency().Record(ctx, direct.MethodGET, direct.OutcomeOK) },
		"no tags":   func() { direct.StartWaited().Record(ctx) },
		"an event": func() {
			direct.StartAnswer().Record(ctx, 1, 0.5, direct.MethodPOST, direct.ProtocolH1, direct.OutcomeError, 0, 0, "/pay")
		},
	} {
		f() // makes the series
		if n := testing.AllocsPerRun(1000, f); n != 0 {
			t.Errorf("%s: %v allocations", what, n)
		}
	}
}

func BenchmarkTimer(b *testing.B) {
	if err := direct.RegisterViews(); err != nil {
		b.Fatal(err)
	}
	defer direct.UnregisterViews()
	ctx := b.Context()
	b.Run("timer", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			timer := direct.StartLatency()
			timer.Record(ctx, direct.MethodGET, direct.OutcomeOK)
		}
	})
	b.Run("defer", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			direct.TimeLatency(ctx, direct.MethodGET, direct.OutcomeOK)()
		}
	})
}
