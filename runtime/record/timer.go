package record

import "time"

// A Timer is the start of a measurement of time. Generated timers consist of one.
// It is a value: copies measure from the same start. It reads the monotonic clock,
// so changes of the wall clock do not matter. It is safe for concurrent use.
type Timer struct {
	start time.Time // zero: not started
}

// StartTimer returns a timer that starts now.
func StartTimer() Timer { return Timer{start: time.Now()} }

// Elapsed returns the time since the start. The zero Timer was never started, so
// any time would be wrong: it gives false, and is counted for the measure as
// [ReasonNotStarted].
func (t Timer) Elapsed(measure string) (elapsed time.Duration, ok bool) {
	if t.start.IsZero() {
		CounterOfMeasure(measure, ReasonNotStarted).Inc()
		return 0, false
	}
	return time.Since(t.start), true
}
