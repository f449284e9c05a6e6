package series

import (
	goruntime "runtime"
	"strings"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/record"
)

// A function that ends its goroutine costs its own series, is counted at each
// reading, and logged once with its place. All others are read, also those behind
// it.
func TestObservedGoexit(t *testing.T) {
	log := logTo(t)
	o := newObserving(t, letters())
	defer o.Observe(constant(1), record.Closed(uint8(1)))()
	stopGoexit := o.Observe(func() float64 { goruntime.Goexit(); return 2 }, record.Closed(uint8(2)))
	defer stopGoexit()
	defer o.Observe(constant(3), record.Closed(uint8(3)))()
	failing := &testing.T{} // its FailNow is what a check in a function calls
	defer o.Observe(func() float64 { failing.FailNow(); return 4 })()
	for range 2 {
		wantValues(t, o.last, map[string]any{"a": 1.0, "c": 3.0})
		wantValues(t, o.sum, map[string]any{"a": 1.0, "c": 3.0})
	}
	wantCount(t, "", o.last, record.ReasonPanicked, 8)
	wantCount(t, "", o.sum, record.ReasonPanicked, 8)
	got := log.lines(o.sum)
	if len(got) != 2 {
		t.Fatalf("logged %q", got)
	}
	for _, line := range got {
		for _, text := range []string{"level=ERROR", "runtime.Goexit", o.last, "TestObservedGoexit.func", "goexit_test.go:"} {
			if !strings.Contains(line, text) {
				t.Errorf("no %s in %s", text, line)
			}
		}
	}
}

// Readings, exports and stops overlap with functions that end their goroutines.
func TestObservedGoexitConcurrently(t *testing.T) {
	logTo(t)
	o := newObserving(t)
	var all sync.WaitGroup
	for range 4 {
		wait.Go(&all, func() {
			for range 50 {
				stop := o.Observe(func() float64 { goruntime.Goexit(); return 1 })
				o.p.Read(nil)
				stop()
			}
		})
	}
	all.Wait()
	defer o.Observe(constant(5))()
	wantValues(t, o.last, map[string]any{"": 5.0})
}
