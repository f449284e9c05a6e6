package trial

import (
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// converted returns the points of scopes.
func (s *sdkReaders) converted(scopes []metricdata.ScopeMetrics, temporality metricdata.Temporality) map[string]point {
	c := conversion{sdkReaders: s, temporality: temporality, all: map[string]point{}}
	for _, scope := range scopes {
		for _, m := range scope.Metrics {
			c.scope, c.Metrics = scope.Scope.Name, m
			c.metric()
		}
	}
	return c.all
}

// A conversion converts a collection of the SDK, one metric after the other.
type conversion struct {
	*sdkReaders
	temporality metricdata.Temporality
	all         map[string]point
	scope       string
	metricdata.Metrics
}

func (c *conversion) metric() {
	switch data := c.Data.(type) {
	case metricdata.Gauge[int64]:
		convertNumbers(c, "gauge of int64", data.DataPoints)
	case metricdata.Gauge[float64]:
		convertNumbers(c, "gauge of float64", data.DataPoints)
	case metricdata.Sum[int64]:
		convertNumbers(c, c.sum("int64", data.IsMonotonic, data.Temporality), data.DataPoints)
	case metricdata.Sum[float64]:
		convertNumbers(c, c.sum("float64", data.IsMonotonic, data.Temporality), data.DataPoints)
	case metricdata.Histogram[float64]:
		c.expectTemporality(data.Temporality)
		c.histograms(data.DataPoints)
	default:
		c.problem("%s is a %T", c.Name, data)
	}
}

func (c *conversion) sum(of string, monotonic bool, temporality metricdata.Temporality) string {
	c.expectTemporality(temporality)
	if !monotonic {
		return "sum of " + of
	}
	return "monotonic sum of " + of
}

func (c *conversion) expectTemporality(t metricdata.Temporality) {
	if t != c.temporality {
		c.problem("%s has %s, want %s", c.Name, t, c.temporality)
	}
}

func convertNumbers[N int64 | float64](c *conversion, kind string, points []metricdata.DataPoint[N]) {
	for _, d := range points {
		p := point{start: d.StartTime, end: d.Time}
		switch v := any(d.Value).(type) {
		case int64:
			p.whole = []int64{v}
		case float64:
			p.float = v
		}
		if len(d.Exemplars) > 0 {
			c.problem("%s has exemplars", c.Name)
		}
		c.add(d.Attributes, kind, nil, p)
	}
}

func (c *conversion) histograms(points []metricdata.HistogramDataPoint[float64]) {
	for _, d := range points {
		p := point{start: d.StartTime, end: d.Time, whole: []int64{int64(d.Count)}, float: d.Sum, exemplars: map[int]string{}}
		for _, n := range d.BucketCounts {
			p.whole = append(p.whole, int64(n))
		}
		for _, e := range d.Exemplars {
			p.exemplars[bucketOf(d.Bounds, e.Value)] += exemplarText(e.Value, e.Time, e.TraceID, e.SpanID)
		}
		_, hasMin := d.Min.Value()
		if _, hasMax := d.Max.Value(); hasMin || hasMax {
			c.problem("%s has a minimum or a maximum", c.Name)
		}
		c.add(d.Attributes, "histogram of float64", d.Bounds, p)
	}
}

// add adds a point to the collection.
func (c *conversion) add(set attribute.Set, kind string, bounds []float64, p point) {
	var attributes []string
	for _, a := range set.ToSlice() {
		attributes = append(attributes, fmt.Sprintf("%s=%q", a.Key, a.Value.String()))
	}
	p.scope, p.name, p.shape = c.scope, c.Name, shape(kind, c.Unit, c.Description, bounds)
	k := key(c.scope, c.Name, attributes)
	if _, twice := c.all[k]; twice {
		c.problem("%s is there twice", k)
	}
	c.all[k] = p
}
