package pair_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/direct"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/otel"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/views"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A recording calls a package with values at the edges of the valid ones.
type recording struct {
	side
	idle, boundIdle func(ctx context.Context, d time.Duration)
	timeIdle        func(ctx context.Context)
	skew            func(d time.Duration)
	cpu, level      func(v float64)
	pause           func(idle, skew time.Duration, cpu, level float64) // an event
	boundPause      func(idle, skew time.Duration, cpu, level float64)
	weights         func(v float64)
	perNode         func(n int64)
	openFiles       func(read func() int64) (stop func())
}

var recordings = []recording{
	{
		side:       viewsSide,
		idle:       func(ctx context.Context, d time.Duration) { views.RecordIdle(ctx, d, views.CacheHit) },
		boundIdle:  func(ctx context.Context, d time.Duration) { views.IdleFor(views.CacheHit).Record(ctx, d) },
		timeIdle:   func(ctx context.Context) { views.TimeIdle(ctx, views.CacheHit)() },
		skew:       func(d time.Duration) { views.RecordSkew(bg, d) },
		cpu:        func(v float64) { views.RecordCPU(bg, v) },
		level:      func(v float64) { views.RecordLevel(bg, v, 0) },
		pause:      func(i, s time.Duration, c, l float64) { views.RecordPause(bg, i, s, c, l, views.CacheHit, 0) },
		boundPause: func(i, s time.Duration, c, l float64) { views.PauseFor(views.CacheHit, 0).Record(bg, i, s, c, l) },
		weights:    func(v float64) { views.RecordWeights(bg, v, views.CacheHit) },
		perNode:    func(n int64) { views.RecordPerNode(bg, n) },
		openFiles:  func(read func() int64) func() { return views.ObserveOpenFiles(views.CacheHit, read) },
	},
	{
		side:       directSide,
		idle:       func(ctx context.Context, d time.Duration) { direct.RecordIdle(ctx, d, direct.CacheHit) },
		boundIdle:  func(ctx context.Context, d time.Duration) { direct.IdleFor(direct.CacheHit).Record(ctx, d) },
		timeIdle:   func(ctx context.Context) { direct.TimeIdle(ctx, direct.CacheHit)() },
		skew:       func(d time.Duration) { direct.RecordSkew(bg, d) },
		cpu:        func(v float64) { direct.RecordCPU(bg, v) },
		level:      func(v float64) { direct.RecordLevel(bg, v, 0) },
		pause:      func(i, s time.Duration, c, l float64) { direct.RecordPause(bg, i, s, c, l, direct.CacheHit, 0) },
		boundPause: func(i, s time.Duration, c, l float64) { direct.PauseFor(direct.CacheHit, 0).Record(bg, i, s, c, l) },
		weights:    func(v float64) { direct.RecordWeights(bg, v, direct.CacheHit) },
		perNode:    func(n int64) { direct.RecordPerNode(bg, n) },
		openFiles:  func(read func() int64) func() { return direct.ObserveOpenFiles(direct.CacheHit, read) },
	},
	{
		side:       otelSide,
		idle:       func(ctx context.Context, d time.Duration) { otel.RecordIdle(ctx, d, otel.CacheHit) },
		boundIdle:  func(ctx context.Context, d time.Duration) { otel.IdleFor(otel.CacheHit).Record(ctx, d) },
		timeIdle:   func(ctx context.Context) { otel.TimeIdle(ctx, otel.CacheHit)() },
		skew:       func(d time.Duration) { otel.RecordSkew(bg, d) },
		cpu:        func(v float64) { otel.RecordCPU(bg, v) },
		level:      func(v float64) { otel.RecordLevel(bg, v, 0) },
		pause:      func(i, s time.Duration, c, l float64) { otel.RecordPause(bg, i, s, c, l, otel.CacheHit, 0) },
		boundPause: func(i, s time.Duration, c, l float64) { otel.PauseFor(otel.CacheHit, 0).Record(bg, i, s, c, l) },
		weights:    func(v float64) { otel.RecordWeights(bg, v, otel.CacheHit) },
		perNode:    func(n int64) { otel.RecordPerNode(bg, n) },
		openFiles:  func(read func() int64) func() { return otel.ObserveOpenFiles(otel.CacheHit, read) },
	},
}

// each runs a test with each package, registered.
func each(t *testing.T, test func(t *testing.T, r recording)) {
	for _, r := range recordings {
		t.Run(r.name, func(t *testing.T) {
			registered(t, r.side)
			test(t, r)
		})
	}
}

// wantValue compares the value of a metric of one series, "" for none.
func wantValue(t *testing.T, name, want string) {
	t.Helper()
	if got := strings.Join(readable(name), " and "); got != want {
		t.Errorf("%s: %s, want %s", name, got, want)
	}
}

// readable returns the values of a metric's series.
func readable(name string) []string {
	var all []string
	for _, m := range runtime.Gather(bg) {
		for _, ts := range m.Series {
			if m.Descriptor.Name != name {
				continue
			}
			text := fmt.Sprint(ts.Point.Value)
			if d, ok := ts.Point.Value.(*metric.Distribution); ok {
				text = fmt.Sprintf("%d with sum %g deviation %g", d.Count, d.Sum, d.SumOfSquaredDeviation)
			}
			all = append(all, text)
		}
	}
	slices.Sort(all)
	return all
}

// refused returns how often a value of a measure was refused for a reason.
func refused(measure string, reason record.Reason) uint64 {
	for _, s := range runtime.Stats() {
		if s.Measure == measure && s.Reason == reason {
			return s.Count
		}
	}
	return 0
}

// TestTimesBelowZero: every recorder drops them, except for a measure that has only last values.
func TestTimesBelowZero(t *testing.T) {
	each(t, func(t *testing.T, r recording) {
		before := refused("pair/idle", record.ReasonNegative)
		span := spanned(bg)
		for _, d := range []time.Duration{-5 * time.Second, -1, math.MinInt64} {
			r.idle(bg, d)
			r.idle(span, d)
			r.boundIdle(bg, d)
			r.pause(d, d, 1, -1)
			r.boundPause(d, d, 1, -1)
		}
		if n := refused("pair/idle", record.ReasonNegative) - before; n != 15 {
			t.Errorf("%d were counted, want 15", n)
		}
		for _, name := range []string{"pair/idle", "pair/idles", "pair/last_idle"} {
			wantValue(t, name, "")
		}
		wantValue(t, "pair/skew", "-9223372036855") // rounded
		wantValue(t, "pair/cpu", "6 with sum 6 deviation 0")
		wantValue(t, "pair/level", "6 with sum -6 deviation 0")
		r.idle(bg, 0)
		r.timeIdle(bg)
		wantValue(t, "pair/idles", "2")
	})
}

// TestTimeUnitsWithoutDuration: a negative value is dropped because of the unit, not because of
// the type of the parameter.
func TestTimeUnitsWithoutDuration(t *testing.T) {
	each(t, func(t *testing.T, r recording) {
		before := refused("pair/cpu", record.ReasonNegative)
		r.cpu(-5)
		r.cpu(math.Copysign(5e-324, -1))
		r.cpu(math.Copysign(0, -1))
		r.cpu(1.5)
		wantValue(t, "pair/cpu", "2 with sum 1.5 deviation 1.125")
		if n := refused("pair/cpu", record.ReasonNegative) - before; n != 2 {
			t.Errorf("%d were counted, want 2", n)
		}
	})
}

// TestTimesAreRounded: an int64 measure has whole units, and halves are rounded away from zero.
func TestTimesAreRounded(t *testing.T) {
	each(t, func(t *testing.T, r recording) {
		for _, d := range []time.Duration{900 * time.Millisecond, 500 * time.Millisecond, 499999999, 1499999999} {
			r.waited(d)
		}
		wantValue(t, "pair/waited_total", "3")
		wantValue(t, "pair/waited", "4 with sum 3 deviation 0.75")
		r.waited(math.MaxInt64)
		wantValue(t, "pair/waited_total", "9223372040")
		for d, want := range map[time.Duration]string{
			-500 * time.Microsecond: "-1", -499999: "0", 1500 * time.Microsecond: "2",
			math.MaxInt64: "9223372036855", math.MinInt64: "-9223372036855",
		} {
			r.skew(d)
			wantValue(t, "pair/skew", want)
		}
	})
}

// TestHugeFloats: they are dropped, because they would spoil a series forever.
func TestHugeFloats(t *testing.T) {
	each(t, func(t *testing.T, r recording) {
		before := refused("pair/level", record.ReasonNotFinite)
		r.level(1)
		for _, v := range []float64{1e150, -1e150, 1e200, math.MaxFloat64, -math.MaxFloat64, math.Inf(1), math.NaN()} {
			r.level(v)
			r.pause(1, 1, v, v)
		}
		wantValue(t, "pair/level", "1 with sum 1 deviation 0")
		wantValue(t, "pair/cpu", "")
		wantValue(t, "pair/idles", "7")
		if n := refused("pair/level", record.ReasonNotFinite) - before; n != 14 {
			t.Errorf("%d were counted, want 14", n)
		}
		r.level(math.Nextafter(1e150, 0))
		r.level(math.Nextafter(-1e150, 0))
		for _, m := range runtime.Gather(bg) {
			if m.Descriptor.Name == "pair/level" {
				d := m.Series[0].Point.Value.(*metric.Distribution)
				if d.Count != 3 || math.IsInf(d.SumOfSquaredDeviation, 0) || d.SumOfSquaredDeviation < 1e300 {
					t.Errorf("%+v", d)
				}
			}
		}
	})
}

// TestWholeTotalsSaturate: they stay at the largest int64.
func TestWholeTotalsSaturate(t *testing.T) {
	const largest = "9223372036854775807"
	each(t, func(t *testing.T, r recording) {
		for range 3 {
			r.size(math.MaxInt64)
			wantValue(t, "pair/bytes", largest)
			wantValue(t, "pair/last_size", largest)
		}
		r.size(5)
		wantValue(t, "pair/bytes", largest)
		wantValue(t, "pair/last_size", "5")
		wantValue(t, "pair/size", "4 with sum 2.7670116110564327e+19 deviation 6.380294379767596e+37")
		smallest := int64(math.MinInt64)
		defer r.openFiles(func() int64 { return smallest })()
		wantValue(t, "pair/open_files", "-9223372036854775808")
		smallest = math.MaxInt64
		wantValue(t, "pair/open_files", largest)
	})
}

// TestDistributionsWithoutBuckets: they have count, sum and deviation.
func TestDistributionsWithoutBuckets(t *testing.T) {
	each(t, func(t *testing.T, r recording) {
		for _, v := range []float64{-1, 4, 3} {
			r.weights(v)
		}
		wantValue(t, "pair/weights", "3 with sum 6 deviation 14")
		if got := buckets("pair/weights"); got != "[] [3]" {
			t.Errorf("%s", got)
		}
	})
}

// TestFractionalBounds: bounds between whole numbers mean "at most".
func TestFractionalBounds(t *testing.T) {
	each(t, func(t *testing.T, r recording) {
		for _, n := range []int64{-1, 0, 1, 1, 2, 3, math.MaxInt64} {
			r.perNode(n)
		}
		if got := buckets("pair/per_node"); got != "[1e-05 1.00001 2.5] [2 2 1 2]" {
			t.Errorf("%s", got)
		}
		if got := buckets("pair/per_node_total"); got != "[] [7]" {
			t.Errorf("%s", got)
		}
	})
}

// buckets returns the bounds and counts of a distribution of one series.
func buckets(name string) string {
	for _, m := range runtime.Gather(bg) {
		if m.Descriptor.Name != name {
			continue
		}
		d := m.Series[0].Point.Value.(*metric.Distribution)
		var counts []int64
		for _, b := range d.Buckets {
			counts = append(counts, b.Count)
		}
		return fmt.Sprint(d.Bounds, counts)
	}
	return "none"
}
