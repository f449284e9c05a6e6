package slo_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
)

// TestIndicatorWords: an indicator reads as a person would say it.
func TestIndicatorWords(t *testing.T) {
	ms := runtime.Selection{Metric: "m", Unit: "ms"}
	depth := runtime.Selection{Metric: "d", Unit: "1"}
	cut := func(min, max float64) *runtime.DistributionCut {
		return &runtime.DistributionCut{Selection: ms, Min: min, Max: max}
	}
	lies := func(min, max float64) *runtime.MetricRange {
		return &runtime.MetricRange{Selection: depth, Min: min, Max: max}
	}
	where := func(c runtime.Condition) *runtime.Selection {
		return &runtime.Selection{Metric: "m", Where: []runtime.Condition{c}}
	}
	ratio := &runtime.Ratio{
		Good:  where(runtime.Condition{Key: "k", Values: []string{"a", "b"}}),
		Total: where(runtime.Condition{Key: "k", Op: runtime.StartsWith, Values: []string{"/api"}}),
	}
	mixed := &runtime.Ratio{
		Bad:   where(runtime.Condition{Key: "k", Values: []string{"429"}, Prefixes: []string{"50", "6"}}),
		Total: where(runtime.Condition{Key: "k", Op: runtime.Not, Values: []string{"404"}, Prefixes: []string{"3"}}),
	}
	inf := math.Inf(1)
	for _, c := range []struct {
		slo  runtime.SLO
		want string
	}{
		{runtime.SLO{Ratio: ratio}, "good m{k=a|b} against all m{k=/api…}"},
		{runtime.SLO{Ratio: mixed}, "bad m{k=429|50…|6…} against all m{k!=404|3…}"},
		{runtime.SLO{Distribution: cut(0, 1e6)}, "m below 1000000 ms"},
		{runtime.SLO{Distribution: cut(-inf, 0.25)}, "m below 0.25 ms"},
		{runtime.SLO{Distribution: cut(5, 20)}, "m from 5 to below 20 ms"},
		{runtime.SLO{Distribution: cut(5, inf)}, "m from 5 ms"},
		{runtime.SLO{Distribution: cut(0, inf)}, "m of any value"},
		{runtime.SLO{Windows: &runtime.Windows{Length: time.Minute, Threshold: 0.95, Ratio: ratio}},
			"windows of 1 min, each at least 95% good: good m{k=a|b} against all m{k=/api…}"},
		{runtime.SLO{Windows: &runtime.Windows{Length: 90 * time.Minute, Threshold: 0.999, Distribution: cut(0, 500)}},
			"windows of 1 h 30 min, each at least 99.9% good: m below 500 ms"},
		{runtime.SLO{Windows: &runtime.Windows{Length: 24 * time.Hour, Mean: lies(-inf, 100)}}, "windows of 1 d: mean of d at most 100"},
		{runtime.SLO{Windows: &runtime.Windows{Length: 67500 * time.Millisecond, Sum: lies(0, inf)}}, "windows of 1 min 7.5 s: sum of d at least 0"},
		{runtime.SLO{Windows: &runtime.Windows{Length: time.Hour, Sum: lies(-1, 1e20)}}, "windows of 1 h: sum of d from -1 to 1e+20"},
		{runtime.SLO{Windows: &runtime.Windows{Length: time.Hour, Mean: lies(-inf, inf)}}, "windows of 1 h: mean of d of any value"},
	} {
		c.slo.Goal, c.slo.Days = 0.9, 1
		src := &source{now: noon}
		if got := src.evaluator(c.slo).Evaluate(context.Background()).SLOs[0].Indicator; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
