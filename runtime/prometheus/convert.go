package prometheus

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/prometheus/client_golang/prometheus"
)

// A malformed is the reason why a series cannot be served.
type malformed struct {
	what   string // the problem, equal for all series that have it
	values string
}

func (m *malformed) Error() string { return m.what + ": " + m.values }

func malformedf(what, format string, args ...any) error {
	return &malformed{what, fmt.Sprintf(format, args...)}
}

// sampleOf returns the point of a series.
func (f *family) sampleOf(series *metric.Series) (*sample, error) {
	values, err := f.labelValues(series)
	if err != nil {
		return nil, err
	}
	converted, err := f.metricOf(series.Point, values)
	if err != nil {
		return nil, err
	}
	s := &sample{family: f, series: series, key: f.key(values), metric: converted}
	if d, ok := series.Point.Value.(*metric.Distribution); ok {
		s.histogram = shownOf(d)
	}
	return s, nil
}

// labelValues returns the values of the family's labels. An absent label is "", which means
// the same in Prometheus.
func (f *family) labelValues(series *metric.Series) ([]string, error) {
	if len(series.LabelValues) != len(f.labels) {
		return nil, malformedf("its label values do not fit its label keys", "%d for %q", len(series.LabelValues), f.labels)
	}
	values := make([]string, len(f.labels))
	for i, v := range series.LabelValues {
		if !v.Present {
			continue
		}
		if !utf8.ValidString(v.Value) {
			return nil, malformedf("a label value is not UTF-8", "%s=%q", f.labels[i], v.Value)
		}
		values[i] = v.Value
	}
	return values, nil
}

// key returns the identity of a series in an exposition, e.g.
// shop_request_count{method="GET"}.
func (f *family) key(values []string) string {
	var labels []string
	add := func(label, value string) {
		if value != "" {
			labels = append(labels, fmt.Sprintf("%s=%q", label, value))
		}
	}
	for i, label := range f.labels {
		add(label, values[i])
	}
	for _, label := range sortedKeys(f.constant) {
		add(label, f.constant[label])
	}
	slices.Sort(labels)
	return f.name + "{" + strings.Join(labels, ",") + "}"
}

func (f *family) metricOf(point metric.Point, values []string) (prometheus.Metric, error) {
	if f.kind == histogram {
		return f.histogramOf(point, values)
	}
	var v float64
	switch n := point.Value.(type) {
	case int64:
		v = float64(n)
	case float64:
		v = n
	default:
		return nil, malformedf("its point does not fit its type", "%T for a %s", point.Value, f.kind)
	}
	if f.kind == gauge {
		return prometheus.NewConstMetric(f.description, prometheus.GaugeValue, v, values...)
	}
	if !finite(v) {
		return nil, malformedf("its sum is not finite", "%v", v)
	}
	if f.kind == untyped {
		return prometheus.NewConstMetric(f.description, prometheus.UntypedValue, v, values...)
	}
	return prometheus.NewConstMetric(f.description, prometheus.CounterValue, v, values...)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// histogramOf returns a histogram with cumulative buckets, without exemplars.
func (f *family) histogramOf(point metric.Point, values []string) (prometheus.Metric, error) {
	d, ok := point.Value.(*metric.Distribution)
	if !ok {
		return nil, malformedf("its point does not fit its type", "%T for a distribution", point.Value)
	}
	buckets, err := cumulative(d)
	if err != nil {
		return nil, err
	}
	return prometheus.NewConstHistogram(f.description, uint64(d.Count), d.Sum, buckets, values...)
}

// cumulative returns the number of values below each bound. Equal bounds are merged. An
// infinite bound is left out, because Prometheus adds it.
func cumulative(d *metric.Distribution) (map[float64]uint64, error) {
	bounds := d.Bounds
	switch {
	case len(bounds)+len(d.Buckets) == 0 && d.Count >= 0 && finite(d.Sum):
		return nil, nil // only count and sum
	case len(bounds) == 0 && len(d.Buckets) != 1:
		return nil, malformedf("it has no bucket bounds", "%d values in %d buckets", d.Count, len(d.Buckets))
	case len(d.Buckets) != len(bounds)+1:
		return nil, malformedf("its buckets do not fit its bounds", "%d buckets for the bounds %v", len(d.Buckets), bounds)
	case !slices.IsSorted(bounds) || slices.ContainsFunc(bounds, math.IsNaN):
		return nil, malformedf("its bounds do not increase", "%v", bounds)
	case !finite(d.Sum):
		return nil, malformedf("its sum is not finite", "%v", d.Sum)
	}
	buckets := make(map[float64]uint64, len(bounds))
	total := int64(0)
	for i, b := range d.Buckets {
		if b.Count < 0 || b.Count > d.Count-total {
			return nil, malformedf("its bucket counts do not add up to its count", "%d after %d in bucket %d of %d", b.Count, total, i, d.Count)
		}
		total += b.Count
		if i < len(bounds) && !math.IsInf(bounds[i], 1) {
			buckets[bounds[i]] = uint64(total)
		}
	}
	if total != d.Count {
		return nil, malformedf("its bucket counts do not add up to its count", "%d, not %d", total, d.Count)
	}
	return buckets, nil
}
