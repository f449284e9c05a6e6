package otel

import (
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// A last is the last reading of a series with delta temporality.
type last struct {
	time   time.Time // zero: the series is new
	number any       // an int64 or a float64

	// Of a distribution. Slices are nil until they are needed.
	count     uint64
	sum       float64
	buckets   []uint64
	exemplars []*metric.Exemplar
}

// changed reports whether the series is new or has another value than at the last reading.
func (l *last) changed(value any) bool {
	if l.time.IsZero() {
		return true
	}
	if d, ok := value.(*metric.Distribution); ok {
		return uint64(d.Count) != l.count
	}
	return value != l.number
}

// interval returns the interval since the last reading, or since the series began, and
// begins the next one. Its times have no monotonic clock reading, because a backend compares
// wall clocks. If the wall clock was set back, the interval has one nanosecond: a backend
// would refuse an end that is not after the start.
func (l *last) interval(s *metric.Series) (start, end time.Time) {
	start, end = s.StartTime, s.Point.Time.Round(0)
	if !l.time.IsZero() {
		start = l.time
	}
	if !end.After(start) {
		end = start.Add(1)
	}
	l.time = end
	return start, end
}

// subtract subtracts the last reading from a point, and keeps the point's totals for the
// next one.
func (l *last) subtract(p *metricdata.HistogramDataPoint[float64]) {
	if l.buckets == nil {
		l.buckets = make([]uint64, len(p.BucketCounts))
	}
	for i, n := range p.BucketCounts {
		p.BucketCounts[i], l.buckets[i] = n-l.buckets[i], n
	}
	p.Count, l.count = p.Count-l.count, p.Count
	p.Sum, l.sum = p.Sum-l.sum, p.Sum
}

// isNew reports whether a bucket got its exemplar after the last reading. Time stamps do
// not tell that: a record takes its time before a reading may see it.
func (l *last) isNew(bucket int, e *metric.Exemplar) bool {
	if l.exemplars == nil {
		l.exemplars = make([]*metric.Exemplar, len(l.buckets))
	}
	known := l.exemplars[bucket] == e
	l.exemplars[bucket] = e
	return !known
}
