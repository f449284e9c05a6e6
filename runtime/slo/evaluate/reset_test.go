package evaluate_test

import (
	"math"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// TestCounterResets: what a series had before it began anew stays in the sums,
// whether its start tells so or its value.
func TestCounterResets(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	birth := noon.Add(-time.Hour)
	wantWindow(t, src.look(e, 0, counter("m", birth, 10, 10)).SinceStart, birth, 10, 20)
	wantWindow(t, src.look(e, time.Second, counter("m", birth, 4, 12)).SinceStart, birth, 14, 26)
	anew := counter("m", noon, 5, 13)
	anew.Series[1].StartTime = birth // the other goes on
	wantWindow(t, src.look(e, time.Second, anew).SinceStart, birth, 19, 32)
	wantWindow(t, src.look(e, time.Second, anew).SinceStart, birth, 19, 32)
	gone := counter("m", noon, 6)
	wantWindow(t, src.look(e, time.Second, gone).SinceStart, birth, 20, 33)
	both := counter("m", noon, 6, 14)
	both.Series[1].StartTime = birth
	wantWindow(t, src.look(e, time.Second, both).SinceStart, birth, 20, 34)
}

func TestDistributionResets(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(under("m", 0, 20))
	birth := noon.Add(-time.Minute)
	bounds := []float64{10, 20}
	wantWindow(t, src.look(e, 0, histogram("m", birth, bounds, 1, 2, 3)).SinceStart, birth, 3, 6)
	// One bucket fell, though the count did not.
	wantWindow(t, src.look(e, time.Second, histogram("m", birth, bounds, 0, 2, 5)).SinceStart, birth, 5, 13)
	last := src.look(e, time.Second, histogram("m", noon, bounds, 0, 2, 5))
	wantWindow(t, last.SinceStart, birth, 7, 20)
	if got := last.SinceStart.Counts; len(got) != 3 || got[0] != 1 || got[1] != 6 || got[2] != 13 {
		t.Errorf("buckets since the start: %v", got)
	}
}

// TestBoundsChange: a view that is registered with other bounds goes on in the
// counts of good and all, but not in the histogram.
func TestBoundsChange(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(under("m", 0, 20))
	birth := noon.Add(-time.Minute)
	src.look(e, 0, histogram("m", birth, []float64{10, 20}, 1, 2, 3))
	changed := src.look(e, time.Second, histogram("m", noon, []float64{20}, 10, 1))
	wantWindow(t, changed.SinceStart, birth, 13, 17)
	if changed.SinceStart.Counts != nil || len(changed.Histogram.Bounds) != 1 || changed.Histogram.GoodTo != 1 {
		t.Errorf("histogram %+v with counts %v", changed.Histogram, changed.SinceStart.Counts)
	}
	off := src.look(e, time.Second, histogram("m", noon, []float64{30}, 100, 100))
	if off.Computable || off.SinceStart.Total != 0 {
		t.Errorf("without the bound: %+v", off)
	}
	// Nobody can tell what was good meanwhile: it begins anew.
	src.look(e, time.Second, histogram("m", noon, []float64{20}, 10, 1))
	again := src.look(e, time.Second, histogram("m", noon, []float64{20}, 11, 1))
	wantWindow(t, again.SinceStart, noon.Add(3*time.Second), 1, 1)
}

// TestLabelsChange: a view that is registered with other tags goes on.
func TestLabelsChange(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	src.look(e, 0, counter("m", noon.Add(-time.Second), 1, 1))
	m := counter("m", noon, 0)
	m.Descriptor.LabelKeys = []metric.LabelKey{{Key: "region"}, {Key: "kind"}}
	m.Series[0].LabelValues = []metric.LabelValue{metric.NewLabelValue("eu"), metric.NewLabelValue("a")}
	m.Series[0].Point.Value = int64(5)
	wantWindow(t, src.look(e, time.Second, m).SinceStart, noon.Add(-time.Second), 6, 7)
	m.Descriptor.LabelKeys[1].Key = "sort"
	if got := src.look(e, time.Second, m); got.Computable || got.Status != `m has no label "kind", by which the SLO selects series` {
		t.Errorf("without the label: %q", got.Status)
	}
}

// TestNoStart: a producer that does not say since when it counts counts since
// the first reading.
func TestNoStart(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	wantWindow(t, src.look(e, 0, counter("m", time.Time{}, 10, 10)).SinceStart, noon, 0, 0)
	wantWindow(t, src.look(e, time.Second, counter("m", time.Time{}, 11, 12)).SinceStart, noon, 1, 3)
}

// TestWindowsBeginAtTheFirstLook: of a process that has lived for long nobody
// knows when it counted what.
func TestWindowsBeginAtTheFirstLook(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	birth := noon.Add(-2 * time.Hour)
	s := src.look(e, 0, counter("m", birth, 10, 10))
	wantWindow(t, s.SinceStart, birth, 10, 20)
	wantWindow(t, s.Windows[0], noon, 0, 0)
	wantWindow(t, s.Windows[1], noon, 0, 0)
	wantWindow(t, s.Windows[2], birth, 10, 20)
	s = src.look(e, 200*time.Second, counter("m", birth, 12, 15))
	wantWindow(t, s.Windows[0], noon, 2, 7)
	if s.Windows[0].Complete {
		t.Error("200 s are not 5 minutes")
	}
	s = src.look(e, 110*time.Second, counter("m", birth, 12, 16))
	wantWindow(t, s.Windows[0], noon, 2, 8)
	if !s.Windows[0].Complete {
		t.Error("310 s are 5 minutes, by a tenth")
	}
	// Then nobody looks for a while: the window does not begin an hour ago.
	s = src.look(e, time.Hour, counter("m", birth, 13, 16))
	wantWindow(t, s.Windows[0], s.Windows[0].To, 0, 0)
	if s.Windows[0].State != "no_data" || s.Windows[0].Ratio != nil {
		t.Errorf("a window without length: %+v", s.Windows[0])
	}
}

// TestSetBack: a clock that is set back does not turn windows around.
func TestSetBack(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	src.look(e, 0, counter("m", noon.Add(-time.Second), 1, 1))
	s := src.look(e, -time.Hour, counter("m", noon.Add(-time.Second), 2, 2))
	wantWindow(t, s.SinceStart, noon.Add(-time.Second), 2, 4)
	if !s.SinceStart.To.Equal(noon) {
		t.Errorf("until %v", s.SinceStart.To)
	}
}

func TestNotANumber(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	m := counter("m", noon.Add(-time.Second), 1)
	m.Descriptor.Type = metric.TypeCumulativeFloat64
	m.Series[0].Point.Value = math.NaN()
	if s := src.look(e, 0, m); s.Computable || s.Status != "a series of m has the value NaN, which is not finite" {
		t.Errorf("%+v", s)
	}
}

// TestFallen: a total that counts up and down is no count of events, whatever it does next.
func TestFallen(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	src.look(e, 0, counter("m", noon, 5, 5))
	for _, value := range []int64{4, 9, 100} {
		m := counter("m", noon, value, 5)
		m.Descriptor.Fallen = true
		s := src.look(e, time.Second, m)
		if want := "m has fallen, so it counts up and down and is no count of events: select a metric that only grows"; s.Computable || s.Status != want || s.SinceStart.Total != 0 {
			t.Errorf("at %d: %q, computable %t, %v events", value, s.Status, s.Computable, s.SinceStart.Total)
		}
	}
}
