package census

import (
	"fmt"
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/trace"
)

// A memoryKey is the key of a metric's memory: the producer, and the index of the metric
// among those of the producer.
type memoryKey struct {
	producer metricproducer.Producer
	place    int
}

// convert returns the last point of each series of a metric, without those that have no
// value. The metric belongs to its producer and is not changed.
func convert(m *metricdata.Metric, full map[string]metric.Descriptor, memory *record.Memory, key memoryKey) *metric.Metric {
	last := memory.Take(key)
	rows := record.Rows(last, len(m.TimeSeries))
	used := 0
	for _, ts := range m.TimeSeries {
		if ts != nil && len(ts.Points) > 0 && convertSeries(rows[used], ts) {
			used++
		}
	}
	if last == nil {
		last = &metric.Metric{}
	}
	*last = metric.Metric{Descriptor: descriptor(m.Descriptor, full), Series: rows[:used]}
	if m.Resource != nil {
		last.Resource = &metric.Resource{Type: m.Resource.Type, Labels: m.Resource.Labels}
	}
	saturate(last)
	memory.Put(key, last)
	return last
}

// convertSeries fills in a row, and reports whether the series has a value.
func convertSeries(row *metric.Series, ts *metricdata.TimeSeries) bool {
	p := ts.Points[len(ts.Points)-1]
	v := value(p.Value, row.Point.Value)
	if v == nil {
		return false
	}
	row.StartTime, row.Point = ts.StartTime, metric.Point{Time: p.Time, Value: v}
	row.LabelValues = row.LabelValues[:0]
	for _, l := range ts.LabelValues {
		row.LabelValues = append(row.LabelValues, metric.LabelValue{Value: l.Value, Present: l.Present})
	}
	return true
}

// value returns the value of a point, or nil if there is none. It uses the memory of last
// again. A value of an unknown type is returned as it is, and exporters refuse it.
func value(v, last any) any {
	switch v := v.(type) {
	case *metricdata.Distribution:
		if v == nil {
			return nil
		}
		d, ok := last.(*metric.Distribution)
		if !ok {
			d = &metric.Distribution{Bounds: []float64{}} // an empty list for none, as direct recorders have it
		}
		convertDistribution(d, v)
		return d
	case *metricdata.Summary:
		if v == nil {
			return nil
		}
		return &metric.Summary{Count: v.Count, Sum: v.Sum, HasCountAndSum: v.HasCountAndSum, Snapshot: metric.Snapshot(v.Snapshot)}
	}
	return v
}

// convertDistribution fills in d. Of a distribution without bounds and buckets all values
// are in one bucket, as in OpenCensus's own.
func convertDistribution(d *metric.Distribution, from *metricdata.Distribution) {
	d.Count, d.Sum, d.SumOfSquaredDeviation = from.Count, from.Sum, from.SumOfSquaredDeviation
	d.Bounds, d.Buckets = d.Bounds[:0], d.Buckets[:0]
	if from.BucketOptions != nil {
		d.Bounds = append(d.Bounds, from.BucketOptions.Bounds...)
	}
	for _, b := range from.Buckets {
		d.Buckets = append(d.Buckets, metric.Bucket{Count: b.Count, Exemplar: exemplar(b.Exemplar)})
	}
	if len(d.Bounds) == 0 && len(d.Buckets) == 0 {
		d.Buckets = append(d.Buckets, metric.Bucket{Count: d.Count})
	}
}

// exemplar converts an exemplar. In OpenCensus an attachment may have any type.
func exemplar(e *metricdata.Exemplar) *metric.Exemplar {
	if e == nil {
		return nil
	}
	c := &metric.Exemplar{Value: e.Value, Timestamp: e.Timestamp}
	for key, attached := range e.Attachments {
		if span, ok := attached.(trace.SpanContext); ok && key == metricdata.AttachmentKeySpanContext {
			c.Span = spanOf(span)
			continue
		}
		if c.Attachments == nil {
			c.Attachments = map[string]string{}
		}
		c.Attachments[key] = fmt.Sprint(attached)
	}
	return c
}

// descriptor converts a descriptor, or returns that of a registered package if it can be
// the same metric's. OpenCensus's own has "1" for each unit but "ms" and "By", and no
// descriptions of labels.
func descriptor(d metricdata.Descriptor, full map[string]metric.Descriptor) metric.Descriptor {
	ours, ok := full[d.Name]
	if ok && ours.Type == typeOf(d.Type) && slices.EqualFunc(ours.LabelKeys, d.LabelKeys, sameKey) {
		return ours
	}
	c := metric.Descriptor{Name: d.Name, Description: d.Description, Unit: string(d.Unit), Type: typeOf(d.Type)}
	for _, k := range d.LabelKeys {
		c.LabelKeys = append(c.LabelKeys, metric.LabelKey(k))
	}
	return c
}

func sameKey(a metric.LabelKey, b metricdata.LabelKey) bool { return a.Key == b.Key }

// types are OpenCensus's types by ours.
var types = [...]metricdata.Type{
	metric.TypeGaugeInt64:             metricdata.TypeGaugeInt64,
	metric.TypeGaugeFloat64:           metricdata.TypeGaugeFloat64,
	metric.TypeGaugeDistribution:      metricdata.TypeGaugeDistribution,
	metric.TypeCumulativeInt64:        metricdata.TypeCumulativeInt64,
	metric.TypeCumulativeFloat64:      metricdata.TypeCumulativeFloat64,
	metric.TypeCumulativeDistribution: metricdata.TypeCumulativeDistribution,
	metric.TypeSummary:                metricdata.TypeSummary,
}

// unknownType is the type of a metric whose producer gives it one that OpenCensus does not
// have.
const unknownType metric.Type = 255

func typeOf(t metricdata.Type) metric.Type {
	if i := slices.Index(types[:], t); i >= 0 {
		return metric.Type(i)
	}
	return unknownType
}
