package runtime

import (
	"slices"
	"time"

	"go.opencensus.io/metric/metricdata"
)

// read returns the metric, and nil without a series.
func (s *SeriesSet[C]) read(now time.Time) *metricdata.Metric {
	s.mu.Lock()
	d, series := s.descriptor.Load(), s.series
	s.mu.Unlock()
	if d == nil || len(series) == 0 {
		return nil
	}
	m := &metricdata.Metric{Descriptor: *d}
	m.Descriptor.LabelKeys = slices.Clone(d.LabelKeys)
	values := s.kind.read(series, s.info.ZeroRows)
	if s.descriptor.Load() != d {
		return nil // stopped meanwhile: series may have ended without a record
	}
	rows := make([]metricdata.TimeSeries, len(series))
	points := make([]metricdata.Point, len(series))
	labels := make([]metricdata.LabelValue, len(series)*len(s.info.Tags))
	m.TimeSeries = make([]*metricdata.TimeSeries, 0, len(series))
	label := s.places.labels()
	for i, v := range values {
		if v == nil {
			continue
		}
		row, o := &rows[i], s.kind.origin(series[i])
		row.LabelValues, labels = labels[:len(s.info.Tags):len(s.info.Tags)], labels[len(s.info.Tags):]
		label(o.index, row.LabelValues)
		points[i] = metricdata.Point{Time: now, Value: v}
		row.Points = points[i : i+1 : i+1]
		if s.kind.cumulative {
			row.StartTime = time.Unix(0, o.start.Load())
			if !now.After(row.StartTime) { // a backend would refuse it
				points[i].Time = row.StartTime.Add(1)
			}
		}
		m.TimeSeries = append(m.TimeSeries, row)
	}
	if len(m.TimeSeries) == 0 {
		return nil
	}
	return m
}
