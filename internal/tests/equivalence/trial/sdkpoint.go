package trial

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// ownScope is the scope of the metric of record.Stats.
const ownScope = "github.com/ocgen/ocgen"

// A point is a point of a series as OpenTelemetry has it.
type point struct {
	scope, name string
	shape       string // kind, unit, description and bounds
	start, end  time.Time
	whole       []int64        // an int64, or the count of a histogram and those of its buckets
	float       float64        // a float64, or the sum of a histogram
	exemplars   map[int]string // by the index of the bucket
}

// String returns all but the end, as text that differs in each bit. The zero point means that
// there is none.
func (p point) String() string {
	if p.shape == "" {
		return "nothing"
	}
	start := "no start"
	if !p.start.IsZero() {
		start = fmt.Sprint("start ", p.start.UnixNano())
	}
	return fmt.Sprintf("%s, %s: %d %x %v", p.shape, start, p.whole, p.float, p.exemplars)
}

func (p point) isGauge() bool     { return strings.HasPrefix(p.shape, "gauge") }
func (p point) isMonotonic() bool { return strings.HasPrefix(p.shape, "monotonic") }
func (p point) isHistogram() bool { return strings.HasPrefix(p.shape, "histogram") }

// isBelow reports whether the number of the point is below zero by more than the rounding.
func (p point) isBelow(rounding float64) bool {
	return p.float < -rounding || slices.ContainsFunc(p.whole, func(n int64) bool { return n < 0 })
}

// isZero reports whether the point counts nothing.
func (p point) isZero() bool {
	return p.float == 0 && !slices.ContainsFunc(p.whole, func(n int64) bool { return n != 0 })
}

// key returns the identity of a series. Attributes have the form key="value".
func key(scope, name string, attributes []string) string {
	slices.Sort(attributes)
	return fmt.Sprintf("%s %s{%s}", scope, name, strings.Join(attributes, ","))
}

func shape(kind, unit, description string, bounds []float64) string {
	return fmt.Sprintf("%s unit %q %q bounds %v", kind, unit, description, bounds)
}

func exemplarText(value float64, at time.Time, trace, span []byte) string {
	return fmt.Sprintf("%x at %d in %x %x", value, at.UnixNano(), trace, span)
}

// kinds are the kinds of OpenTelemetry for the types of metrics.
var kinds = map[metric.Type]string{
	metric.TypeGaugeInt64:             "gauge of int64",
	metric.TypeGaugeFloat64:           "gauge of float64",
	metric.TypeCumulativeInt64:        "monotonic sum of int64",
	metric.TypeCumulativeFloat64:      "monotonic sum of float64",
	metric.TypeCumulativeDistribution: "histogram of float64",
}

// kindOf returns the kind of OpenTelemetry for a metric. Up-down counts are sums that may
// fall.
func kindOf(d metric.Descriptor) string {
	if d.UpDown {
		return strings.Replace(kinds[d.Type], "gauge", "sum", 1)
	}
	return kinds[d.Type]
}

// expected returns the points that OpenTelemetry's SDK must have of the metrics of a package,
// and of the metric of record.Stats.
func expected(metrics []*metric.Metric) map[string]point {
	all := map[string]point{}
	for _, m := range metrics {
		expect(all, otelPackage().Scope(), m)
	}
	expectStats(all)
	return all
}

// expectStats expects the counts of now. Readings change them: each counts the observed values
// that have no place.
func expectStats(all map[string]point) {
	if m := record.StatsMetric(); m != nil {
		expect(all, ownScope, m)
	}
}

func expect(all map[string]point, scope string, m *metric.Metric) {
	d := m.Descriptor
	for _, s := range m.Series {
		var attributes []string
		for i, v := range s.LabelValues {
			if v.Present {
				attributes = append(attributes, fmt.Sprintf("%s=%q", d.LabelKeys[i].Key, v.Value))
			}
		}
		p := point{scope: scope, name: d.Name, start: s.StartTime}
		var bounds []float64
		switch v := s.Point.Value.(type) {
		case int64:
			p.whole = []int64{v}
		case float64:
			p.float = v
		case *metric.Distribution:
			bounds = v.Bounds
			p.whole, p.float = append([]int64{v.Count}, bucketCounts(v)...), v.Sum
			p.exemplars = map[int]string{}
			for i, b := range v.Buckets {
				if e := b.Exemplar; e != nil {
					p.exemplars[i] = exemplarText(e.Value, e.Timestamp, e.Span.TraceID[:], e.Span.SpanID[:])
				}
			}
		}
		p.shape = shape(kindOf(d), d.Unit, d.Description, bounds)
		all[key(scope, d.Name, attributes)] = p
	}
}
