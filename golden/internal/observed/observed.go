// Package observed tests what the packages observe and observedirect export:
// functions that are called at each export. Both are generated from one schema.
package observed

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/internal/rows"
	"github.com/ocgen/ocgen/internal/points"
)

// A Package is what a package generated from the schema declares. Its zone is a.
type Package[Pool ~string, State any] struct {
	Prefix     string // of its metrics' names
	Idle, Busy State

	Register   func() error
	Unregister func()

	ObserveConnections func(Pool, State, func() int64) (stop func())
	ObserveLoad        func(func() float64) (stop func())
	ObserveWaits       func(Pool, func() int64) (stop func())
	ObserveWaited      func(Pool, func() time.Duration) (stop func())
	ObserveUptime      func(func() time.Duration) (stop func())
	ObserveBlocked     func(Pool, func() time.Duration) (stop func())
	RecordJobs         func(context.Context, int64, State)
	RecordJobsBound    func(context.Context, int64, State)
}

// Test runs all tests on a package.
func (p Package[Pool, State]) Test(t *testing.T) {
	t.Run("Connections", p.testConnections)
	t.Run("Sums", p.testSums)
	t.Run("Conversion", p.testConversion)
	t.Run("NegativeTime", p.testNegativeTime)
	t.Run("Unusable", p.testUnusable)
	t.Run("Recorded", p.testRecorded)
}

func always[T any](v T) func() T { return func() T { return v } }

// pool returns a pool that no test has had before.
func (p Package[Pool, State]) pool(t *testing.T) Pool {
	return Pool(t.Name() + strconv.Itoa(int(pools.Add(1))))
}

var pools atomic.Int32

func (p Package[Pool, State]) testConnections(t *testing.T) {
	stop := p.ObserveConnections("main", p.Idle, always[int64](3))
	defer p.ObserveConnections("main", p.Busy, always[int64](2))()
	points.Expect(t, p.Prefix+"connections") // before registration
	rows.Register(t, p.Register, p.Unregister)
	points.Expect(t, p.Prefix+"connections", "pool=main state=busy zone=a: 2", "pool=main state=idle zone=a: 3")
	stop()
	stop()
	points.Expect(t, p.Prefix+"connections", "pool=main state=busy zone=a: 2")
}

// testSums: the total of a function that was stopped stays in the series that other functions
// have, and its own series ends.
func (p Package[Pool, State]) testSums(t *testing.T) {
	rows.Register(t, p.Register, p.Unregister)
	main, rest := p.pool(t), p.pool(t)
	before := p.total(t)
	waits := int64(4)
	stop := p.ObserveWaits(main, func() int64 { return waits })
	defer p.ObserveWaits(rest, always[int64](1))()
	expect := func(want int64) {
		t.Helper()
		if !slices.Contains(points.Of(t, p.Prefix+"waits"), fmt.Sprintf("pool=%s: %d", main, want)) {
			t.Errorf("no sum of %d among %q", want, points.Of(t, p.Prefix+"waits"))
		}
		if got := p.total(t) - before; got != want+1 {
			t.Errorf("the total grew by %d, want %d", got, want+1)
		}
	}
	expect(4)
	waits = 6
	expect(6)
	waits = -1 // the last total stays
	expect(6)
	stop()
	if all := points.Of(t, p.Prefix+"waits"); slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, fmt.Sprintf("pool=%s: ", main)) }) {
		t.Errorf("the series of %s is exported after its end: %q", main, all)
	}
	if got := p.total(t) - before; got != 7 {
		t.Errorf("the total grew by %d, want 7", got)
	}
}

// total returns the one series of waits_total, 0 if there is none.
func (p Package[Pool, State]) total(t *testing.T) int64 {
	t.Helper()
	all := points.Of(t, p.Prefix+"waits_total")
	if len(all) == 0 {
		return 0
	}
	n, err := strconv.ParseInt(all[0], 10, 64)
	if err != nil || len(all) != 1 {
		t.Fatalf("%q, %v", all, err)
	}
	return n
}

func (p Package[Pool, State]) testConversion(t *testing.T) {
	rows.Register(t, p.Register, p.Unregister)
	pool := p.pool(t)
	defer p.ObserveWaited(pool, always(1500*time.Millisecond))()
	defer p.ObserveUptime(always(90 * time.Second))()
	want := fmt.Sprintf("pool=%s: 1.5", pool)
	if got := points.Of(t, p.Prefix+"waited"); !slices.Contains(got, want) {
		t.Errorf("no %q in %q", want, got)
	}
	points.Expect(t, p.Prefix+"waited_latest", want)
	points.Expect(t, p.Prefix+"uptime", "2") // rounded
	defer p.ObserveUptime(always(-90 * time.Second))()
	points.Expect(t, p.Prefix+"uptime", "-2") // a last value may be negative
}

// A total below zero is none, also where it is rounded to 0. A last value is rounded.
func (p Package[Pool, State]) testNegativeTime(t *testing.T) {
	rows.Register(t, p.Register, p.Unregister)
	pool := p.pool(t)
	total := -time.Nanosecond
	defer p.ObserveBlocked(pool, func() time.Duration { return total })()
	has := func(name, point string) bool { // besides totals of runs before
		return slices.Contains(points.Of(t, p.Prefix+name), fmt.Sprintf("pool=%s: %s", pool, point))
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

func (p Package[Pool, State]) testUnusable(t *testing.T) {
	rows.Register(t, p.Register, p.Unregister)
	defer p.ObserveLoad(always(-0.5))()
	points.Expect(t, p.Prefix+"load", "-0.5")
	defer p.ObserveLoad(always(math.NaN()))() // the newest
	points.Expect(t, p.Prefix+"load")
	defer p.ObserveLoad(func() float64 { panic("no pool") })()
	points.Expect(t, p.Prefix+"load")
}

// testRecorded has a recorded measure beside the observed ones.
func (p Package[Pool, State]) testRecorded(t *testing.T) {
	rows.Register(t, p.Register, p.Unregister)
	p.RecordJobs(t.Context(), 2, p.Idle)
	p.RecordJobsBound(t.Context(), 3, p.Idle)
	points.Expect(t, p.Prefix+"jobs", "state=idle: 5")
}
