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

// A memoryKey is the key of a metric's memory: the producer, the name, and the number of
// earlier metrics of that name in the reading. OpenCensus returns its views in random order.
type memoryKey struct {
	producer metricproducer.Producer
	name     string
	earlier  int
}

// convert returns the last point of each series of a metric, without those that have no
// value. The metric belongs to its producer and is not changed.
func convert(m *metricdata.Metric, full map[string]metric.Descriptor, memory *record.Memory, key memoryKey) *metric.Metric {
	last := memory.Take(key)
	rows := record.Rows(last, len(m.TimeSeries))
	used := 0
	c := &converter{left: len(rows)}
	for _, ts := range m.TimeSeries {
		if ts != nil && len(ts.Points) > 0 && c.series(rows[used], ts) {
			used++
		}
		c.left--
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

// other is the label of a value past a maximum. No listed value of a tag is equal to it.
var other = metric.LabelValue{Value: record.OtherText, Present: true}

// leaveOutOther leaves out the series of a metric of last values that have a tag past its
// maximum: each would have the value of one thing out of several. The rows stay in memory,
// for the next reading.
func leaveOutOther(m *metric.Metric) {
	used := 0
	for i, row := range m.Series {
		if !slices.Contains(row.LabelValues, other) {
			m.Series[i], m.Series[used] = m.Series[used], row
			used++
		}
	}
	m.Series = m.Series[:used]
}

// A converter makes the memory for several series of a metric at once, as far as there is
// none of an earlier reading: a metric may have 100,000 series.
type converter struct {
	left          int // series that are not converted yet
	labels        []metric.LabelValue
	distributions []metric.Distribution
	buckets       []metric.Bucket
	bounds        []float64 // of the last distribution: all distributions of a metric share them, and they never change
}

// atOnce is for how many series memory is made at the most: they may differ in their
// number of labels and buckets.
const atOnce = 256

// emptied returns an empty slice with room for n elements: the memory of last if that is
// enough, else a part of the block.
func emptied[T any](last []T, n int, block *[]T, left int) []T {
	if cap(last) >= n {
		return last[:0]
	}
	if len(*block) < n {
		*block = make([]T, n*min(max(left, 1), atOnce))
	}
	part := (*block)[:0:n]
	*block = (*block)[n:]
	return part
}

// series fills in a row, and reports whether the series has a value.
func (c *converter) series(row *metric.Series, ts *metricdata.TimeSeries) bool {
	p := ts.Points[len(ts.Points)-1]
	v := c.value(p.Value, row.Point.Value)
	if v == nil {
		return false
	}
	row.StartTime, row.Point = ts.StartTime, metric.Point{Time: p.Time, Value: v}
	row.LabelValues = emptied(row.LabelValues, len(ts.LabelValues), &c.labels, c.left)
	for _, l := range ts.LabelValues {
		row.LabelValues = append(row.LabelValues, metric.LabelValue{Value: l.Value, Present: l.Present})
	}
	return true
}

// value returns the value of a point, or nil if there is none. It uses the memory of last
// again. A value of an unknown type is returned as it is, and exporters refuse it.
func (c *converter) value(v, last any) any {
	switch v := v.(type) {
	case *metricdata.Distribution:
		if v == nil {
			return nil
		}
		d, ok := last.(*metric.Distribution)
		if !ok {
			d = &emptied(nil, 1, &c.distributions, c.left)[:1][0]
		}
		c.distribution(d, v)
		return d
	case *metricdata.Summary:
		if v == nil {
			return nil
		}
		return &metric.Summary{Count: v.Count, Sum: v.Sum, HasCountAndSum: v.HasCountAndSum, Snapshot: metric.Snapshot(v.Snapshot)}
	}
	return v
}

// distribution fills in d. Of a distribution without bounds and buckets all values are in
// one bucket, as in OpenCensus's own.
func (c *converter) distribution(d *metric.Distribution, from *metricdata.Distribution) {
	d.Count, d.Sum, d.SumOfSquaredDeviation = from.Count, from.Sum, from.SumOfSquaredDeviation
	var bounds []float64
	if from.BucketOptions != nil {
		bounds = from.BucketOptions.Bounds
	}
	switch {
	case c.bounds != nil && slices.Equal(c.bounds, bounds):
	case d.Bounds != nil && slices.Equal(d.Bounds, bounds):
		c.bounds = d.Bounds
	default:
		c.bounds = append([]float64{}, bounds...) // an empty list for none, as direct recorders have it
	}
	d.Bounds = c.bounds
	d.Buckets = emptied(d.Buckets, len(from.Buckets), &c.buckets, c.left)
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
