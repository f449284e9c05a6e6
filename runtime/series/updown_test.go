package series

import (
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
)

// spread makes the records of a series go to its stripes.
func spread(c *Int64UpDown) {
	c.remind()
	c.spread.spread(c)
}

// states are what is done to a series before a test adds to it.
var states = map[string]func(c *Int64UpDown){
	"empty":  func(*Int64UpDown) {},
	"free":   func(c *Int64UpDown) { c.Add(0) },
	"probe":  func(c *Int64UpDown) { c.Add(0); c.remind() },
	"spread": func(c *Int64UpDown) { c.Add(0); spread(c) },
}

func TestUpDownInEachState(t *testing.T) {
	for name, prepare := range states {
		t.Run(name, func(t *testing.T) {
			set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")}))
			c := set.At(0)
			prepare(c)
			c.Add(3)
			c.Add(-5)
			end := Begin(c)
			if got := counted(set); got != int64(-1) {
				t.Errorf("%v, want -1", got)
			}
			end()
			end()
			if got := counted(set); got != int64(-2) {
				t.Errorf("after the end %v, want -2", got)
			}
		})
	}
}

// TestUpDownReturns: a total beyond int64 is right again once it is back in the range, also if
// parts of it are in stripes.
func TestUpDownReturns(t *testing.T) {
	for name, prepare := range states {
		t.Run(name, func(t *testing.T) {
			set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")}))
			c := set.At(0)
			prepare(c)
			c.Add(math.MaxInt64)
			c.Add(math.MaxInt64)
			c.Add(-math.MaxInt64)
			if got := counted(set); got != int64(math.MaxInt64) {
				t.Errorf("%v, want the largest int64", got)
			}
			c.Add(math.MinInt64)
			if got := counted(set); got != int64(-1) {
				t.Errorf("%v, want -1", got)
			}
		})
	}
}

// TestEndsReturnToTheStripes: an end subtracts from the stripe to which its begin has added,
// also in another goroutine. So no stripe is ever below zero, nor a reading, which adds up
// one stripe after another. The readings may give the stripes back meanwhile.
func TestEndsReturnToTheStripes(t *testing.T) {
	set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")}))
	c := set.At(0)
	c.Add(0)
	spread(c)
	const goroutines, times = 16, 1000
	ends := make(chan func(), goroutines*times)
	concurrently(goroutines, times, func() { ends <- Begin(c) }, func() {})
	if n := counted(set); n != int64(goroutines*times) {
		t.Errorf("%v are open", n)
	}
	concurrently(goroutines, times, func() { (<-ends)() }, func() {
		if n := counted(set).(int64); n < 0 {
			t.Errorf("%d are open", n)
		}
	})
	if stripes := c.spread.stripes.Load(); stripes != nil {
		for i := range stripes.all {
			if n := int64(stripes.all[i].n.Load()); n != 0 {
				t.Errorf("stripe %d has %d", i, n)
			}
		}
	}
	if n := counted(set); n != int64(0) {
		t.Errorf("%v are open after all ends", n)
	}
}

// TestEndAfterRegistration: the series of the next registration does not have the end of a
// record of this one, though its recorder is bound.
func TestEndAfterRegistration(t *testing.T) {
	for name, prepare := range states {
		t.Run(name, func(t *testing.T) {
			set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")}))
			bound := set.Bind(0)
			prepare(bound)
			end := Begin(bound)
			set.stop()
			dropped := Begin(bound)
			started(set)
			bound.Add(1)
			dropped()
			end()
			if n := counted(set); n != int64(1) {
				t.Errorf("%v, want 1", n)
			}
		})
	}
}

// TestEndsOfReusedMemory: the memory of a call of Begin is used again after its end. A late
// second end must not end the next call.
func TestEndsOfReusedMemory(t *testing.T) {
	a, b := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")})), started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")}))
	var old []func()
	for i := range 100 {
		end := Begin(a.At(0), b.At(0))
		end()
		old = append(old, end)
		open := Begin(a.At(0))
		for _, late := range old {
			late()
		}
		if n, m := counted(a), counted(b); n != int64(1) || m != int64(0) {
			t.Fatalf("round %d: %v and %v are open, want 1 and 0", i, n, m)
		}
		open()
	}
}

func TestEndActsOnce(t *testing.T) {
	set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")}))
	for range 200 {
		end := Begin(set.At(0))
		var group sync.WaitGroup
		for range 4 {
			wait.Go(&group, end)
		}
		group.Wait()
	}
	if n := counted(set); n != int64(0) {
		t.Errorf("%v are open", n)
	}
}

func TestUpDownAllocates(t *testing.T) {
	set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown"), Tags: threeClosed()}))
	floats := started(NewFloat64UpDowns(SeriesInfo{Name: unique("updown")}))
	all := []*Int64UpDown{set.At(0), set.At(1), set.At(2)}
	none := NewInt64UpDowns(SeriesInfo{Name: unique("updown")}).At(0)
	for name, c := range map[string]struct {
		want float64
		call func()
	}{
		"Add":                     {0, func() { set.At(3).Add(-1) }},
		"Add of a float":          {0, func() { floats.At(0).Add(-1) }},
		"Begin and end":           {1, func() { Begin(set.At(3))() }},
		"Begin of several views":  {1, func() { Begin(all[0], all[1], all[2])() }},
		"Begin of dropped record": {0, func() { Begin(none)() }},
		"Begin of nothing":        {0, func() { Begin()() }},
	} {
		if raceEnabled && c.want > 0 {
			continue // the race detector's pool drops what is put back
		}
		if n := testing.AllocsPerRun(1000, c.call); n != c.want {
			t.Errorf("%s: %v allocations, want %v", name, n, c.want)
		}
	}
}

// TestReadingsRemind: readings make some of the records check for contention, and the checks
// end.
func TestReadingsRemind(t *testing.T) {
	set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")}))
	c := set.At(0)
	c.Add(1)
	var met []uint32
	note := func() {
		if s := c.loadState(); len(met) == 0 || met[len(met)-1] != s {
			met = append(met, s)
		}
	}
	note()
	for range 2 {
		counted(set)
		for i := range probes * probeAt {
			note()
			c.Add(1 - 2*int64(i%2))
		}
		note()
	}
	if want := []uint32{stateFree, stateProbe, stateFree, stateProbe, stateFree}; !slices.Equal(met, want) {
		t.Errorf("states %v, want %v", met, want)
	}
}

func TestUpDownZeroRows(t *testing.T) {
	set := NewInt64UpDowns(SeriesInfo{Name: unique("updown"), ZeroRows: true})
	before := time.Now()
	started(set)
	m := set.read(time.Now(), nil)
	if m == nil || m.Series[0].Point.Value != int64(0) || m.Series[0].StartTime.Before(before.Truncate(0)) {
		t.Errorf("%+v", m)
	}
}
