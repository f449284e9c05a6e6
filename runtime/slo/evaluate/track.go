package evaluate

import (
	"slices"
	"time"
)

// A sample has the counts of an SLO at the time of a reading.
type sample struct {
	at         time.Time
	good       float64 // events; in the forms on windows, the events that decide about windows
	total      float64
	goodWindow float64 // in the forms on windows: good windows
	allWindows float64
	layout     int // of counts: counts of two samples can only be compared if it is equal
	counts     []int64
}

// A track keeps samples for windows of one length: the first sample of each interval, back to
// one sample that is older than the length. So it has at most span/every + 2 samples,
// regardless of the number of readings.
type track struct {
	span, every time.Duration
	samples     []sample // by time
}

// add adds the next sample.
func (t *track) add(s sample) {
	if n := len(t.samples); n > 0 && t.slot(t.samples[n-1].at) == t.slot(s.at) {
		return
	}
	old := 0 // number of samples that are too old for the beginning of a window
	for old+1 < len(t.samples) && !t.samples[old+1].at.After(s.at.Add(-t.span)) {
		old++
	}
	if old > 0 {
		t.samples = slices.Delete(t.samples, 0, old)
	}
	t.samples = append(t.samples, s)
}

func (t *track) slot(at time.Time) int64 { return at.UnixNano() / int64(t.every) }

// leeway: a window may be longer than its length by length/leeway, because there may be no
// sample at the exact beginning.
const leeway = 10

// begin returns the first sample of the window that ends with the sample now. If there is no
// sample near the nominal beginning, it returns the next one, and the window is shorter.
func (t *track) begin(now sample) sample {
	begin, earliest := now.at.Add(-t.span), now.at.Add(-t.span-t.span/leeway)
	found := now
	for i := len(t.samples) - 1; i >= 0 && !t.samples[i].at.Before(earliest); i-- {
		found = t.samples[i]
		if !found.at.After(begin) {
			break
		}
	}
	return found
}

// newTracks returns the tracks of an SLO: one for each sliding window and one for
// the period.
func newTracks(period time.Duration) []*track {
	return []*track{
		{span: 5 * time.Minute, every: interval},
		{span: time.Hour, every: time.Minute},
		{span: 6 * time.Hour, every: 5 * time.Minute},
		{span: period, every: period / 24},
	}
}
