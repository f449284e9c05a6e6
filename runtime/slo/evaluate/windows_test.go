package evaluate_test

import (
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// minutes calls a minute good in which at least half of the events are of kind
// a.
func minutes(goal float64) slo.SLO {
	return slo.SLO{ID: "minutes", Goal: goal, Days: 1, Windows: &slo.Windows{
		Length: time.Minute, Threshold: 0.5, Ratio: aOfAll("m").Ratio,
	}}
}

// wantStrip compares a strip with a letter a window, oldest first: g, b or n for
// good, bad and no data, a capital letter for those that are complete, and the
// open one after a space.
func wantStrip(t *testing.T, s evaluate.SLO, want string) {
	t.Helper()
	got := ""
	for _, o := range s.Strip.Outcomes {
		letter := string(o.State[0])
		if o.Complete {
			letter = string(letter[0] - 'a' + 'A')
		}
		if o.Open {
			letter = " " + letter
		}
		got += letter
	}
	if got != want {
		t.Errorf("strip %q, want %q", got, want)
	}
}

// TestStrip: only windows that were read from begin to end count; a process that
// began to count in a window has seen all of it.
func TestStrip(t *testing.T) {
	src := &source{now: noon.Add(30 * time.Second)}
	e := src.evaluator(minutes(0.9))
	birth := noon.Add(20 * time.Second)
	s := src.look(e, 0, counter("m", birth, 1, 1))
	wantStrip(t, s, " g")
	if s.State != evaluate.NoData || s.Status != "no window of 1 min has been seen from begin to end yet" {
		t.Errorf("%s, %q", s.State, s.Status)
	}
	s = src.look(e, 30*time.Second, counter("m", birth, 1, 2)) // 12:01:00
	wantStrip(t, s, "B n")
	if s.State != evaluate.Bad || s.SinceStart.Total != 1 || s.SinceStart.Bad != 1 || s.Budget.Left != -9 {
		t.Errorf("%s, %+v, %+v", s.State, s.SinceStart, s.Budget)
	}
	wantStrip(t, src.look(e, 55*time.Second, counter("m", birth, 2, 2)), "B g")
	wantStrip(t, src.look(e, 15*time.Second, counter("m", birth, 3, 2)), "BG n")       // 12:02:10, just in time
	wantStrip(t, src.look(e, 62*time.Second, counter("m", birth, 4, 9)), "BGn n")      // 12:03:12, too late
	wantStrip(t, src.look(e, 28*time.Second, counter("m", birth, 5, 9)), "BGn g")      // 12:03:40
	wantStrip(t, src.look(e, 40*time.Second, counter("m", birth, 5, 9)), "BGng n")     // 12:04:20: neither begin nor end
	wantStrip(t, src.look(e, 200*time.Second, counter("m", birth, 5, 9)), "BGngnnn n") // 12:07:40
	s = src.look(e, 20*time.Second, counter("m", birth, 6, 9))                         // 12:08:00, but 12:07 not from its begin
	wantStrip(t, s, "BGngnnng n")
	if s.SinceStart.Good != 1 || s.SinceStart.Total != 2 {
		t.Errorf("%+v", s.SinceStart)
	}
	s = src.look(e, time.Minute, counter("m", birth, 6, 9))
	wantStrip(t, s, "BGngnnngN n")
	if s.SinceStart.Total != 2 {
		t.Errorf("windows without events count: %+v", s.SinceStart)
	}
}

// TestStripIsBounded: it has the last hour of minutes, with gaps for those that
// nobody saw.
func TestStripIsBounded(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(minutes(0.9))
	for i := range int64(70) {
		src.look(e, time.Minute, counter("m", noon, i))
	}
	s := src.look(e, 30*time.Minute, counter("m", noon, 70))
	if n := len(s.Strip.Outcomes); n != 60 || !s.Strip.Outcomes[0].Complete || !s.Strip.Outcomes[59].Open || s.Strip.Outcomes[58].State != evaluate.NoData {
		t.Errorf("%d windows: %+v", n, s.Strip.Outcomes)
	}
}

// TestStripOfGauge: a window counts if the gauge was read soon after its begin
// and not long before its end.
func TestStripOfGauge(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(slo.SLO{ID: "depth", Goal: 0.5, Days: 1, Windows: &slo.Windows{
		Length: time.Minute, Sum: &slo.MetricRange{Selection: slo.Selection{Metric: "depth"}, Min: 2, Max: 10},
	}})
	depth := func(values ...int64) *metric.Metric {
		m := counter("depth", time.Time{}, values...)
		m.Descriptor.Type = metric.TypeGaugeInt64
		return m
	}
	wantStrip(t, src.look(e, 0, depth(4, 6)), " g")
	wantStrip(t, src.look(e, 51*time.Second, depth(4, 7)), " b")
	wantStrip(t, src.look(e, 9*time.Second, depth(1, 1)), "B g") // 12:01:00
	wantStrip(t, src.look(e, 40*time.Second, depth(2, 2)), "B g")
	wantStrip(t, src.look(e, 35*time.Second, depth(2, 2)), "Bg g") // 12:02:15
	wantStrip(t, src.look(e, 40*time.Second, depth(2, 2)), "Bg g")
	s := src.look(e, 10*time.Second, depth(2)) // 12:03:05
	wantStrip(t, s, "Bgg g")
	if s.SinceStart.Total != 1 || s.SinceStart.Bad != 1 {
		t.Errorf("%+v", s.SinceStart)
	}
	if last := s.Strip.Outcomes[3]; last.Samples != 1 || *last.Value != 2 {
		t.Errorf("%+v", last)
	}
}

// TestCalendarPeriod: with a new day the budget is whole again.
func TestCalendarPeriod(t *testing.T) {
	objective := aOfAll("m")
	objective.Days, objective.Calendar = 0, "DAY"
	src := &source{now: noon}
	e := src.evaluator(objective)
	s := src.look(e, 0, counter("m", noon.Add(-time.Hour), 1, 9))
	wantWindow(t, s.Period, noon.Add(-time.Hour), 1, 10)
	if s.Period.Complete || s.State != evaluate.Bad || s.Budget.Left != -0.8 {
		t.Errorf("%s, %+v, %+v", s.State, s.Period, s.Budget)
	}
	s = src.look(e, 12*time.Hour+time.Minute, counter("m", noon.Add(-time.Hour), 2, 9))
	wantWindow(t, s.Period, noon.Add(12*time.Hour+time.Minute), 0, 0)
	if s.State != evaluate.NoData || s.Budget != nil || s.SinceStart.Total != 11 {
		t.Errorf("%s, %+v", s.State, s.Budget)
	}
	s = src.look(e, time.Hour, counter("m", noon.Add(-time.Hour), 5, 10))
	wantWindow(t, s.Period, noon.Add(12*time.Hour+time.Minute), 3, 4)
	if !s.Period.Complete || s.State != evaluate.Good || s.Budget.Left != 0.5 {
		t.Errorf("%s, %+v, %+v", s.State, s.Period, s.Budget)
	}
}

// TestWindowBegins at a reading that is just as old as it is long.
func TestWindowBegins(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	birth := noon.Add(-time.Hour)
	src.look(e, 0, counter("m", birth, 1))
	src.look(e, 20*time.Second, counter("m", birth, 2))
	wantWindow(t, src.look(e, 5*time.Minute, counter("m", birth, 4)).Windows[0], noon.Add(20*time.Second), 2, 2)
}
