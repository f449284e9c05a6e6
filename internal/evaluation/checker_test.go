package evaluation_test

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// A checker holds an evaluator against what its world remembers.
type checker struct {
	w       *world
	forms   []form
	e       *evaluate.Evaluator
	looks   []look
	closed  map[string]map[time.Time]closing // of each SLO, by the window's start
	checked map[string]int                   // by kind of window, those with data
}

// A look is a reading and what the gauge was then.
type look struct {
	at     time.Time
	depths map[string]float64
}

// A closing is a window and the reading that closed it.
type closing struct {
	at      time.Time
	outcome evaluate.Outcome
}

func newChecker(w *world) *checker {
	c := &checker{w: w, forms: forms(w.recorder.prefix), closed: map[string]map[time.Time]closing{}, checked: map[string]int{}}
	var slos []slo.SLO
	for _, f := range c.forms {
		slos = append(slos, f.slo)
		c.closed[f.slo.ID] = map[time.Time]closing{}
	}
	c.e = w.evaluator(slos)
	return c
}

// step records some requests, or none, and may look, or reset after a look: of
// what is recorded between a look and a reset nobody can know.
func (c *checker) step() {
	rng := c.w.rng
	for range rng.IntN(20) {
		c.w.record()
	}
	switch p := rng.IntN(100); {
	case p < 60:
		c.w.pass(c.w.now.Truncate(10 * time.Second).Add(10 * time.Second).Sub(c.w.now))
		c.look()
	case p < 85:
		c.w.pass(1 + time.Duration(rng.Int64N(int64(40*time.Second))))
		c.look()
	case p < 88:
		c.w.pass(time.Duration(rng.Int64N(int64(50 * time.Minute)))) // a strip has the last hour of the shortest windows
		c.look()
	case p < 90:
		c.w.pass(1)
		c.look()
		c.w.recorder.reset()
		c.w.depths = map[string]float64{}
	}
}

func (c *checker) look() {
	depths := map[string]float64{}
	for shard, value := range c.w.depths {
		depths[shard] = value
	}
	c.looks = append(c.looks, look{c.w.now, depths})
	report := c.e.Evaluate(context.Background())
	if !report.Time.Equal(c.w.now) || len(report.SLOs) != len(c.forms) || len(report.Problems) > 0 {
		c.w.t.Fatalf("report of %v at %v, with %d SLOs and problems %v", report.Time, c.w.now, len(report.SLOs), report.Problems)
	}
	for i, s := range report.SLOs {
		c.check(c.forms[i], s)
	}
}

func (c *checker) check(f form, s evaluate.SLO) {
	t := c.w.t
	if !s.Computable {
		t.Fatalf("%s: %s", s.ID, s.Status)
	}
	if s.Strip != nil {
		c.checkStrip(f, s)
	}
	for _, w := range append([]evaluate.Window{s.SinceStart, s.Period}, s.Windows...) {
		if w.To != c.w.now || w.From.After(w.To) {
			t.Fatalf("%s: window %s is [%v, %v) at %v", s.ID, w.Name, w.From, w.To, c.w.now)
		}
		if length := w.To.Sub(w.From).Seconds(); w.Name != "since_start" && (length > 1.1*w.Length || w.Complete != (length >= 0.9*w.Length)) {
			t.Fatalf("%s: window %s of %v s is [%v, %v), complete: %t", s.ID, w.Name, w.Length, w.From, w.To, w.Complete)
		}
		good, total := c.expected(f, s, w)
		if math.Abs(w.Good-good) > 1e-9 || math.Abs(w.Total-total) > 1e-9 || math.Abs(w.Good+w.Bad-w.Total) > 1e-9 {
			t.Fatalf("%s: window %s [%v, %v) has %v good, %v bad of %v, want %v of %v", s.ID, w.Name, w.From, w.To, w.Good, w.Bad, w.Total, good, total)
		}
		c.checkStates(f, w)
		if s.Histogram != nil && w.Counts != nil {
			c.checkCounts(f, s, w)
		}
		if total > 0 {
			c.checked[s.ID+" "+w.Name]++
		}
	}
	c.checkChart(f, s)
}

// expected returns what a window should have by what the world remembers; in
// the forms on windows, of the windows that closed in it.
func (c *checker) expected(f form, s evaluate.SLO, w evaluate.Window) (good, total float64) {
	if s.Strip == nil {
		return c.w.count(w.From, w.To, f.weigh)
	}
	for _, closed := range c.closed[s.ID] {
		if closed.at.After(w.From) && !closed.at.After(w.To) && closed.outcome.Complete && closed.outcome.State != evaluate.NoData {
			total++
			good += one(closed.outcome.State == evaluate.Good)
		}
	}
	return good, total
}

func (c *checker) checkStates(f form, w evaluate.Window) {
	want := evaluate.NoData
	if w.Total > 0 {
		want = evaluate.Bad
		if w.Good/w.Total >= f.slo.Goal {
			want = evaluate.Good
		}
		burn := w.Bad / w.Total / (1 - f.slo.Goal)
		if *w.Ratio != w.Good/w.Total || math.Abs(*w.BurnRate-burn) > 1e-6 {
			c.w.t.Fatalf("%s: compliance %v and burn rate %v of %v bad in %v", f.slo.ID, *w.Ratio, *w.BurnRate, w.Bad, w.Total)
		}
	}
	if w.State != want || (w.Total == 0) != (w.Ratio == nil) {
		c.w.t.Fatalf("%s: %v of %v in %s is %s", f.slo.ID, w.Good, w.Total, w.Name, w.State)
	}
}

func (c *checker) checkCounts(f form, s evaluate.SLO, w evaluate.Window) {
	var good, all float64
	for i, n := range w.Counts {
		all += float64(n)
		if i >= s.Histogram.GoodFrom && i < s.Histogram.GoodTo {
			good += float64(n)
		}
	}
	if wantGood, wantAll := c.w.count(w.From, w.To, f.weigh); good != wantGood || all != wantAll {
		c.w.t.Fatalf("%s: buckets of %s have %v of %v, want %v of %v", s.ID, w.Name, good, all, wantGood, wantAll)
	}
}

func (c *checker) checkChart(f form, s evaluate.SLO) {
	if len(s.Chart) > 61 {
		c.w.t.Fatalf("%s: a chart of %d intervals", s.ID, len(s.Chart))
	}
	for i, interval := range s.Chart {
		good, total := c.w.count(interval.From, interval.To, f.weigh)
		if interval.Good != good || interval.Good+interval.Bad != total {
			c.w.t.Fatalf("%s: chart has %+v, want %v of %v", s.ID, interval, good, total)
		}
		if i > 0 && !interval.From.Equal(s.Chart[i-1].To) {
			c.w.t.Fatalf("%s: chart has a gap before %v", s.ID, interval.From)
		}
	}
}

// checkStrip checks each window that is new or open, and that closed ones stay
// as they were.
func (c *checker) checkStrip(f form, s evaluate.SLO) {
	outcomes := s.Strip.Outcomes
	if len(outcomes) == 0 || len(outcomes) > 60 || !outcomes[len(outcomes)-1].Open {
		c.w.t.Fatalf("%s: strip of %d windows", s.ID, len(outcomes))
	}
	for i, o := range outcomes {
		if i > 0 && !o.Start.Equal(outcomes[i-1].End) || o.End.Sub(o.Start) != f.slo.Windows.Length || o.Start.Truncate(f.slo.Windows.Length) != o.Start {
			c.w.t.Fatalf("%s: window [%v, %v) in the strip", s.ID, o.Start, o.End)
		}
		if o.From.IsZero() {
			continue
		}
		if f.weigh != nil {
			c.checkOutcome(f, o)
		} else {
			c.checkGauge(f, o)
		}
		if known, ok := c.closed[s.ID][o.Start]; ok && known.outcome.State != o.State {
			c.w.t.Fatalf("%s: window %v was %s and is %s", s.ID, o.Start, known.outcome.State, o.State)
		} else if !ok && !o.Open {
			c.closed[s.ID][o.Start] = closing{c.w.now, o}
		}
	}
}

func (c *checker) checkOutcome(f form, o evaluate.Outcome) {
	good, total := c.w.count(o.From, o.To, f.weigh)
	want := evaluate.NoData
	if total > 0 {
		want = evaluate.Bad
		if good/total >= f.slo.Windows.Threshold {
			want = evaluate.Good
		}
	}
	if o.Good != good || o.Total != total || o.State != want {
		c.w.t.Fatalf("%s: window [%v, %v) has %v of %v and is %s, want %v of %v, %s", f.slo.ID, o.From, o.To, o.Good, o.Total, o.State, good, total, want)
	}
	c.checked[f.slo.ID+" strip "+string(want)]++
}

// checkGauge compares with the gauge at the first look of each 10 seconds.
func (c *checker) checkGauge(f form, o evaluate.Outcome) {
	sums, ns := map[string]float64{}, map[string]float64{}
	samples := 0
	var slot time.Time
	for _, l := range c.looks {
		if l.at.Before(o.Start) || !l.at.Before(o.End) || l.at.Truncate(10*time.Second).Equal(slot) {
			continue
		}
		slot = l.at.Truncate(10 * time.Second)
		samples++
		for shard, value := range l.depths {
			sums[shard] += value
			ns[shard]++
		}
	}
	var value float64
	for shard, sum := range sums {
		value += sum / ns[shard]
	}
	within := f.slo.Windows.Sum
	if within == nil {
		within = f.slo.Windows.Mean
		value /= float64(len(sums))
	}
	want := evaluate.NoData
	if len(sums) > 0 {
		want = evaluate.Bad
		if value >= within.Min && value <= within.Max {
			want = evaluate.Good
		}
	}
	if o.Samples != samples || o.State != want || (o.Value != nil) != (want != evaluate.NoData) || o.Value != nil && math.Abs(*o.Value-value) > 1e-9 {
		got, _ := json.Marshal(o)
		c.w.t.Fatalf("%s: window %v is %s, want %v of %d samples, %s", f.slo.ID, o.Start, got, value, samples, want)
	}
	c.checked[f.slo.ID+" strip "+string(want)]++
}

// done sees to it that there was something to check.
func (c *checker) done() {
	for _, f := range c.forms {
		for _, kind := range []string{"since_start", "period", "5m", "1h", "6h"} {
			if c.checked[f.slo.ID+" "+kind] == 0 {
				c.w.t.Errorf("%s: no window %s had data", f.slo.ID, kind)
			}
		}
		if f.slo.Windows != nil && (c.checked[f.slo.ID+" strip good"] == 0 || c.checked[f.slo.ID+" strip bad"] == 0) {
			c.w.t.Errorf("%s: good or bad windows are missing: %v", f.slo.ID, c.checked)
		}
	}
}
