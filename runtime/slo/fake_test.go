package slo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.opencensus.io/metric/metricdata"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/slo"
)

// A source is metrics that a test sets, and a clock.
type source struct {
	metrics []*metricdata.Metric
	err     error
	now     time.Time
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func (s *source) evaluator(slos ...runtime.SLO) *slo.Evaluator {
	return slo.New(slo.Options{
		SLOs:   slos,
		Gather: func(context.Context) ([]*metricdata.Metric, error) { return s.metrics, s.err },
		Now:    func() time.Time { return s.now },
	})
}

// look sets what the next reading has, a while after the last, and returns the
// first SLO as it is then.
func (s *source) look(e *slo.Evaluator, after time.Duration, metrics ...*metricdata.Metric) slo.SLO {
	s.now = s.now.Add(after)
	s.metrics = metrics
	return e.Evaluate(context.Background()).SLOs[0]
}

// counter returns a count with a label; values are by that label's values "a",
// "b" and so on.
func counter(name string, start time.Time, values ...int64) *metricdata.Metric {
	m := &metricdata.Metric{Descriptor: metricdata.Descriptor{
		Name: name, Type: metricdata.TypeCumulativeInt64, LabelKeys: []metricdata.LabelKey{{Key: "kind"}},
	}}
	for i, v := range values {
		m.TimeSeries = append(m.TimeSeries, &metricdata.TimeSeries{
			StartTime:   start,
			LabelValues: []metricdata.LabelValue{metricdata.NewLabelValue(string(rune('a' + i)))},
			Points:      []metricdata.Point{metricdata.NewInt64Point(noon, v)},
		})
	}
	return m
}

// histogram returns a distribution of one series; counts has one more than
// bounds.
func histogram(name string, start time.Time, bounds []float64, counts ...int64) *metricdata.Metric {
	d := &metricdata.Distribution{BucketOptions: &metricdata.BucketOptions{Bounds: bounds}}
	for _, n := range counts {
		d.Buckets = append(d.Buckets, metricdata.Bucket{Count: n})
		d.Count += n
	}
	return &metricdata.Metric{
		Descriptor: metricdata.Descriptor{Name: name, Type: metricdata.TypeCumulativeDistribution},
		TimeSeries: []*metricdata.TimeSeries{{StartTime: start, Points: []metricdata.Point{metricdata.NewDistributionPoint(noon, d)}}},
	}
}

// aOfAll counts kind a as good.
func aOfAll(metric string) runtime.SLO {
	return runtime.SLO{ID: "a_of_all", Goal: 0.5, Days: 28, Ratio: &runtime.Ratio{
		Good:  &runtime.Selection{Metric: metric, Unit: "1", Where: []runtime.Condition{{Key: "kind", Values: []string{"a"}}}},
		Total: &runtime.Selection{Metric: metric, Unit: "1"},
	}}
}

func under(metric string, min, max float64) runtime.SLO {
	return runtime.SLO{ID: "under", Goal: 0.5, Days: 28, Distribution: &runtime.DistributionCut{
		Selection: runtime.Selection{Metric: metric, Unit: "ms"}, Min: min, Max: max,
	}}
}

func wantWindow(t *testing.T, w slo.Window, from time.Time, good, total float64) {
	t.Helper()
	if !w.From.Equal(from) || w.Good != good || w.Total != total {
		t.Errorf("window %s has %v of %v since %v, want %v of %v since %v", w.Name, w.Good, w.Total, w.From, good, total, from)
	}
}

var errProducer = errors.New("the producer *x.y of metrics panicked: no metrics today")
