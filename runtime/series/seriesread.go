package series

import (
	"math"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// read returns the metric, or nil if there is no series. It uses the memory of last, an
// earlier reading of the set, again, so last must no longer be used; last may be nil. All
// readings share labels, bounds and exemplars, which must not be changed.
func (s *SeriesSet[C]) read(now time.Time, last *metric.Metric) *metric.Metric {
	d, series, labels := s.listed()
	if len(series) == 0 {
		return nil
	}
	rows := record.Rows(last, len(series))
	value := s.kind.reader(len(series), s.info.ZeroRows)
	used := 0
	for _, c := range series {
		own := labels.next()
		if s.info.ZeroRows && s.kind.origin(c).start.Load() == 0 {
			continue // has no record, and is no zero row
		}
		row := rows[used]
		v := value(c, row.Point.Value)
		if v == nil {
			continue
		}
		used++
		row.LabelValues, row.StartTime, row.Point = own, time.Time{}, metric.Point{Time: now, Value: v}
		if s.kind.cumulative {
			s.date(row, c)
		}
	}
	if used == 0 || s.descriptor.Load() != d {
		return nil // stopped meanwhile: its series may have ended without a record
	}
	if last == nil {
		last = &metric.Metric{}
	}
	*last = metric.Metric{Descriptor: *d, Series: rows[:used]}
	return last
}

// date sets the start time of a cumulative row.
func (s *SeriesSet[C]) date(row *metric.Series, c *C) {
	row.StartTime = time.Unix(0, s.kind.origin(c).start.Load())
	if !row.Point.Time.After(row.StartTime) { // a backend would refuse it
		row.Point.Time = row.StartTime.Add(1)
	}
}

// listed returns the registration, which is identified by its descriptor, its series and
// their labels. Recorders never wait for the labels.
func (s *SeriesSet[C]) listed() (registration *metric.Descriptor, series []*C, of labelCursor) {
	s.labelling.Lock()
	defer s.labelling.Unlock()
	s.mu.Lock()
	if s.gone > 0 {
		s.compact()
	}
	registration, series = s.descriptor.Load(), s.series
	s.mu.Unlock()
	if registration == nil {
		return nil, nil, labelCursor{}
	}
	if s.labelled != registration {
		s.labels, s.labelled = labels{}, registration
	}
	blocks := s.labels.of(s.places, len(series), func(i int) uint64 { return s.kind.origin(series[i]).index })
	return registration, series, labelCursor{size: len(s.places.places), blocks: blocks}
}

// each makes the reader of a kind whose values are numbers.
func each[C any](value func(c *C, zero bool, last any) any) func(n int, zero bool) func(*C, any) any {
	return func(_ int, zero bool) func(*C, any) any {
		return func(c *C, last any) any { return value(c, zero, last) }
	}
}

// boxedInt64 returns v as an interface. If last is equal it returns last, because a new
// interface allocates memory.
func boxedInt64(v int64, last any) any {
	if l, ok := last.(int64); ok && l == v {
		return last
	}
	return v
}

// boxedFloat64 is boxedInt64 for floats. Equal is equal to the bit: 0 is not -0.
func boxedFloat64(v float64, last any) any {
	if l, ok := last.(float64); ok && math.Float64bits(l) == math.Float64bits(v) {
		return last
	}
	return v
}
