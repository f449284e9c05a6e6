package stackdriver

import (
	goruntime "runtime"
	"sync/atomic"
	"testing"
)

// TestCallGroup: all functions run, at most 8 at a time, though some end their goroutine.
func TestCallGroup(t *testing.T) {
	calls := newCallGroup()
	var running, ran atomic.Int64
	for i := range 10 * parallel {
		calls.run(func() {
			defer running.Add(-1)
			if n := running.Add(1); n > parallel {
				t.Errorf("%d functions at a time", n)
			}
			ran.Add(1)
			if i%2 == 0 {
				goruntime.Goexit()
			}
		})
	}
	calls.wait()
	if n := ran.Load(); n != 10*parallel {
		t.Errorf("%d functions ran", n)
	}
}
