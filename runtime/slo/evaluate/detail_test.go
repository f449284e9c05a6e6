package evaluate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
)

// TestDetails: by combination, with the rest, a detail has what the SLO has, in
// every form on events, after resets too.
func TestDetails(t *testing.T) {
	w := newWorld(t, viewsRecorder(t), 1)
	all := forms(w.recorder.prefix)
	var slos []slo.SLO
	for _, f := range all {
		slos = append(slos, f.slo)
	}
	e := w.evaluator(slos)
	for range 5 {
		for range 100 {
			w.record()
		}
		w.pass(time.Minute)
		e.Evaluate(context.Background())
		w.recorder.reset()
	}
	for _, f := range all {
		d, ok := e.Detail(context.Background(), f.slo.ID)
		if !ok || f.weigh == nil {
			continue
		}
		sum := d.Rest
		for _, c := range d.Combinations {
			good, total := w.count(time.Time{}, w.now, func(r request) (float64, float64) {
				if labels := combination(d.Keys, w.recorder.prefix, r); !slices.Equal(labels, c.Values) {
					return 0, 0
				}
				return f.weigh(r)
			})
			if c.Good != good || c.Total != total || c.Bad != total-good {
				t.Errorf("%s: %+v, want %v of %v", f.slo.ID, c, good, total)
			}
			sum.Good += c.Good
			sum.Total += c.Total
		}
		if good, total := w.count(time.Time{}, w.now, f.weigh); sum.Good != good || sum.Total != total || len(d.Combinations) < 2 {
			t.Errorf("%s: %d combinations add up to %v of %v, want %v of %v", f.slo.ID, len(d.Combinations), sum.Good, sum.Total, good, total)
		}
		if !slices.IsSortedFunc(d.Combinations, func(a, b slo.Combination) int { return int(b.Bad - a.Bad) }) {
			t.Errorf("%s: not the most bad events first: %+v", f.slo.ID, d.Combinations)
		}
	}
}

// combination returns the request's values of the labels.
func combination(keys []string, prefix string, r request) []string {
	values := []string{}
	for _, key := range keys {
		switch key {
		case prefix + "route":
			values = append(values, r.route)
		case prefix + "outcome":
			values = append(values, r.outcome)
		}
	}
	return values
}

// TestDetailOfTwoMetrics: series of metrics with different labels are compared
// by those that they have in common.
func TestDetailOfTwoMetrics(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(slo.SLO{ID: "s", Goal: 0.5, Days: 1, Ratio: &slo.Ratio{
		Bad: &slo.Selection{Metric: "errors"}, Total: &slo.Selection{Metric: "all"},
	}})
	errors := counter("errors", noon.Add(-time.Second), 1, 2, 4)
	errors.Descriptor.LabelKeys = []metric.LabelKey{{Key: "code"}, {Key: "kind"}}
	for i, ts := range errors.Series {
		ts.LabelValues = []metric.LabelValue{metric.NewLabelValue(fmt.Sprint(i)), metric.NewLabelValue(string(rune('a' + i/2)))}
	}
	src.look(e, 0, errors, counter("all", noon.Add(-time.Second), 10, 10, 10))
	d, _ := e.Detail(context.Background(), "s")
	got, err := json.Marshal(d.Combinations)
	want := `[{"values":["b"],"good":6,"bad":4,"total":10},{"values":["a"],"good":7,"bad":3,"total":10},{"values":["c"],"good":10,"bad":0,"total":10}]`
	if err != nil || string(got) != want || !slices.Equal(d.Keys, []string{"kind"}) {
		t.Errorf("%v %s, want %s", d.Keys, got, want)
	}
}

// TestDetailIsBounded: what is not listed is in the rest.
func TestDetailIsBounded(t *testing.T) {
	src := &source{now: noon}
	selection := func(metric string) *slo.Selection { return &slo.Selection{Metric: metric} }
	e := src.evaluator(slo.SLO{ID: "s", Goal: 0.5, Days: 1, Ratio: &slo.Ratio{Bad: selection("bad"), Total: selection("all")}})
	const others = 20
	var bad, all []int64
	for i := range int64(slo.MaxCombinations + others) {
		bad, all = append(bad, i), append(all, 3*i)
	}
	src.look(e, 0, counter("bad", noon.Add(-time.Second), bad...), counter("all", noon.Add(-time.Second), all...))
	d, _ := e.Detail(context.Background(), "s")
	rest := slo.Combination{Values: []string{}, Good: 2 * others * (others - 1) / 2, Bad: others * (others - 1) / 2, Total: 3 * others * (others - 1) / 2}
	if len(d.Combinations) != slo.MaxCombinations || d.RestCount != others || d.Combinations[0].Bad != 69 || !reflect.DeepEqual(d.Rest, rest) {
		t.Errorf("%d combinations, the first %+v; %d others: %+v, want %+v", len(d.Combinations), d.Combinations[0], d.RestCount, d.Rest, rest)
	}
}

func TestDetailOfGauge(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(slo.SLO{ID: "s", Goal: 0.5, Days: 1, Windows: &slo.Windows{
		Length: time.Minute, Mean: &slo.MetricRange{Selection: slo.Selection{Metric: "depth"}, Max: 5},
	}})
	depth := counter("depth", time.Time{}, 3, 9)
	depth.Descriptor.Type = metric.TypeGaugeInt64
	src.look(e, 0, depth)
	d, _ := e.Detail(context.Background(), "s")
	if len(d.Combinations) != 2 || *d.Combinations[0].Value != 9 || *d.Combinations[1].Value != 3 || d.Rest.Total != 0 {
		t.Errorf("%+v", d)
	}
}

// TestDetailOfUndated: what was counted before the first reading, nobody says
// since when, is in the combinations and not in a window.
func TestDetailOfUndated(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(aOfAll("m"))
	src.look(e, 0, counter("m", time.Time{}, 100))
	src.look(e, time.Minute, counter("m", time.Time{}, 110))
	d, _ := e.Detail(context.Background(), "a_of_all")
	wantWindow(t, d.SLO.SinceStart, noon, 10, 10)
	if len(d.Combinations) != 1 || d.Combinations[0].Total != 110 {
		t.Errorf("%+v", d.Combinations)
	}
}

// TestDetailLeavesOutWhatTellsGoodFromBad: by the others a combination has both.
func TestDetailLeavesOutWhatTellsGoodFromBad(t *testing.T) {
	on := func(key string, op slo.ConditionOp, value string) slo.Condition {
		return slo.Condition{Key: key, Op: op, Values: []string{value}}
	}
	all := counter("all", noon.Add(-time.Second), 1, 2, 4, 8)
	all.Descriptor.LabelKeys = []metric.LabelKey{{Key: "outcome"}, {Key: "route"}}
	for i, values := range [][2]string{{"error", "/a"}, {"ok", "/a"}, {"error", "/b"}, {"ok", "/b"}} {
		all.Series[i].LabelValues = []metric.LabelValue{metric.NewLabelValue(values[0]), metric.NewLabelValue(values[1])}
	}
	starts := func(prefix string) *slo.Selection {
		return &slo.Selection{Metric: "all", Where: []slo.Condition{{Key: "outcome", Prefixes: []string{prefix}}}}
	}
	both := on("route", slo.StartsWith, "/")
	for name, test := range map[string]struct {
		ratio slo.Ratio
		keys  []string
	}{
		"bad of all":   {slo.Ratio{Bad: &slo.Selection{Metric: "all", Where: []slo.Condition{on("outcome", slo.AnyOf, "error")}}, Total: &slo.Selection{Metric: "all"}}, []string{"route"}},
		"good and bad": {slo.Ratio{Good: &slo.Selection{Metric: "all", Where: []slo.Condition{both, on("outcome", slo.Not, "error")}}, Bad: &slo.Selection{Metric: "all", Where: []slo.Condition{on("outcome", slo.AnyOf, "error"), both}}}, []string{"route"}},
		"by prefix":    {slo.Ratio{Good: starts("o"), Bad: starts("e")}, []string{"route"}},
		"by all":       {slo.Ratio{Bad: &slo.Selection{Metric: "all", Where: []slo.Condition{on("outcome", slo.AnyOf, "error"), on("route", slo.AnyOf, "/b")}}, Total: &slo.Selection{Metric: "all"}}, []string{"outcome", "route"}},
	} {
		src := &source{now: noon}
		e := src.evaluator(slo.SLO{ID: "s", Goal: 0.5, Days: 1, Ratio: &test.ratio})
		src.look(e, 0, all)
		d, _ := e.Detail(context.Background(), "s")
		if !slices.Equal(d.Keys, test.keys) {
			t.Errorf("%s: by %v, want %v", name, d.Keys, test.keys)
		}
		if len(test.keys) == 1 && (len(d.Combinations) != 2 || d.Combinations[0].Good != 8 || d.Combinations[0].Bad != 4) {
			t.Errorf("%s: %+v", name, d.Combinations)
		}
	}
}

// TestDetailLeavesOutWhatOnlyBadEventsHave: the class of an error, which is absent
// on success.
func TestDetailLeavesOutWhatOnlyBadEventsHave(t *testing.T) {
	for name, test := range map[string]struct {
		classes [4]string // of good, bad, good and bad
		keys    []string
	}{
		"absent on success":     {[4]string{"", "timeout", "", "refused"}, []string{"route"}},
		"present on a success":  {[4]string{"none", "timeout", "", "refused"}, []string{"class", "route"}},
		"absent from a failure": {[4]string{"", "timeout", "", ""}, []string{"class", "route"}},
	} {
		all := counter("all", noon.Add(-time.Second), 1, 2, 4, 8)
		all.Descriptor.LabelKeys = []metric.LabelKey{{Key: "outcome"}, {Key: "class"}, {Key: "route"}}
		for i, values := range [][]string{{"ok", "/a"}, {"error", "/a"}, {"ok", "/b"}, {"error", "/b"}} {
			class := metric.LabelValue{Value: test.classes[i], Present: test.classes[i] != ""}
			all.Series[i].LabelValues = []metric.LabelValue{metric.NewLabelValue(values[0]), class, metric.NewLabelValue(values[1])}
		}
		src := &source{now: noon}
		e := src.evaluator(slo.SLO{ID: "s", Goal: 0.5, Days: 1, Ratio: &slo.Ratio{
			Bad:   &slo.Selection{Metric: "all", Where: []slo.Condition{{Key: "outcome", Op: slo.AnyOf, Values: []string{"error"}}}},
			Total: &slo.Selection{Metric: "all"},
		}})
		src.look(e, 0, all)
		d, _ := e.Detail(context.Background(), "s")
		if !slices.Equal(d.Keys, test.keys) {
			t.Errorf("%s: by %v, want %v", name, d.Keys, test.keys)
		}
		if len(test.keys) == 1 && (len(d.Combinations) != 2 || d.Combinations[0].Bad != 8 || d.Combinations[0].Good != 4) {
			t.Errorf("%s: %+v", name, d.Combinations)
		}
	}
}
