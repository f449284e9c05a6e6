package prometheus

import (
	"fmt"
	"maps"
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

// key returns the identity of a series, e.g. shop_request_count{method="GET"}.
func (f *family) key(series *metric.Series) string {
	labels := maps.Clone(f.constant)
	if labels == nil {
		labels = map[string]string{}
	}
	for i, label := range f.labels {
		labels[label] = textOf(&series.LabelValues[i])
	}
	return keyOf(f.name, labels)
}

func (s *slot) key() string {
	labels := map[string]string{}
	for _, l := range s.labels {
		labels[l.GetName()] = l.GetValue()
	}
	return keyOf(s.metric.family.name, labels)
}

func keyOf(name string, labels map[string]string) string {
	var texts []string
	for label, value := range labels {
		if value != "" {
			texts = append(texts, fmt.Sprintf("%s=%q", label, value))
		}
	}
	slices.Sort(texts)
	return name + "{" + strings.Join(texts, ",") + "}"
}

// checkTexts returns an error if a label is not UTF-8.
func (f *family) checkTexts(series *metric.Series) error {
	for i := range series.LabelValues {
		if text := textOf(&series.LabelValues[i]); !utf8.ValidString(text) {
			return malformedf("a label value is not UTF-8", "%s=%q", f.labels[i], text)
		}
	}
	return nil
}

// emptySeries returns a series of the family for client_golang, without a value.
func (f *family) emptySeries() (prometheus.Metric, error) {
	values := make([]string, len(f.labels))
	if f.kind == histogram {
		return prometheus.NewConstHistogram(f.description, 0, 0, nil, values...)
	}
	return prometheus.NewConstMetric(f.description, valueTypes[f.kind], 0, values...)
}

var valueTypes = map[kind]prometheus.ValueType{
	counter: prometheus.CounterValue,
	gauge:   prometheus.GaugeValue,
	untyped: prometheus.UntypedValue,
}

// check returns an error if the point of a series cannot be served, and the layout of a
// histogram. The slot of the series may be nil.
func (k *keptMetric) check(s *slot, p *metric.Point) (*layout, error) {
	if k.family.kind == histogram {
		d, ok := p.Value.(*metric.Distribution)
		if !ok {
			return nil, malformedf("its point does not fit its type", "%T for a distribution", p.Value)
		}
		return k.layoutOf(s, d)
	}
	v, ok := number(p.Value)
	if !ok {
		return nil, malformedf("its point does not fit its type", "%T for a %s", p.Value, k.family.kind)
	}
	if k.family.kind != gauge && !finite(v) {
		return nil, malformedf("its sum is not finite", "%v", v)
	}
	return nil, nil
}

// number returns the value of a point, if it is a number.
func number(value any) (v float64, ok bool) {
	switch n := value.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// layoutOf returns the layout of a distribution, or an error if the distribution cannot be
// served.
func (k *keptMetric) layoutOf(s *slot, d *metric.Distribution) (*layout, error) {
	known := k.layout
	if s != nil && s.layout != nil {
		known = s.layout
	}
	fits := known.fits(d.Bounds)
	if err := checkDistribution(d, fits); err != nil {
		return nil, err
	}
	if !fits {
		known = newLayout(d.Bounds)
	}
	k.layout = known
	return known, nil
}

// checkDistribution returns an error if a distribution cannot be served. Bounds that were
// checked before are not checked again.
func checkDistribution(d *metric.Distribution, checked bool) error {
	bounds := d.Bounds
	switch {
	case len(bounds)+len(d.Buckets) == 0 && d.Count >= 0 && finite(d.Sum):
		return nil // only count and sum
	case len(bounds) == 0 && len(d.Buckets) != 1:
		return malformedf("it has no bucket bounds", "%d values in %d buckets", d.Count, len(d.Buckets))
	case len(d.Buckets) != len(bounds)+1:
		return malformedf("its buckets do not fit its bounds", "%d buckets for the bounds %v", len(d.Buckets), bounds)
	case !checked && (!slices.IsSorted(bounds) || slices.ContainsFunc(bounds, math.IsNaN)):
		return malformedf("its bounds do not increase", "%v", bounds)
	case !finite(d.Sum):
		return malformedf("its sum is not finite", "%v", d.Sum)
	}
	total := int64(0)
	for i := range d.Buckets {
		n := d.Buckets[i].Count
		if n < 0 || n > d.Count-total {
			return malformedf("its bucket counts do not add up to its count", "%d after %d in bucket %d of %d", n, total, i, d.Count)
		}
		total += n
	}
	if total != d.Count {
		return malformedf("its bucket counts do not add up to its count", "%d, not %d", total, d.Count)
	}
	return nil
}
