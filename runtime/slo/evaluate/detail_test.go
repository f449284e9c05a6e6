package evaluate_test

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

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
	for i := range int64(evaluate.MaxCombinations + others) {
		bad, all = append(bad, i), append(all, 3*i)
	}
	src.look(e, 0, counter("bad", noon.Add(-time.Second), bad...), counter("all", noon.Add(-time.Second), all...))
	d, _ := e.Detail(context.Background(), "s")
	rest := evaluate.Combination{Values: []string{}, Good: 2 * others * (others - 1) / 2, Bad: others * (others - 1) / 2, Total: 3 * others * (others - 1) / 2}
	if len(d.Combinations) != evaluate.MaxCombinations || d.RestCount != others || d.Combinations[0].Bad != 69 || !reflect.DeepEqual(d.Rest, rest) {
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
	both := slo.Condition{Key: "route", Prefixes: []string{"/"}}
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

// TestDetailOfEndedGauge: a series that is no longer exported has no value.
func TestDetailOfEndedGauge(t *testing.T) {
	src := &source{now: noon}
	e := src.evaluator(slo.SLO{ID: "s", Goal: 0.5, Days: 1, Windows: &slo.Windows{
		Length: time.Minute, Mean: &slo.MetricRange{Selection: slo.Selection{Metric: "depth"}, Max: 5},
	}})
	for i, values := range [][]int64{{3, 9}, {3}} {
		depth := counter("depth", time.Time{}, values...)
		depth.Descriptor.Type = metric.TypeGaugeInt64
		src.look(e, time.Duration(i)*time.Second, depth)
	}
	if d, _ := e.Detail(t.Context(), "s"); len(d.Combinations) != 1 {
		t.Errorf("%d combinations, and one series lives", len(d.Combinations))
	}
}
