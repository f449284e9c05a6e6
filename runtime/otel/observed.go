package otel

import (
	"fmt"

	"github.com/ocgen/ocgen/runtime/record"
)

// An observed tells when functions that observe a metric panic. The readings count the
// panics.
type observed struct {
	panicked *record.Counter
	told     uint64
}

func newObserved(panicked *record.Counter) *observed {
	return &observed{panicked: panicked, told: panicked.Count()}
}

// panics returns an error if functions that observe the metric panicked since it was last
// asked.
func (s *stream) panics() []error {
	if s.observed == nil {
		return nil
	}
	count := s.observed.panicked.Count()
	more := count - s.observed.told
	if more == 0 {
		return nil
	}
	s.observed.told = count
	effect := "their series are missing"
	if s.outlives {
		effect = "it has their last good totals"
	}
	return []error{fmt.Errorf("metric %q: functions that observe it panicked or ended their goroutine, %s since the last collection, so %s: correct the functions at the places that the log names", s.name, times(more), effect)}
}

// times returns e.g. "1 time", "2 times".
func times(n uint64) string {
	if n == 1 {
		return "1 time"
	}
	return fmt.Sprintf("%d times", n)
}
