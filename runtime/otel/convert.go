package otel

import (
	"fmt"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// The SDK writes into the slices of a result when its caller collects into the same
// ResourceMetrics again. So each collection makes new ones, and none has room for another
// one's elements behind its own.

// convert returns the points of a metric, or nil if there is none: no series of a delta has
// changed. Points after an error are missing from this collection.
func (s *stream) convert(m *metric.Metric) (metricdata.Aggregation, error) {
	if err := s.align(m.Series); err != nil {
		return nil, err
	}
	upDown := m.Descriptor.UpDown
	switch t := m.Descriptor.Type; {
	case t == metric.TypeGaugeInt64 && !upDown:
		return gauge[int64](s, m.Series)
	case t == metric.TypeGaugeFloat64 && !upDown:
		return gauge[float64](s, m.Series)
	case t == metric.TypeCumulativeInt64, t == metric.TypeGaugeInt64:
		return sum[int64](s, m.Series, !upDown)
	case t == metric.TypeCumulativeFloat64, t == metric.TypeGaugeFloat64:
		return sum[float64](s, m.Series, !upDown)
	case t == metric.TypeCumulativeDistribution:
		return s.histogram(m.Series)
	}
	return nil, s.misfit(m.Descriptor.Type)
}

// misfit returns the error for a metric that no recorder makes.
func (s *stream) misfit(what any) error {
	return fmt.Errorf("metric %q has %v (%T), which no recorder of ocgen makes: it is left out; generate its package again with the version of ocgen in go.mod", s.name, what, what)
}

func gauge[N int64 | float64](s *stream, series []*metric.Series) (metricdata.Aggregation, error) {
	points, err := numbers[N](s, series)
	if len(points) == 0 {
		return nil, err
	}
	return metricdata.Gauge[N]{DataPoints: points}, nil
}

func sum[N int64 | float64](s *stream, series []*metric.Series, monotonic bool) (metricdata.Aggregation, error) {
	points, err := numbers[N](s, series)
	if len(points) == 0 {
		return nil, err
	}
	return metricdata.Sum[N]{DataPoints: points, Temporality: s.temporality(), IsMonotonic: monotonic}, nil
}

func (s *stream) temporality() metricdata.Temporality {
	if s.delta {
		return metricdata.DeltaTemporality
	}
	return metricdata.CumulativeTemporality
}

// numbers returns the points of a metric whose values are numbers.
func numbers[N int64 | float64](s *stream, series []*metric.Series) ([]metricdata.DataPoint[N], error) {
	points := make([]metricdata.DataPoint[N], s.points(series))
	used := 0
	for i, one := range series {
		value, ok := one.Point.Value.(N)
		if !ok {
			return nil, s.misfit(one.Point.Value)
		}
		r := &s.rows[i]
		start, end := one.StartTime, one.Point.Time
		if s.delta {
			changed := r.last.changed(one.Point.Value)
			if start, end = r.last.interval(one); !changed {
				continue
			}
			before, _ := r.last.number.(N)
			r.last.number = one.Point.Value
			value -= before
		}
		p := &points[used]
		p.Attributes, p.StartTime, p.Time, p.Value = r.attributes, start, end, value
		used++
	}
	return points, nil
}

// points returns the number of series that have a point.
func (s *stream) points(series []*metric.Series) int {
	if !s.delta {
		return len(series)
	}
	n := 0
	for i, one := range series {
		if s.rows[i].last.changed(one.Point.Value) {
			n++
		}
	}
	return n
}
