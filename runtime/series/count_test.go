package series

import (
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
)

// counted returns the value of the only series of a set, and 0 without one.
func counted(set Set) any {
	if m := set.read(time.Now(), nil); m != nil {
		return m.Series[0].Point.Value
	}
	return int64(0)
}

func TestCountIsExactAndNeverFalls(t *testing.T) {
	set := started(NewCounts(SeriesInfo{Name: unique("count")}))
	const goroutines, times = 8, 50000
	var last int64
	concurrently(goroutines, times, func() { set.At(0).Inc() }, func() {
		n := counted(set).(int64)
		if n < last {
			t.Errorf("falls from %d to %d", last, n)
		}
		last = n
	})
	if n := counted(set); n != int64(goroutines*times) {
		t.Errorf("%v, want %d", n, goroutines*times)
	}
}

// TestGoroutinesThatMeetSpread: series whose recorders run at once get stripes,
// counts when they are read now and then meanwhile.
// Whether they do run at once shows in a number that they change beside.
func TestGoroutinesThatMeetSpread(t *testing.T) {
	counts := started(NewCounts(SeriesInfo{Name: unique("counts")}))
	ints := started(NewInt64Sums(SeriesInfo{Name: unique("ints")}))
	floats := started(NewFloat64Sums(SeriesInfo{Name: unique("floats")}))
	upDowns := started(NewInt64UpDowns(SeriesInfo{Name: unique("updowns")}))
	ds := started(NewDistributions(SeriesInfo{Name: unique("distributions"), Bounds: twelve}))
	for name, c := range map[string]struct {
		set    Set
		record func()
		state  func() uint32
	}{
		"distribution": {ds, func() { ds.At(0).Record(1) }, func() uint32 { return ds.At(0).loadState() }},
		"up-down":      {upDowns, func() { upDowns.At(0).Add(1) }, func() uint32 { return upDowns.At(0).loadState() }},
		"count":        {counts, func() { counts.At(0).Inc() }, func() uint32 { return counts.At(0).loadState() }},
		"int64 sum":    {ints, func() { ints.At(0).Add(1) }, func() uint32 { return ints.At(0).loadState() }},
		"float64 sum":  {floats, func() { floats.At(0).Add(1) }, func() uint32 { return floats.At(0).loadState() }},
	} {
		t.Run(name, func(t *testing.T) {
			var beside, met, total atomic.Int64
			var group, reading sync.WaitGroup
			done := make(chan struct{})
			wait.Go(&reading, func() {
				for read := int64(0); ; {
					select {
					case <-done:
						return
					case <-time.After(time.Millisecond):
						if n := beside.Load() + met.Load(); n > read+2*worthALook {
							read = n
							counted(c.set)
						}
					}
				}
			})
			for range 2 {
				wait.Go(&group, func() {
					for n := int64(1); ; n++ {
						c.record()
						if v := beside.Load(); !beside.CompareAndSwap(v, v+1) {
							met.Add(1)
						}
						if met.Load() > 10000 && c.state() == stateSpread || n == 1e7 {
							total.Add(n)
							return
						}
					}
				})
			}
			group.Wait()
			close(done)
			reading.Wait()
			if met.Load() <= 10000 || c.state() != stateSpread && met.Load() < total.Load()/10 {
				t.Skip("the goroutines hardly ever ran at once")
			}
			if c.state() != stateSpread {
				t.Errorf("state %d after %d records that met %d times", c.state(), total.Load(), met.Load())
			}
			if n := valueOf(c.set); n != int(total.Load()) {
				t.Errorf("%d of %d", n, total.Load())
			}
		})
	}
}

func TestSumsAreExactAndNeverFall(t *testing.T) {
	ints := started(NewInt64Sums(SeriesInfo{Name: unique("ints")}))
	floats := started(NewFloat64Sums(SeriesInfo{Name: unique("floats")}))
	const goroutines, times = 8, 20000
	const large = 1<<53 + 1 // what a float64 cannot count
	ints.At(0).Add(large)
	var lastInt int64
	var lastFloat float64
	concurrently(goroutines, times, func() {
		ints.At(0).Add(3)
		floats.At(0).Add(0.5)
	}, func() {
		n := counted(ints).(int64)
		f, _ := counted(floats).(float64)
		if n < lastInt || f < lastFloat {
			t.Errorf("falls from %d and %v to %d and %v", lastInt, lastFloat, n, f)
		}
		lastInt, lastFloat = n, f
	})
	if n := counted(ints); n != int64(large+3*goroutines*times) {
		t.Errorf("%v, want %d", n, int64(large+3*goroutines*times))
	}
	if f := counted(floats); f != 0.5*goroutines*times { // no rounding
		t.Errorf("%v, want %v", f, 0.5*goroutines*times)
	}
}

func TestFloat64SumIsInTheOrderOfTheCalls(t *testing.T) {
	set := started(NewFloat64Sums(SeriesInfo{Name: unique("order")}))
	want := 0.0
	for i := range 10000 {
		v := 1 / float64(i+1)
		set.At(0).Add(v)
		want += v
	}
	if got := counted(set); got != want {
		t.Errorf("%v, want %v to the bit", got, want)
	}
}

func TestInt64SumIsExactToTheLargest(t *testing.T) {
	set := started(NewInt64Sums(SeriesInfo{Name: unique("largest")}))
	set.At(0).Add(math.MaxInt64 - 2)
	set.At(0).Add(2)
	if got := counted(set); got != int64(math.MaxInt64) {
		t.Errorf("%v", got)
	}
}

// TestLastValueIsNeverReadBeforeItIsSet: a gauge of zero that nobody set would
// be an alert.
func TestLastValueIsNeverReadBeforeItIsSet(t *testing.T) {
	for range 300 {
		ints := started(NewInt64LastValues(SeriesInfo{Name: unique("last")}))
		floats := started(NewFloat64LastValues(SeriesInfo{Name: unique("last")}))
		ints.At(0)
		floats.At(0)
		concurrently(2, 5, func() {
			ints.At(0).Set(math.MinInt64 + 1)
			floats.At(0).Set(-0.1)
		}, func() {
			for _, set := range []Set{ints, floats} {
				m := set.read(time.Now(), nil)
				if m == nil {
					continue
				}
				if v := m.Series[0].Point.Value; v != int64(math.MinInt64+1) && v != -0.1 {
					t.Fatalf("%s is %v", set.name(), v)
				}
				if !m.Series[0].StartTime.IsZero() {
					t.Errorf("a last value has the start %s", m.Series[0].StartTime)
				}
			}
		})
	}
}

// TestTotalsAreNeverBelowTheirParts writes as events do, and reads as the
// package's producer does, with sets of all kinds in both places.
func TestTotalsAreNeverBelowTheirParts(t *testing.T) {
	counts := func() *Counts { return NewCounts(SeriesInfo{Name: unique("counts")}) }
	distributions := func() *Distributions {
		return NewDistributions(SeriesInfo{Name: unique("distributions"), Bounds: twelve})
	}
	sums := func() *Int64Sums { return NewInt64Sums(SeriesInfo{Name: unique("sums")}) }
	c1, c2, d1, d2, s1, s2 := counts(), counts(), distributions(), distributions(), sums(), sums()
	inc, record, add := func(s *Counts) func() { return func() { s.At(0).Inc() } },
		func(s *Distributions) func() { return func() { s.At(0).Record(7) } },
		func(s *Int64Sums) func() { return func() { s.At(0).Add(1) } }
	for _, pair := range []struct {
		total, part           Set
		writeTotal, writePart func()
	}{
		{c1, d1, inc(c1), record(d1)},
		{d2, c2, record(d2), inc(c2)},
		{s1, s2, add(s1), add(s2)},
	} {
		started(pair.total)
		started(pair.part)
		producer := Sets(pair.total, pair.part)
		concurrently(4, 30000, func() {
			pair.writeTotal()
			pair.writePart()
		}, func() {
			n := map[string]int64{}
			for _, m := range producer.Read(nil) {
				switch v := m.Series[0].Point.Value.(type) {
				case int64:
					n[m.Descriptor.Name] = v
				default:
					n[m.Descriptor.Name] = sumOfBuckets(v)
				}
			}
			if n[pair.part.name()] > n[pair.total.name()] {
				t.Errorf("%v of %v", n[pair.part.name()], n[pair.total.name()])
			}
		})
	}
}

// TestReminderEnds: with one goroutine, at the last look and not before.
func TestReminderEnds(t *testing.T) {
	set := started(NewCounts(SeriesInfo{Name: unique("reminder")}))
	c := set.At(0)
	inc := func(to int64) {
		for c.n < to {
			c.Inc()
		}
	}
	inc(worthALook)
	counted(set)
	if c.loadState() != stateFree {
		t.Errorf("state %d after %d records", c.loadState(), c.n)
	}
	inc(2*worthALook + 1)
	counted(set)
	for i := range int64(looks) {
		if c.loadState() != stateProbe {
			t.Fatalf("state %d before look %d", c.loadState(), i+1)
		}
		inc((i + 1) * lookAt)
	}
	if c.loadState() != stateFree {
		t.Errorf("state %d after %d looks", c.loadState(), looks)
	}
}
