package series

import (
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/number"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// An observedView is one view of an observed measure. The lock of the measure guards it.
type observedView[T int64 | float64] struct {
	info     ObservedInfo
	places   *places
	byIndex  map[uint64]*observedRow[T]
	rows     []*observedRow[T] // in the order of their first observation
	counters map[record.Reason]*record.Counter
}

// An observedRow is one series.
type observedRow[T int64 | float64] struct {
	index  uint64
	labels []metric.LabelValue // the same in all readings; nil before the first
	start  time.Time
	active int // observations
	has    bool
	value  T // if there is one; the value of a sum never falls
	past   T // of a sum: the totals of observations that have ended while others go on
	sum    T // while it is added up
}

func newObservedView[T int64 | float64](info ObservedInfo) *observedView[T] {
	info.Tags = endingTags(info.Tags)
	v := &observedView[T]{
		info:     info,
		places:   newPlaces(info.Tags),
		byIndex:  map[uint64]*observedRow[T]{},
		counters: map[record.Reason]*record.Counter{},
	}
	for _, r := range []record.Reason{record.ReasonNotFinite, record.ReasonNegative, record.ReasonPanicked} {
		v.counters[r] = record.CounterOfMeasure(info.Name, r)
	}
	return v
}

// endingTags returns the tags for series that end.
func endingTags(tags []*record.Tag) []*record.Tag {
	var ending []*record.Tag
	for _, t := range tags {
		ending = append(ending, t.Ending())
	}
	return ending
}

// row returns the series of an observation whose tags have the indices. It returns nil for a
// view of last values if one of the tags is "__other__": its series would have the value of
// one thing out of several.
func (v *observedView[T]) row(tags []*record.Tag, indices []uint64, now time.Time) *observedRow[T] {
	parts := make([]uint64, len(v.info.Tags))
	for i, t := range v.info.Tags {
		if at := slices.Index(tags, t); at >= 0 {
			parts[i] = indices[at]
		}
	}
	index := v.places.join(parts)
	r := v.byIndex[index]
	if r == nil {
		if r = v.begin(index, now); r == nil {
			return nil
		}
	}
	r.active++
	return r
}

// begin returns the series of an index that had none, or nil: see row.
func (v *observedView[T]) begin(index uint64, now time.Time) *observedRow[T] {
	held, ok := v.places.hold(index)
	if !ok {
		return nil
	}
	r := v.byIndex[held]
	if r != nil || !v.info.Sum && v.places.pastLimit(held) {
		v.places.release(held)
		return r
	}
	r = &observedRow[T]{index: held, start: now}
	v.byIndex[held] = r
	v.rows = append(v.rows, r)
	return r
}

// leave removes an observation from its series. A series ends with its last observation, and
// gives its places back.
func (v *observedView[T]) leave(r *observedRow[T], ob *observation[T]) {
	r.active--
	r.past = number.Plus(r.past, ob.total)
	if r.active > 0 {
		return
	}
	delete(v.byIndex, r.index)
	i := slices.Index(v.rows, r)
	v.rows = slices.Delete(v.rows, i, i+1)
	v.places.release(r.index)
	endings.n.Add(1)
}

// addUp sets the values of the i-th view, a view of sums. When an observation ends, the
// order of the addition changes, and a float sum may be rounded differently; so the larger
// of the old and the new value is kept.
func (v *observedView[T]) addUp(i int, active []*observation[T]) {
	for _, r := range v.rows {
		r.sum = r.past
	}
	for _, ob := range active {
		if ob.known {
			ob.rows[i].sum = number.Plus(ob.rows[i].sum, ob.total)
			ob.rows[i].has = true
		}
	}
	for _, r := range v.rows {
		r.value = max(r.value, r.sum)
	}
}

// choose sets the values of the i-th view, a view of last values: each series has the value
// of its newest function, or none if that function has none.
func (v *observedView[T]) choose(i int, samples []sample[T]) {
	for _, r := range v.rows {
		r.has = false
	}
	for _, s := range samples {
		if r := s.of.rows[i]; r != nil && !s.of.stopped {
			r.value, r.has = s.value, s.failed == ""
		}
	}
}

// metric returns the view's metric, and nil without a series.
func (v *observedView[T]) metric(d metric.Descriptor, now time.Time) *metric.Metric {
	m := &metric.Metric{Descriptor: d}
	for _, r := range v.rows {
		if !r.has {
			continue
		}
		if r.labels == nil { // the process tags are known since the registration
			r.labels = v.places.labelValues(r.index)
		}
		ts := &metric.Series{
			LabelValues: r.labels,
			Point:       metric.Point{Time: now, Value: r.value},
		}
		if v.info.Sum {
			ts.StartTime = r.start
			if !now.After(r.start) { // a clock may be coarse; a backend would refuse it
				ts.Point.Time = r.start.Add(1)
			}
		}
		m.Series = append(m.Series, ts)
	}
	if len(m.Series) == 0 {
		return nil
	}
	return m
}
