//go:build go1.25

package record

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timer := StartTimer()
		for _, want := range []time.Duration{5 * time.Millisecond, 10 * time.Millisecond} {
			time.Sleep(5 * time.Millisecond)
			if got, ok := timer.Elapsed("m"); got != want || !ok {
				t.Errorf("got %v, %t, want %v: each call measures from the start", got, ok, want)
			}
		}
	})
}

func TestTimerThatWasNotStarted(t *testing.T) {
	measure := unique("measure")
	var timer Timer
	for range 2 {
		if got, ok := timer.Elapsed(measure); got != 0 || ok {
			t.Errorf("got %v, %t", got, ok)
		}
	}
	wantCount(t, "", measure, ReasonNotStarted, 2)
}

func TestTimerAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(1000, func() { StartTimer().Elapsed("m") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
