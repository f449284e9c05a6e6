package record

import "time"

// A Timer measures time from its start. Generated timers contain one. It is a value:
// copies measure from the same start. It uses the monotonic clock, so changes of the
// wall clock have no effect. It is safe for concurrent use.
type Timer struct {
	start time.Time // zero: not started
}

// StartTimer returns a timer that starts now.
func StartTimer() Timer { return Timer{start: time.Now()} }

// Elapsed returns the time since the start. For the zero Timer, which was not started,
// it returns false and counts a [ReasonNotStarted] of the measure.
func (t Timer) Elapsed(measure string) (elapsed time.Duration, ok bool) {
	if t.start.IsZero() {
		CounterOfMeasure(measure, ReasonNotStarted).Inc()
		return 0, false
	}
	return time.Since(t.start), true
}
