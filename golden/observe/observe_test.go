package observe_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/internal/points"
	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/golden/observe"
)

const prefix = "golden/observe/"

func always[T any](v T) func() T { return func() T { return v } }

func TestMain(m *testing.M) {
	observe.SetZone(observe.ZoneA)
	os.Exit(m.Run())
}

func TestObserve(t *testing.T) {
	stop := observe.ObserveConnections("main", observe.StateIdle, always[int64](3))
	defer observe.ObserveConnections("main", observe.StateBusy, always[int64](2))()
	points.Expect(t, prefix+"connections") // before registration
	rows.Register(t, observe.RegisterViews, observe.UnregisterViews)
	points.Expect(t, prefix+"connections", "pool=main state=busy zone=a: 2", "pool=main state=idle zone=a: 3")
	stop()
	stop()
	points.Expect(t, prefix+"connections", "pool=main state=busy zone=a: 2")
}

// TestSums is all about sums, for they are never taken back: the totals of
// functions that were stopped stay for the process.
func TestSums(t *testing.T) {
	rows.Register(t, observe.RegisterViews, observe.UnregisterViews)
	main, rest := observe.Pool(t.Name()+fresh()), observe.Pool(t.Name()+fresh())
	before := total(t)
	waits := int64(4)
	stop := observe.ObserveWaits(main, func() int64 { return waits })
	defer observe.ObserveWaits(rest, always[int64](1))()
	expect := func(want int64) {
		t.Helper()
		if !slices.Contains(points.Of(t, prefix+"waits"), fmt.Sprintf("pool=%s: %d", main, want)) {
			t.Errorf("no sum of %d among %q", want, points.Of(t, prefix+"waits"))
		}
		if got := total(t) - before; got != want+1 {
			t.Errorf("the total grew by %d, want %d", got, want+1)
		}
	}
	expect(4)
	waits = 6
	expect(6)
	waits = -1 // the last total stays
	expect(6)
	stop()
	expect(6)
}

// total returns the one series of waits_total, 0 if there is none.
func total(t *testing.T) int64 {
	t.Helper()
	all := points.Of(t, prefix+"waits_total")
	if len(all) == 0 {
		return 0
	}
	n, err := strconv.ParseInt(all[0], 10, 64)
	if err != nil || len(all) != 1 {
		t.Fatalf("%q, %v", all, err)
	}
	return n
}

// fresh returns text that no test has had before.
func fresh() string { return strconv.Itoa(int(calls.Add(1))) }

var calls atomic.Int32

func TestConversion(t *testing.T) {
	rows.Register(t, observe.RegisterViews, observe.UnregisterViews)
	pool := observe.Pool(t.Name() + fresh())
	defer observe.ObserveWaited(pool, always(1500*time.Millisecond))()
	defer observe.ObserveUptime(always(90 * time.Second))()
	want := fmt.Sprintf("pool=%s: 1.5", pool)
	if got := points.Of(t, prefix+"waited"); !slices.Contains(got, want) {
		t.Errorf("no %q in %q", want, got)
	}
	points.Expect(t, prefix+"waited_latest", want)
	points.Expect(t, prefix+"uptime", "2") // rounded
	defer observe.ObserveUptime(always(-90 * time.Second))()
	points.Expect(t, prefix+"uptime", "-2") // a last value may be negative
}

// A total below zero is none, also where it is rounded to 0. A last value is rounded.
func TestNegativeTime(t *testing.T) {
	rows.Register(t, observe.RegisterViews, observe.UnregisterViews)
	pool := observe.Pool(t.Name() + fresh())
	total := -time.Nanosecond
	defer observe.ObserveBlocked(pool, func() time.Duration { return total })()
	has := func(name, point string) bool { // besides totals of runs before
		return slices.Contains(points.Of(t, prefix+name), fmt.Sprintf("pool=%s: %s", pool, point))
	}
	if has("blocked", "0") {
		t.Error("-1ns is a total")
	}
	if !has("blocked_latest", "0") {
		t.Error("-1ns is not a last value of 0")
	}
	if total = 500 * time.Microsecond; !has("blocked", "1") || !has("blocked_latest", "1") {
		t.Error("500µs are not rounded to 1 ms")
	}
	if total = -500 * time.Microsecond; !has("blocked", "1") || !has("blocked_latest", "-1") {
		t.Error("after -500µs the total is not 1 ms, or the last value not -1 ms")
	}
}

func TestUnusable(t *testing.T) {
	rows.Register(t, observe.RegisterViews, observe.UnregisterViews)
	defer observe.ObserveLoad(always(-0.5))()
	points.Expect(t, prefix+"load", "-0.5")
	defer observe.ObserveLoad(always(math.NaN()))() // the newest
	points.Expect(t, prefix+"load")
	defer observe.ObserveLoad(func() float64 { panic("no pool") })()
	points.Expect(t, prefix+"load")
}

// TestRecorded has a recorded measure beside the observed ones.
func TestRecorded(t *testing.T) {
	rows.Register(t, observe.RegisterViews, observe.UnregisterViews)
	observe.RecordJobs(t.Context(), 2, observe.StateIdle)
	observe.JobsFor(observe.StateIdle).Record(t.Context(), 3)
	points.Expect(t, prefix+"jobs", "state=idle: 5")
}
