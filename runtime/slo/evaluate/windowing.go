package evaluate

import (
	"math"
	"slices"
	"time"
)

// stripLength is the number of windows in a Strip, including the open one.
const stripLength = 60

// A windowing decides from the readings which windows are good and which are bad.
type windowing struct {
	indicator *indicator
	length    time.Duration
	slack     time.Duration // largest distance of a reading from the end of a window that it closes
	open      *openWindow   // nil before the first reading
	closed    []Outcome     // the last ones, at most stripLength
	good, all float64       // numbers of closed windows that count for the SLO
}

// An openWindow is the window of the last reading.
type openWindow struct {
	index       int64  // number of the window since 1970
	whole       bool   // there was a reading at its beginning
	begin, last sample // of the readings in it
	slot        int64  // of the last reading of a gauge
	readings    int    // of a gauge
	means       map[*series]*mean
}

// A mean is the mean of a gauge over the readings of a window.
type mean struct {
	sum float64
	n   int
}

func newWindowing(i *indicator) *windowing {
	return &windowing{indicator: i, length: i.windows.Length, slack: max(i.windows.Length/leeway, interval+time.Second)}
}

// take adds the reading with the number, at s.at. If this is the first reading, and the time
// before anything was counted is known, first is the sample of that time.
func (w *windowing) take(number int, s sample, first *sample) {
	index := s.at.UnixNano() / int64(w.length)
	switch {
	case w.open == nil && first != nil && first.at.UnixNano()/int64(w.length) == index:
		w.open = &openWindow{index: index, begin: *first, whole: true}
	case w.open == nil:
		w.begin(index, s)
	case index > w.open.index:
		w.close(s)
		w.begin(index, s)
	}
	w.open.last = s
	if w.indicator.gauge != nil {
		w.open.sample(w.indicator.gauge, number, s.at)
	}
}

func (w *windowing) begin(index int64, s sample) {
	w.open = &openWindow{index: index, begin: s, whole: s.at.Sub(w.start(index)) <= w.slack}
}

func (w *windowing) start(index int64) time.Time {
	return time.Unix(0, index*int64(w.length)).UTC()
}

// close closes the open window with the reading after its end or, if that was too late, with
// the last reading within the window.
func (w *windowing) close(next sample) {
	end := w.start(w.open.index + 1)
	if w.indicator.gauge == nil && next.at.Sub(end) <= w.slack {
		w.open.last = next
	}
	o := w.outcome()
	o.Open = false
	o.Complete = w.open.whole && end.Sub(w.open.last.at) <= w.slack
	if o.Complete && o.State != NoData {
		w.all++
		if o.State == Good {
			w.good++
		}
	}
	if len(w.closed) == stripLength {
		w.closed = slices.Delete(w.closed, 0, 1)
	}
	w.closed = append(w.closed, o)
}

// sample adds the gauge's series at most once in each interval, so that frequent readings do
// not have more weight.
func (o *openWindow) sample(gauge *selection, number int, at time.Time) {
	slot := at.UnixNano() / int64(interval)
	if o.readings > 0 && o.slot == slot {
		return
	}
	o.slot = slot
	o.readings++
	if o.means == nil {
		o.means = map[*series]*mean{}
	}
	for _, s := range gauge.metric.order {
		if s.read != number || !slices.Contains(s.selections, gauge) {
			continue
		}
		m := o.means[s]
		if m == nil {
			m = &mean{}
			o.means[s] = m
		}
		m.sum += s.last
		m.n++
	}
}

// outcome returns the outcome of the open window if it ended now.
func (w *windowing) outcome() Outcome {
	o := Outcome{
		Start: w.start(w.open.index), End: w.start(w.open.index + 1),
		From: w.open.begin.at, To: w.open.last.at,
		State: NoData, Open: true,
	}
	if w.indicator.gauge != nil {
		o.Samples = w.open.readings
		o.Value = w.aggregate()
		if o.Value != nil {
			o.State = stateOf(*o.Value >= w.indicator.within.Min && *o.Value <= w.indicator.within.Max)
		}
		return o
	}
	o.Good, o.Total = between(w.open.begin.good, w.open.begin.total, w.open.last.good, w.open.last.total)
	if o.Total > 0 {
		part := o.Good / o.Total
		o.Value, o.State = &part, stateOf(part >= w.indicator.windows.Threshold)
	}
	return o
}

// aggregate returns the mean or the sum over the gauge's series, each with its mean over the
// window. It returns nil if there were none.
func (w *windowing) aggregate() *float64 {
	var sum float64
	n := 0
	for _, s := range w.indicator.gauge.metric.order {
		if m := w.open.means[s]; m != nil {
			sum += m.sum / float64(m.n)
			n++
		}
	}
	if n == 0 {
		return nil
	}
	if w.indicator.form == FormWindowsMean {
		sum /= float64(n)
	}
	if math.IsInf(sum, 0) {
		return nil
	}
	return &sum
}

// strip returns the last windows. Windows without a reading have no data.
func (w *windowing) strip() *Strip {
	strip := &Strip{Length: w.length.Seconds(), Outcomes: []Outcome{}}
	if r := w.indicator.within; r != nil {
		strip.Min, strip.Max, strip.Unit = finite(r.Min), finite(r.Max), r.Selection.Unit
	} else {
		strip.Threshold = &w.indicator.windows.Threshold
	}
	if w.open == nil {
		return strip
	}
	oldest := w.start(w.open.index - stripLength + 1)
	var next time.Time
	for _, o := range append(slices.Clone(w.closed), w.outcome()) {
		if o.Start.Before(oldest) {
			continue
		}
		for ; !next.IsZero() && next.Before(o.Start); next = next.Add(w.length) {
			strip.Outcomes = append(strip.Outcomes, Outcome{Start: next, End: next.Add(w.length), State: NoData})
		}
		strip.Outcomes = append(strip.Outcomes, o)
		next = o.End
	}
	return strip
}

func stateOf(met bool) State {
	if met {
		return Good
	}
	return Bad
}

// between returns the counts between two samples. Two metrics are not read at the same time,
// so good may include records that total does not; it is limited to the total.
func between(good0, total0, good1, total1 float64) (good, total float64) {
	total = max(total1-total0, 0)
	return min(max(good1-good0, 0), total), total
}
