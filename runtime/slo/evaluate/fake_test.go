package evaluate_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// A source is metrics that a test sets, and a clock.
type source struct {
	metrics []*metric.Metric
	err     error
	now     time.Time
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func (s *source) evaluator(slos ...slo.SLO) *evaluate.Evaluator {
	return evaluate.New(evaluate.Options{
		SLOs:   slos,
		Gather: func(context.Context) ([]*metric.Metric, error) { return s.metrics, s.err },
		Now:    func() time.Time { return s.now },
	})
}

// look sets what the next reading has, a while after the last, and returns the
// first SLO as it is then.
func (s *source) look(e *evaluate.Evaluator, after time.Duration, metrics ...*metric.Metric) evaluate.SLO {
	s.now = s.now.Add(after)
	s.metrics = metrics
	return e.Evaluate(context.Background()).SLOs[0]
}

// counter returns a count with a label; values are by that label's values "a",
// "b" and so on.
func counter(name string, start time.Time, values ...int64) *metric.Metric {
	m := &metric.Metric{Descriptor: metric.Descriptor{
		Name: name, Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "kind"}},
	}}
	for i, v := range values {
		m.Series = append(m.Series, &metric.Series{
			StartTime:   start,
			LabelValues: []metric.LabelValue{metric.NewLabelValue(string(rune('a' + i)))},
			Point:       metric.Point{Time: noon, Value: int64(v)},
		})
	}
	return m
}

// histogram returns a distribution of one series; counts has one more than
// bounds.
func histogram(name string, start time.Time, bounds []float64, counts ...int64) *metric.Metric {
	d := &metric.Distribution{Bounds: bounds}
	for _, n := range counts {
		d.Buckets = append(d.Buckets, metric.Bucket{Count: n})
		d.Count += n
	}
	return &metric.Metric{
		Descriptor: metric.Descriptor{Name: name, Type: metric.TypeCumulativeDistribution},
		Series:     []*metric.Series{{StartTime: start, Point: metric.Point{Time: noon, Value: d}}},
	}
}

// aOfAll counts kind a as good.
func aOfAll(metric string) slo.SLO {
	return slo.SLO{ID: "a_of_all", Goal: 0.5, Days: 28, Ratio: &slo.Ratio{
		Good:  &slo.Selection{Metric: metric, Unit: "1", Where: []slo.Condition{{Key: "kind", Values: []string{"a"}}}},
		Total: &slo.Selection{Metric: metric, Unit: "1"},
	}}
}

func under(metric string, min, max float64) slo.SLO {
	return slo.SLO{ID: "under", Goal: 0.5, Days: 28, Distribution: &slo.DistributionCut{
		Selection: slo.Selection{Metric: metric, Unit: "ms"}, Min: min, Max: max,
	}}
}

func wantWindow(t *testing.T, w evaluate.Window, from time.Time, good, total float64) {
	t.Helper()
	if !w.From.Equal(from) || w.Good != good || w.Total != total {
		t.Errorf("window %s has %v of %v since %v, want %v of %v since %v", w.Name, w.Good, w.Total, w.From, good, total, from)
	}
}

var errProducer = errors.New("the producer *x.y of metrics panicked: no metrics today")
