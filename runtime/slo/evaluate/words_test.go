package evaluate_test

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/slo"
)

// TestIndicatorWords: an indicator reads as a person would say it.
func TestIndicatorWords(t *testing.T) {
	ms := slo.Selection{Metric: "m", Unit: "ms"}
	depth := slo.Selection{Metric: "d", Unit: "1"}
	cut := func(min, max float64) *slo.DistributionCut {
		return &slo.DistributionCut{Selection: ms, Min: min, Max: max}
	}
	lies := func(min, max float64) *slo.MetricRange {
		return &slo.MetricRange{Selection: depth, Min: min, Max: max}
	}
	where := func(c slo.Condition) *slo.Selection {
		return &slo.Selection{Metric: "m", Where: []slo.Condition{c}}
	}
	ratio := &slo.Ratio{
		Good:  where(slo.Condition{Key: "k", Values: []string{"a", "b"}}),
		Total: where(slo.Condition{Key: "k", Prefixes: []string{"/api"}}),
	}
	mixed := &slo.Ratio{
		Bad:   where(slo.Condition{Key: "k", Values: []string{"429"}, Prefixes: []string{"50", "6"}}),
		Total: where(slo.Condition{Key: "k", Op: slo.Not, Values: []string{"404"}, Prefixes: []string{"3"}}),
	}
	inf := math.Inf(1)
	for _, c := range []struct {
		slo  slo.SLO
		want string
	}{
		{slo.SLO{Ratio: ratio}, "good m{k=a|b} against all m{k=/api…}"},
		{slo.SLO{Ratio: mixed}, "bad m{k=429|50…|6…} against all m{k!=404|3…}"},
		{slo.SLO{Distribution: cut(0, 1e6)}, "m below 1000000 ms"},
		{slo.SLO{Distribution: cut(-inf, 0.25)}, "m below 0.25 ms"},
		{slo.SLO{Distribution: cut(5, 20)}, "m from 5 to below 20 ms"},
		{slo.SLO{Distribution: cut(5, inf)}, "m from 5 ms"},
		{slo.SLO{Distribution: cut(0, inf)}, "m of any value"},
		{slo.SLO{Windows: &slo.Windows{Length: time.Minute, Threshold: 0.95, Ratio: ratio}},
			"windows of 1 min, each at least 95% good: good m{k=a|b} against all m{k=/api…}"},
		{slo.SLO{Windows: &slo.Windows{Length: 90 * time.Minute, Threshold: 0.999, Distribution: cut(0, 500)}},
			"windows of 1 h 30 min, each at least 99.9% good: m below 500 ms"},
		{slo.SLO{Windows: &slo.Windows{Length: 24 * time.Hour, Mean: lies(-inf, 100)}}, "windows of 1 d: mean of d at most 100"},
		{slo.SLO{Windows: &slo.Windows{Length: 67500 * time.Millisecond, Sum: lies(0, inf)}}, "windows of 1 min 7.5 s: sum of d at least 0"},
		{slo.SLO{Windows: &slo.Windows{Length: time.Hour, Sum: lies(-1, 1e20)}}, "windows of 1 h: sum of d from -1 to 1e+20"},
		{slo.SLO{Windows: &slo.Windows{Length: time.Hour, Mean: lies(-inf, inf)}}, "windows of 1 h: mean of d of any value"},
	} {
		c.slo.Goal, c.slo.Days = 0.9, 1
		src := &source{now: noon}
		if got := src.evaluator(c.slo).Evaluate(context.Background()).SLOs[0].Indicator; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
