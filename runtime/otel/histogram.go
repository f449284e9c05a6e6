package otel

import (
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// histogram returns the points of a metric whose values are distributions. They have no
// minimum and maximum, because the recorders keep none.
func (s *stream) histogram(series []*metric.Series) (metricdata.Aggregation, error) {
	points := make([]metricdata.HistogramDataPoint[float64], s.points(series))
	if len(points) == 0 {
		return nil, nil
	}
	var made histograms
	used := 0
	for i, one := range series {
		d, ok := one.Point.Value.(*metric.Distribution)
		if !ok || d == nil || len(d.Buckets) != len(d.Bounds)+1 {
			return nil, s.misfit(one.Point.Value)
		}
		r := &s.rows[i]
		start, end := one.StartTime, one.Point.Time
		if s.delta {
			changed := r.last.changed(d)
			if start, end = r.last.interval(one); !changed {
				continue
			}
		}
		r.sum = notLowered(d.Sum, r.sum)
		p := &points[used]
		p.Attributes, p.StartTime, p.Time, p.Sum = r.attributes, start, end, r.sum
		made.fill(p, d, r.last, len(points)-used)
		used++
	}
	return metricdata.Histogram[float64]{DataPoints: points, Temporality: s.temporality()}, nil
}

// rounding is the fraction by which a sum may fall by rounding alone: a recorder keeps the
// mean, and the sum is the mean times the count. So a record of zero can lower the sum.
const rounding = 1e-9

// notLowered returns the sum, or the last sum if only rounding has lowered it. Prometheus
// would take the fall for a counter that began again, and add the whole sum to the increase.
func notLowered(sum, last float64) float64 {
	if fall := last - sum; fall > 0 && fall <= rounding*last {
		return last
	}
	return sum
}

// histograms has the memory of the points of one metric in one collection.
type histograms struct {
	bounds    []float64 // of all points
	counts    block[uint64]
	exemplars block[metricdata.Exemplar[float64]]
	ids       block[byte]
}

// fill sets the buckets, the count and the exemplars of a point, and makes a delta of it.
// left is the number of points to fill, this one included. All distributions of a metric
// have the same bounds.
func (h *histograms) fill(p *metricdata.HistogramDataPoint[float64], d *metric.Distribution, l *last, left int) {
	if h.bounds == nil {
		h.bounds = slices.Clone(d.Bounds)
	}
	counts, exemplars := h.counts.take(len(d.Buckets), left), 0
	for i := range d.Buckets {
		b := &d.Buckets[i]
		counts[i] = uint64(b.Count)
		if b.Exemplar != nil {
			exemplars++
		}
	}
	p.Bounds, p.BucketCounts, p.Count = h.bounds, counts, uint64(d.Count)
	if l != nil {
		l.subtract(p)
	}
	if exemplars > 0 {
		p.Exemplars = h.convert(d.Buckets, h.exemplars.take(exemplars, min(left, 32))[:0], l)
	}
}

// convert appends the exemplars of the buckets, for a delta only those since the last
// reading.
func (h *histograms) convert(buckets []metric.Bucket, all []metricdata.Exemplar[float64], l *last) []metricdata.Exemplar[float64] {
	for i := range buckets {
		e := buckets[i].Exemplar
		if e == nil || l != nil && !l.isNew(i, e) {
			continue
		}
		converted := metricdata.Exemplar[float64]{Value: e.Value, Time: e.Timestamp}
		if e.Span.TraceID != (metric.TraceID{}) && e.Span.SpanID != (metric.SpanID{}) {
			converted.TraceID = h.copy(e.Span.TraceID[:])
			converted.SpanID = h.copy(e.Span.SpanID[:])
		}
		all = append(all, converted)
	}
	return all
}

// copy returns a copy of an id: all readings share an exemplar, and the result belongs to
// the caller.
func (h *histograms) copy(id []byte) []byte {
	copied := h.ids.take(len(id), 32)
	copy(copied, id)
	return copied
}

// A block gives out slices of larger allocations.
type block[T any] struct{ free []T }

// take returns n elements. If there are none left, it allocates memory for so many calls.
func (b *block[T]) take(n, calls int) []T {
	if len(b.free) < n {
		b.free = make([]T, n*calls)
	}
	taken := b.free[:n:n] // what is appended to it goes elsewhere
	b.free = b.free[n:]
	return taken
}
