package series

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// TestObservedReadsAreFresh: a reading does not change the points of an earlier one.
// Readings share the labels.
func TestObservedReadsAreFresh(t *testing.T) {
	o := newObserving(t, letters())
	v := 1.0
	defer o.Observe(func() float64 { v++; return v }, record.Closed(uint8(1)))()
	first := o.p.Read(nil)
	want := fmt.Sprint(first[0].Series[0].Point, first[1].Series[0].Point)
	second := o.p.Read(nil)
	if got := fmt.Sprint(first[0].Series[0].Point, first[1].Series[0].Point); got != want {
		t.Errorf("changed from %s to %s", want, got)
	}
	if a, b := first[0].Series[0].LabelValues, second[0].Series[0].LabelValues; a[0].Value != "a" || &a[0] != &b[0] {
		t.Errorf("labels %v and %v, want the same", a, b)
	}
}

// A function may take a lock that the caller of stop holds, and may be in a call
// while it is stopped: then what it tells does not count any more.
func TestObservedStopWaitsForNothing(t *testing.T) {
	o := newObserving(t)
	defer o.Observe(constant(2))()
	var mu sync.Mutex
	entered := make(chan bool, 1)
	stop := o.Observe(func() float64 {
		entered <- true
		mu.Lock()
		defer mu.Unlock()
		return 1
	})
	mu.Lock()
	read := make(chan []*metric.Metric)
	go func() { read <- o.p.Read(nil) }()
	<-entered
	stop()
	mu.Unlock()
	for _, m := range <-read {
		if got := m.Series[0].Point.Value; got != 2.0 {
			t.Errorf("%s is %v, want 2: the other function was stopped before it told anything", m.Descriptor.Name, got)
		}
	}
}

// A reading that began before another may end after it: it takes nothing back.
func TestObservedOverlappingReads(t *testing.T) {
	o := newObserving(t)
	entered, leave := make(chan bool), make(chan bool)
	var calls atomic.Int64
	stop := o.Observe(func() float64 {
		if calls.Add(1) > 1 {
			return 6
		}
		entered <- true
		<-leave
		return 5
	})
	slow := make(chan []*metric.Metric)
	go func() { slow <- o.p.Read(nil) }()
	<-entered
	wantValues(t, o.sum, map[string]any{"": 6.0})
	leave <- true
	<-slow
	defer o.Observe(constant(1))()
	stop()
	wantValues(t, o.sum, map[string]any{"": 7.0})
	wantCount(t, "", o.sum, record.ReasonNegative, 0)
}

// Several exporters read at once: nobody sees the sum fall, and a total that
// another reading has outrun is not counted as fallen. For the race detector too.
func TestObservedConcurrentReads(t *testing.T) {
	o := newObserving(t, letters())
	var total atomic.Int64
	stop := o.Observe(func() float64 { return float64(total.Add(1)) }, record.Closed(uint8(1)))
	var wg sync.WaitGroup
	for range 4 {
		wait.Go(&wg, func() {
			last := 0.0
			for i := range 200 {
				if i%10 == 0 {
					o.Observe(constant(1), record.Closed(uint8(2)))()
				}
				for _, m := range o.p.Read(nil) {
					if m.Descriptor.Name != o.sum {
						continue
					}
					v := m.Series[0].Point.Value.(float64)
					if v < last {
						t.Errorf("fell from %v to %v", last, v)
					}
					last = v
				}
			}
		})
	}
	wg.Wait()
	defer o.Observe(constant(0), record.Closed(uint8(1)))()
	stop()
	wantCount(t, "", o.sum, record.ReasonNegative, 0)
	wantValues(t, o.last, map[string]any{"a": 0.0})
	if v := values(t, o.sum)["a"]; v != 800.0 {
		t.Errorf("sum %v, want 800", v)
	}
}
