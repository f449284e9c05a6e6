package census

import (
	"maps"
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/resource"
)

// outward passes the metrics of generated packages to OpenCensus's own readers, but not
// those of the recorder "otel": OpenTelemetry reads them itself, and its bridge for
// OpenCensus must not bring them a second time.
type outward struct{}

// Read implements metricproducer.Producer.
func (outward) Read() []*metricdata.Metric {
	var all []*metric.Metric
	for _, p := range record.Registered() {
		if p.Scope() == "" {
			all = append(all, p.Read(nil)...)
		}
	}
	for _, p := range record.Producers() {
		for _, m := range p.Produce() {
			if m.Descriptor.Name != statsName || !record.StatsGoToOpenTelemetry() {
				all = append(all, m)
			}
		}
	}
	return toOpenCensus(all)
}

var statsName = record.StatsDescriptor().Name

// toOpenCensus converts metrics to OpenCensus's types. The result shares no memory with
// them.
func toOpenCensus(metrics []*metric.Metric) []*metricdata.Metric {
	all := make([]*metricdata.Metric, 0, len(metrics))
	for _, m := range metrics {
		c := &metricdata.Metric{Descriptor: descriptorOut(m.Descriptor)}
		if m.Resource != nil {
			c.Resource = &resource.Resource{Type: m.Resource.Type, Labels: maps.Clone(m.Resource.Labels)}
		}
		rows, points := make([]metricdata.TimeSeries, len(m.Series)), make([]metricdata.Point, len(m.Series))
		c.TimeSeries = make([]*metricdata.TimeSeries, len(m.Series))
		for i, s := range m.Series {
			points[i] = metricdata.Point{Time: s.Point.Time, Value: valueOut(s.Point.Value)}
			rows[i] = metricdata.TimeSeries{LabelValues: labelsOut(s.LabelValues), Points: points[i : i+1 : i+1]}
			if !m.Descriptor.Fallen { // a gauge has no start
				rows[i].StartTime = s.StartTime
			}
			c.TimeSeries[i] = &rows[i]
		}
		all = append(all, c)
	}
	return all
}

func descriptorOut(d metric.Descriptor) metricdata.Descriptor {
	c := metricdata.Descriptor{Name: d.Name, Description: d.Description, Unit: metricdata.Unit(d.Unit), Type: -1}
	switch {
	case d.Fallen: // OpenCensus's cumulatives only grow
		c.Type = types[gaugeOf(d.Type)]
	case int(d.Type) < len(types):
		c.Type = types[d.Type]
	}
	for _, k := range d.LabelKeys {
		c.LabelKeys = append(c.LabelKeys, metricdata.LabelKey(k))
	}
	return c
}

// gaugeOf returns the type of a gauge of the numbers of a total.
func gaugeOf(t metric.Type) metric.Type {
	if t == metric.TypeCumulativeFloat64 {
		return metric.TypeGaugeFloat64
	}
	return metric.TypeGaugeInt64
}

func labelsOut(values []metric.LabelValue) []metricdata.LabelValue {
	c := make([]metricdata.LabelValue, len(values))
	for i, v := range values {
		c[i] = metricdata.LabelValue(v)
	}
	return c
}

func valueOut(v any) any {
	switch v := v.(type) {
	case *metric.Distribution:
		d := &metricdata.Distribution{Count: v.Count, Sum: v.Sum, SumOfSquaredDeviation: v.SumOfSquaredDeviation,
			BucketOptions: &metricdata.BucketOptions{Bounds: slices.Clone(v.Bounds)}, Buckets: make([]metricdata.Bucket, len(v.Buckets))}
		for i, b := range v.Buckets {
			d.Buckets[i] = metricdata.Bucket{Count: b.Count, Exemplar: exemplarOut(b.Exemplar)}
		}
		return d
	case *metric.Summary:
		s := &metricdata.Summary{Count: v.Count, Sum: v.Sum, HasCountAndSum: v.HasCountAndSum, Snapshot: metricdata.Snapshot(v.Snapshot)}
		s.Snapshot.Percentiles = maps.Clone(s.Snapshot.Percentiles)
		return s
	}
	return v
}

func exemplarOut(e *metric.Exemplar) *metricdata.Exemplar {
	if e == nil {
		return nil
	}
	c := &metricdata.Exemplar{Value: e.Value, Timestamp: e.Timestamp, Attachments: metricdata.Attachments{}}
	for key, text := range e.Attachments {
		c.Attachments[key] = text
	}
	if !e.Span.IsZero() {
		c.Attachments[metricdata.AttachmentKeySpanContext] = spanContext(e.Span)
	}
	return c
}
