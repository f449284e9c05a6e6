package evaluate

import (
	"math"
	"slices"
	"time"
)

// report returns the SLO as it was at its last reading.
func (f *follower) report() SLO {
	s := SLO{
		Key: f.key, Package: f.pkg, ID: f.slo.ID, DisplayName: f.slo.DisplayName,
		Goal: f.slo.Goal, Days: f.slo.Days, Calendar: f.slo.Calendar,
		Form: f.indicator.form, Indicator: f.indicator.words,
		State: NoData, Status: f.status, Computable: true,
	}
	problem := f.indicator.invalid
	if problem == "" {
		problem = f.indicator.problem()
	}
	if problem != "" {
		s.Computable, s.Status = false, problem
	}
	if math.IsNaN(s.Goal) || math.IsInf(s.Goal, 0) {
		s.Goal = 0 // which is no goal either, but a number of JSON
	}
	f.windows(&s)
	s.Tiers = f.tiers()
	f.pictures(&s)
	if total := s.Period.Total; total > 0 {
		s.Budget = &Budget{Allowed: rounded(f.allowance() * total), Spent: s.Period.Bad, Left: rounded(1 - *s.Period.BurnRate)}
	}
	if s.Status == "" {
		s.State = s.Period.State
		s.Status = f.quiet(&s)
	}
	return s
}

// quiet says why an SLO without problems has no data.
func (f *follower) quiet(s *SLO) string {
	switch {
	case s.State != NoData:
		return ""
	case f.windowing == nil:
		return "nothing has been recorded in the period yet"
	case s.Strip != nil && len(s.Strip.Outcomes) > 0 && s.Strip.Outcomes[len(s.Strip.Outcomes)-1].State != NoData:
		return "no window of " + lengthOf(f.windowing.length) + " has been seen from begin to end yet"
	default:
		return "no window with data has been seen from begin to end yet"
	}
}

// windows fills in what was counted. Without a reading nothing was.
func (f *follower) windows(s *SLO) {
	if f.first == nil {
		empty := func(name string, length time.Duration) Window {
			return Window{Name: name, Length: length.Seconds(), State: NoData}
		}
		s.SinceStart, s.Period = empty("since_start", 0), empty("period", periodLength(&f.slo))
		for i, name := range slidingNames {
			s.Windows = append(s.Windows, empty(name, f.tracks[i].span))
		}
		return
	}
	s.SinceStart = f.window("since_start", 0, *f.first)
	s.Period = f.periodWindow()
	for i, name := range slidingNames {
		s.Windows = append(s.Windows, f.window(name, f.tracks[i].span, f.tracks[i].begin(f.last)))
	}
}

// slidingNames are the names of the first tracks.
var slidingNames = []string{"5m", "1h", "6h"}

func (f *follower) periodWindow() Window {
	if f.slo.Calendar == "" {
		track := f.tracks[len(slidingNames)]
		return f.window("period", track.span, track.begin(f.last))
	}
	return f.window("period", f.last.at.Sub(calendarStart(f.slo.Calendar, f.last.at)), *f.period)
}

// window returns what was counted from a sample to the last one.
func (f *follower) window(name string, length time.Duration, begin sample) Window {
	w := Window{Name: name, Length: length.Seconds(), From: begin.at, To: f.last.at, State: NoData}
	w.Complete = w.To.Sub(w.From) >= length-length/leeway
	if f.windowing != nil {
		w.Good, w.Total = between(begin.goodWindow, begin.allWindows, f.last.goodWindow, f.last.allWindows)
	} else {
		w.Good, w.Total = between(begin.good, begin.total, f.last.good, f.last.total)
	}
	w.Counts = countsBetween(begin, f.last)
	w.rate(f)
	return w
}

// rate compares Good and Total with the goal.
func (w *Window) rate(f *follower) {
	w.Bad = w.Total - w.Good
	if w.Total > 0 {
		part := w.Good / w.Total
		rate := rounded(w.Bad / w.Total / f.allowance())
		w.Ratio, w.BurnRate, w.State = &part, &rate, stateOf(part >= f.slo.Goal)
	}
}

// countsBetween returns what was counted by bucket between two samples, nil if
// they do not have the same buckets.
func countsBetween(begin, end sample) []int64 {
	if end.counts == nil || begin.layout != 0 && begin.layout != end.layout {
		return nil
	}
	counts := slices.Clone(end.counts)
	for i, n := range begin.counts {
		counts[i] -= n
	}
	return counts
}

// allowance is the part of events that may be bad, e.g. 0.001, which 1-0.999 in
// binary is not.
func (f *follower) allowance() float64 {
	exact := 1 - f.slo.Goal
	if short := math.Round(exact*1e12) / 1e12; short > 0 {
		return short
	}
	return exact
}

// rounded drops the digits that are noise of rounding.
func rounded(v float64) float64 {
	if math.Abs(v) > 1e6 {
		return v
	}
	return math.Round(v*1e9) / 1e9
}

// pictures fills in what is drawn.
func (f *follower) pictures(s *SLO) {
	if f.indicator.cut != nil {
		s.Histogram = f.indicator.cut.histogram()
	}
	if f.first != nil && f.indicator.gauge == nil {
		s.Chart = f.chart()
	}
	if f.windowing != nil {
		s.Strip = f.windowing.strip()
	}
}

// chartPoints is how many intervals a chart has at most.
const chartPoints = 60

// chart returns the events of the last hour.
func (f *follower) chart() []Interval {
	fine, coarse := f.tracks[0].samples, f.tracks[1].samples
	var all []sample
	hourAgo := f.last.at.Add(-f.tracks[1].span)
	for _, s := range coarse {
		if !s.at.Before(hourAgo) && (len(fine) == 0 || s.at.Before(fine[0].at)) {
			all = append(all, s)
		}
	}
	for _, s := range append(slices.Clone(fine), f.last) {
		if !s.at.Before(hourAgo) {
			all = append(all, s)
		}
	}
	return intervals(all)
}

// intervals returns what was counted from sample to sample, at most chartPoints
// of about the same length.
func intervals(samples []sample) []Interval {
	chart := []Interval{}
	if len(samples) == 0 {
		return chart
	}
	begin, end := samples[0], samples[len(samples)-1].at
	step := end.Sub(begin.at) / chartPoints
	for _, s := range samples[1:] {
		if length := s.at.Sub(begin.at); length == 0 || length < step && !s.at.Equal(end) {
			continue
		}
		good, total := between(begin.good, begin.total, s.good, s.total)
		chart = append(chart, Interval{From: begin.at, To: s.at, Good: good, Bad: total - good})
		begin = s
	}
	return chart
}
