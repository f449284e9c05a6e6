package evaluate

import (
	"fmt"
	"time"

	"github.com/ocgen/ocgen/runtime/slo"
)

// A follower follows one SLO from reading to reading.
type follower struct {
	key       string
	pkg       string
	slo       slo.SLO
	indicator *indicator
	windowing *windowing // only of the forms on windows
	tracks    []*track   // of the sliding windows, then of the period
	history   *history   // of the tiers; nil without them
	first     *sample    // the start of counting; nil before the first reading
	last      sample     // of the last reading that had all metrics
	period    *sample    // with a calendar period: its begin, or the first sample in it
	broken    bool       // the counts before are lost
	status    string     // why the last reading lacked metrics
}

// take adds a reading of the SLO's metrics.
func (f *follower) take(r reading) {
	f.status = ""
	if f.indicator.invalid != "" {
		return
	}
	if f.status = f.missing(r); f.status != "" {
		return
	}
	if f.indicator.problem() != "" {
		f.forget()
		return
	}
	s := f.sample(r.at)
	var zero *sample
	if f.first == nil {
		zero = f.zero(s)
		f.start(s, zero)
	}
	if f.windowing != nil {
		f.windowing.take(r.number, s, zero)
		s.goodWindow, s.allWindows = f.windowing.good, f.windowing.all
	}
	for _, t := range f.tracks {
		t.add(s)
	}
	if f.history != nil {
		f.history.add(f.mark(s))
	}
	if c := f.slo.Calendar; c != "" && f.period.at.Before(calendarStart(c, s.at)) {
		f.period = &s
	}
	f.last = s
}

// missing returns the problem if the reading lacks a metric that it should have.
func (f *follower) missing(r reading) string {
	for _, m := range f.indicator.metrics {
		switch {
		case m.read == r.number:
		case r.err != nil:
			return fmt.Sprintf("%s could not be read: %v", m.name, r.err)
		case !r.known(m.name):
			return fmt.Sprintf("nothing exports %s: its view is not registered (call RegisterViews of the generated package)", m.name)
		}
	}
	return ""
}

func (f *follower) sample(at time.Time) sample {
	s := sample{at: at}
	s.good, s.total = f.indicator.events()
	if c := f.indicator.cut; c != nil {
		s.layout, s.counts = c.selection.metric.layout, c.buckets()
	}
	return s
}

// zero returns a sample of the time before anything was counted, if the metrics have start
// times.
func (f *follower) zero(s sample) *sample {
	if f.broken {
		return nil
	}
	born := s.at
	for _, m := range f.indicator.metrics {
		switch {
		case m.read == 0:
		case m.undated || m.present == 0 || isGauge(m.kind):
			return nil
		case m.born.Before(born):
			born = m.born
		}
	}
	if !born.Before(s.at) {
		return nil
	}
	return &sample{at: born, layout: s.layout, counts: make([]int64, len(s.counts))}
}

// start begins to count: at zero if it is known, otherwise with the reading.
func (f *follower) start(s sample, zero *sample) {
	f.first = &s
	if zero != nil {
		f.first = zero
		for _, t := range f.tracks {
			t.add(*zero)
		}
		if f.history != nil {
			f.history.add(f.mark(*zero))
		}
	}
	f.period = f.first
}

// forget drops all counts; the next reading that can be evaluated begins again.
func (f *follower) forget() {
	if f.first == nil {
		return
	}
	f.first, f.period, f.last, f.broken = nil, nil, sample{}, true
	f.tracks = newTracks(periodLength(&f.slo))
	f.history = newHistory(f.slo.Alerts)
	if f.windowing != nil {
		f.windowing = newWindowing(f.indicator)
	}
}
