package otel

import (
	"fmt"
	"slices"
	"time"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// A stream is a metric and what a Producer remembers of its series.
type stream struct {
	name, description, unit string
	keys                    []string // of the attributes, one for each label
	delta                   bool
	observed                *observed // nil unless the values come from the program's functions
	outlives                bool      // a sum of observed totals goes on after Unregister
	rows                    []row     // row i is the i-th series of the last reading
}

// A row is what is remembered of one series.
type row struct {
	first      *metric.LabelValue // identifies the series: readings share the labels of a series
	start      time.Time          // identifies a series without labels
	attributes attribute.Set
	sum        float64 // of a distribution: the total of the last point
	last       *last   // nil unless the stream has delta temporality
}

func newStream(d metric.Descriptor, isObserved bool, all settings, prefix string) *stream {
	s := &stream{name: d.Name, description: d.Description, unit: d.Unit, delta: all.deltas.of(d, isObserved)}
	for _, k := range d.LabelKeys {
		s.keys = append(s.keys, k.Key)
	}
	if isObserved {
		s.observed = newObserved(record.CounterOfMeasure(d.Name, record.ReasonPanicked))
		s.outlives = d.Type.Cumulative()
	}
	if all.metricTypes {
		s.name = cloudmonitoring.MetricType(prefix, d.Name)
		for i, key := range s.keys {
			s.keys[i] = cloudmonitoring.LabelKey(key)
		}
	}
	return s
}

// named returns the data with the metric's name.
func (s *stream) named(data metricdata.Aggregation) metricdata.Metrics {
	return metricdata.Metrics{Name: s.name, Description: s.description, Unit: s.unit, Data: data}
}

// forget drops the rows of a registration that has ended. The series of observed totals go
// on, so their next deltas must not begin anew.
func (s *stream) forget() {
	if !s.outlives {
		s.rows = nil
	}
}

// align makes row i the row of the i-th series. Mostly the series are those of the last
// reading, followed by new ones. Rows of series that are gone are dropped.
func (s *stream) align(series []*metric.Series) error {
	same := 0
	for same < min(len(s.rows), len(series)) && s.rows[same].isOf(series[same]) {
		same++
	}
	old := s.rows
	moved := byFirstLabel(old[same:])
	s.rows = slices.Grow(old[:same], len(series)-same)
	for _, one := range series[same:] {
		r, ok := moved[firstLabel(one)]
		if !ok {
			var err error
			if r, err = s.newRow(one); err != nil {
				return err
			}
		}
		s.rows = append(s.rows, r)
	}
	clear(old[min(len(s.rows), len(old)):]) // frees what the dropped rows refer to
	return nil
}

// isOf reports whether the row is of the series. The only series of a metric without labels may
// have ended and begun anew: then it has another start.
func (r *row) isOf(s *metric.Series) bool {
	return r.first == firstLabel(s) && (r.first != nil || r.start.Equal(s.StartTime))
}

// firstLabel identifies a series of a metric within a registration. It is nil for the only
// series of a metric without labels.
func firstLabel(s *metric.Series) *metric.LabelValue {
	if len(s.LabelValues) == 0 {
		return nil
	}
	return &s.LabelValues[0]
}

// byFirstLabel returns the rows of series with labels by the identity of their series.
func byFirstLabel(rows []row) map[*metric.LabelValue]row {
	if len(rows) == 0 {
		return nil
	}
	all := make(map[*metric.LabelValue]row, len(rows))
	for _, r := range rows {
		if r.first != nil {
			all[r.first] = r
		}
	}
	return all
}

// newRow returns the row of a new series.
func (s *stream) newRow(one *metric.Series) (row, error) {
	if len(one.LabelValues) != len(s.keys) {
		return row{}, fmt.Errorf("metric %q has a series with %d label values for %d label keys: it is left out; generate its package again with the version of ocgen in go.mod", s.name, len(one.LabelValues), len(s.keys))
	}
	r := row{first: firstLabel(one), start: one.StartTime, attributes: attributesOf(s.keys, one.LabelValues)}
	if s.delta {
		r.last = &last{}
	}
	return r, nil
}

// attributesOf returns the labels. An absent label is no attribute.
func attributesOf(keys []string, values []metric.LabelValue) attribute.Set {
	attributes := make([]attribute.KeyValue, 0, len(values))
	for i, v := range values {
		if v.Present {
			attributes = append(attributes, attribute.String(keys[i], v.Value))
		}
	}
	return attribute.NewSet(attributes...)
}
