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
	size       float64 // magnitude of a float64 sum before anything was subtracted: what its rounding error is relative to
	changed    bool    // since the start of the test
}

// newSeries returns the series with its last point, and whether it has one that
// can be compared: those of summaries and those that do not fit their
// descriptor cannot.
func newSeries(d metric.Descriptor, ts *metric.Series) (series, bool) {
	if len(ts.LabelValues) != len(d.LabelKeys) {
		return series{}, false
	}
	s := series{descriptor: d, labels: ts.LabelValues, start: ts.StartTime, value: ts.Point.Value}
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

// key tells the series of a process apart.
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

// since returns the series less what it was before, if it was there, its sum
// rounded to what can be told. A cumulative series that begins at another time
// was counted from zero again, because its view was registered anew.
func (s series) since(before series, existed bool) series {
	if gauge(s.descriptor.Type) {
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

// subtract takes away what the series was before.
func (s *series) subtract(before series) {
	switch now := s.value.(type) {
	case int64:
		if then, ok := before.value.(int64); ok {
			s.value, s.changed = now-then, now != then
		}
	case float64:
		if then, ok := before.value.(float64); ok {
			s.value, s.changed = now-then, now != then
		}
	case *metric.Distribution:
		if then, ok := before.value.(*metric.Distribution); ok && len(then.Buckets) == len(now.Buckets) {
			s.value, s.changed = difference(now, then), now.Count != then.Count
		}
	}
}

// precision is how far a sum of float64 may be off, relative to all that was
// summed up. Each addition may err by 1e-16 of it.
const precision = 1e-12

// rounded returns a sum without digits that are noise: 0.3 of 1000000.3 less
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

// difference returns the distribution of the values in now that are not in
// then. How they deviate from their mean is not known.
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

// count returns how many values a count or a distribution holds.
func (s series) count() int64 {
	switch v := s.value.(type) {
	case int64:
		return v
	case *metric.Distribution:
		return v.Count
	}
	return 0
}

// sum returns what the values of a sum or a distribution add up to, and of a
// last value that.
func (s series) sum() float64 {
	switch v := s.value.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	case *metric.Distribution:
		return v.Sum
	}
	return 0
}
