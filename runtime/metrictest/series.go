package metrictest

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A series is one time series at one time.
type series struct {
	descriptor metric.Descriptor
	labels     []metric.LabelValue // one for each key of the descriptor
	start      time.Time
	value      any     // int64, float64 or *metric.Distribution
	now        any     // value before the subtraction
	size       float64 // magnitude of a float64 sum before the subtraction, for its rounding error
	changed    bool    // since the start of the test
}

// newSeries returns the series with its last point. It returns false if the point cannot be
// compared: the points of summaries, and points that do not fit their descriptor.
func newSeries(d metric.Descriptor, ts *metric.Series) (series, bool) {
	if len(ts.LabelValues) != len(d.LabelKeys) {
		return series{}, false
	}
	s := series{descriptor: d, labels: ts.LabelValues, start: ts.StartTime, value: ts.Point.Value, now: ts.Point.Value}
	switch v := s.value.(type) {
	case int64:
	case float64:
		s.size = math.Abs(v)
	case *metric.Distribution:
		s.size = math.Abs(v.Sum)
	default:
		return series{}, false
	}
	return s, true
}

// key returns the identity of the series in the process.
func (s series) key() string {
	var b strings.Builder
	b.WriteString(strconv.Quote(s.descriptor.Name))
	for i, k := range s.descriptor.LabelKeys {
		b.WriteString(strconv.Quote(k.Key))
		b.WriteString(strconv.Quote(s.labels[i].Value))
	}
	return b.String()
}

// label returns the value of a label, "" if it is absent.
func (s series) label(key string) string {
	for i, k := range s.descriptor.LabelKeys {
		if k.Key == key {
			return s.labels[i].Value
		}
	}
	return ""
}

// since returns the difference between the series and its earlier state, if there is one. The
// sum is rounded to the precision of the subtraction. A series of totals with another start
// time has counted from zero again, because its view was registered again.
func (s series) since(before series, existed bool) series {
	if gauge(s.descriptor.Type) && !s.descriptor.UpDown {
		s.changed = !existed || !equal(s.value, before.value)
		return s
	}
	if existed && s.start.Equal(before.start) {
		s.subtract(before)
	} else {
		s.changed = true
	}
	switch v := s.value.(type) {
	case float64:
		s.value = rounded(v, s.size)
	case *metric.Distribution:
		d := *v
		d.Sum = rounded(v.Sum, s.size)
		s.value = &d
	}
	return s
}

// subtract subtracts the earlier state of the series.
func (s *series) subtract(before series) {
	switch now := s.value.(type) {
	case int64:
		if then, ok := before.value.(int64); ok {
			s.value, s.changed = now-then, now != then
		}
	case float64:
		if then, ok := before.value.(float64); ok {
			s.value, s.changed = now-then, now != then
			s.size = max(s.size, math.Abs(then)) // an up-down count may have been larger
		}
	case *metric.Distribution:
		if then, ok := before.value.(*metric.Distribution); ok && len(then.Buckets) == len(now.Buckets) {
			s.value, s.changed = difference(now, then), now.Count != then.Count
		}
	}
}

// precision is the tolerance of a sum of float64, relative to the total of all values. The
// rounding error of one addition is up to 1e-16 of the total.
const precision = 1e-12

// rounded returns a sum without the digits of the rounding error: 0.3 for 1000000.3 -
// 1000000.
func rounded(sum, size float64) float64 {
	decimals := -math.Ceil(math.Log10(size * precision))
	if math.IsNaN(decimals) || decimals < 0 || decimals > 300 {
		return sum
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(sum, 'f', int(decimals), 64), 64)
	if err != nil {
		return sum
	}
	return short
}

// difference returns the distribution of the values in now that are not in then. Their
// deviation from their mean is unknown.
func difference(now, then *metric.Distribution) *metric.Distribution {
	d := &metric.Distribution{Count: now.Count - then.Count, Sum: now.Sum - then.Sum, Bounds: now.Bounds}
	for i := range now.Buckets {
		d.Buckets = append(d.Buckets, metric.Bucket{Count: now.Buckets[i].Count - then.Buckets[i].Count})
	}
	return d
}

func gauge(t metric.Type) bool {
	return t == metric.TypeGaugeInt64 || t == metric.TypeGaugeFloat64 || t == metric.TypeGaugeDistribution
}

// equal reports whether a gauge has kept its value.
func equal(a, b any) bool {
	x, ok := a.(*metric.Distribution)
	y, ok2 := b.(*metric.Distribution)
	if !ok || !ok2 {
		return a == b
	}
	return x.Count == y.Count && x.Sum == y.Sum
}

// count returns the number of values of a count or a distribution.
func (s series) count() int64 {
	switch v := s.value.(type) {
	case int64:
		return v
	case *metric.Distribution:
		return v.Count
	}
	return 0
}

// sum returns the sum of a sum or a distribution, or the last value.
func (s series) sum() float64 { return asFloat(s.value) }

// last returns the last value, or the number of an up-down count.
func (s series) last() float64 { return asFloat(s.now) }

func asFloat(value any) float64 {
	switch v := value.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	case *metric.Distribution:
		return v.Sum
	}
	return 0
}
