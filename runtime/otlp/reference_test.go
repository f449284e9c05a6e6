package otlp

// This is the conversion to the types of OpenTelemetry's SDK, whose exporters encode them. The
// tests compare it with the encoder.

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// reference returns the metrics as OpenTelemetry's SDK has them, and the series that cannot be
// sent.
func reference(metrics []*metric.Metric) ([]metricdata.Metrics, []runtime.Failure) {
	var all []metricdata.Metrics
	var failures []runtime.Failure
	var last *metric.Metric
	for _, m := range metrics {
		if m == nil {
			continue
		}
		for _, s := range m.Series {
			data, err := convert(m.Descriptor, s)
			if err != nil {
				err = fmt.Errorf("it cannot be sent as OTLP: %w", err)
				failures = append(failures, runtime.Failure{Metric: m, Series: s, Fate: runtime.Refused, Err: err})
				continue
			}
			if m != last {
				last = m
				d := m.Descriptor
				all = append(all, metricdata.Metrics{Name: d.Name, Description: d.Description, Unit: d.Unit})
			}
			joint := &all[len(all)-1]
			joint.Data = joined(joint.Data, data)
		}
	}
	return all, failures
}

// joined returns all points of two aggregations of one type, the first of which
// may be nil. It never appends to an item's own slice.
func joined(all, one metricdata.Aggregation) metricdata.Aggregation {
	switch one := one.(type) {
	case metricdata.Gauge[int64]:
		a, _ := all.(metricdata.Gauge[int64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Gauge[float64]:
		a, _ := all.(metricdata.Gauge[float64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Sum[int64]:
		a, _ := all.(metricdata.Sum[int64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Sum[float64]:
		a, _ := all.(metricdata.Sum[float64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Histogram[float64]:
		a, _ := all.(metricdata.Histogram[float64])
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	case metricdata.Summary:
		a, _ := all.(metricdata.Summary)
		one.DataPoints = append(a.DataPoints, one.DataPoints...)
		return one
	}
	return all
}

// convert converts a series to an aggregation of OpenTelemetry with this one series.
func convert(d metric.Descriptor, s *metric.Series) (metricdata.Aggregation, error) {
	if err := checkText(d); err != nil {
		return nil, err
	}
	if s == nil {
		return nil, errors.New("the series is nil")
	}
	attributes, err := attributesOf(d.LabelKeys, s.LabelValues)
	if err != nil {
		return nil, err
	}
	if d.UpDown {
		return upDown(d.Type, attributes, s)
	}
	switch d.Type {
	case metric.TypeGaugeInt64:
		points, err := numbers[int64](attributes, s)
		return metricdata.Gauge[int64]{DataPoints: points}, err
	case metric.TypeGaugeFloat64:
		points, err := numbers[float64](attributes, s)
		return metricdata.Gauge[float64]{DataPoints: points}, err
	case metric.TypeCumulativeInt64:
		points, err := numbers[int64](attributes, s)
		return metricdata.Sum[int64]{DataPoints: points, Temporality: metricdata.CumulativeTemporality, IsMonotonic: !d.Fallen}, err
	case metric.TypeCumulativeFloat64:
		points, err := numbers[float64](attributes, s)
		return metricdata.Sum[float64]{DataPoints: points, Temporality: metricdata.CumulativeTemporality, IsMonotonic: !d.Fallen}, err
	case metric.TypeCumulativeDistribution:
		points, err := histograms(attributes, s)
		return metricdata.Histogram[float64]{DataPoints: points, Temporality: metricdata.CumulativeTemporality}, err
	case metric.TypeSummary:
		points, err := summaries(attributes, s)
		return metricdata.Summary{DataPoints: points}, err
	}
	return nil, fmt.Errorf("OTLP has no counterpart for metrics of the type %q", d.Type)
}

// upDown converts a series of an up-down count. It is cumulative also for backends that
// prefer deltas: OpenTelemetry's preferences leave it so, because the number is of interest.
func upDown(t metric.Type, attributes attribute.Set, s *metric.Series) (metricdata.Aggregation, error) {
	switch t {
	case metric.TypeGaugeInt64:
		points, err := numbers[int64](attributes, s)
		return metricdata.Sum[int64]{DataPoints: points, Temporality: metricdata.CumulativeTemporality}, err
	case metric.TypeGaugeFloat64:
		points, err := numbers[float64](attributes, s)
		return metricdata.Sum[float64]{DataPoints: points, Temporality: metricdata.CumulativeTemporality}, err
	}
	return nil, fmt.Errorf("OTLP has no up-down counts of the type %q", t)
}

// checkText returns an error for text that protobuf cannot encode: one such text would make
// the whole request fail.
func checkText(d metric.Descriptor) error {
	texts := []string{d.Name, d.Description, d.Unit}
	for _, k := range d.LabelKeys {
		texts = append(texts, k.Key)
	}
	for _, text := range texts {
		if !utf8.ValidString(text) {
			return fmt.Errorf("%q is not UTF-8", text)
		}
	}
	return nil
}

// attributesOf returns the labels. Absent labels are left out.
func attributesOf(keys []metric.LabelKey, values []metric.LabelValue) (attribute.Set, error) {
	if len(keys) != len(values) {
		return attribute.Set{}, fmt.Errorf("the series has %d label values, the metric %d label keys", len(values), len(keys))
	}
	var attributes []attribute.KeyValue
	for i, v := range values {
		if !v.Present {
			continue
		}
		if !utf8.ValidString(v.Value) {
			return attribute.Set{}, fmt.Errorf("the value %q of label %s is not UTF-8", v.Value, keys[i].Key)
		}
		attributes = append(attributes, attribute.String(keys[i].Key, v.Value))
	}
	return attribute.NewSet(attributes...), nil
}

// numbers returns the point of a series, as a list.
func numbers[N int64 | float64](attributes attribute.Set, s *metric.Series) ([]metricdata.DataPoint[N], error) {
	v, ok := s.Point.Value.(N)
	if !ok {
		return nil, mismatch(s.Point)
	}
	return []metricdata.DataPoint[N]{{Attributes: attributes, StartTime: s.StartTime, Time: s.Point.Time, Value: v}}, nil
}

func mismatch(p metric.Point) error {
	return fmt.Errorf("a point of type %T does not fit the metric's type", p.Value)
}

func histograms(attributes attribute.Set, s *metric.Series) ([]metricdata.HistogramDataPoint[float64], error) {
	d, ok := s.Point.Value.(*metric.Distribution)
	if !ok || d == nil {
		return nil, mismatch(s.Point)
	}
	point, err := histogram(d)
	if err != nil {
		return nil, err
	}
	point.Attributes, point.StartTime, point.Time = attributes, s.StartTime, s.Point.Time
	return []metricdata.HistogramDataPoint[float64]{point}, nil
}

// histogram converts a distribution. It copies the slices, which are only borrowed.
func histogram(d *metric.Distribution) (metricdata.HistogramDataPoint[float64], error) {
	point := metricdata.HistogramDataPoint[float64]{Sum: d.Sum, Exemplars: []metricdata.Exemplar[float64]{}}
	if d.Count < 0 {
		return point, fmt.Errorf("the distribution has a negative count, %d", d.Count)
	}
	point.Count = uint64(d.Count)
	if len(d.Bounds) == 0 && len(d.Buckets) == 0 {
		return point, nil // OTLP: neither bounds nor buckets
	}
	if len(d.Buckets) != len(d.Bounds)+1 {
		return point, fmt.Errorf("the distribution's %d buckets do not fit its bounds", len(d.Buckets))
	}
	point.Bounds = slices.Clone(d.Bounds)
	point.BucketCounts = make([]uint64, len(d.Buckets))
	for i, b := range d.Buckets {
		if b.Count < 0 {
			return point, fmt.Errorf("bucket %d of the distribution has a negative count, %d", i, b.Count)
		}
		point.BucketCounts[i] = uint64(b.Count)
		if b.Exemplar != nil {
			point.Exemplars = append(point.Exemplars, exemplar(b.Exemplar))
		}
	}
	return point, nil
}

// exemplar returns an exemplar with its span, and other attachments as text.
func exemplar(e *metric.Exemplar) metricdata.Exemplar[float64] {
	result := metricdata.Exemplar[float64]{Value: e.Value, Time: e.Timestamp}
	if e.Span.TraceID != (metric.TraceID{}) && e.Span.SpanID != (metric.SpanID{}) {
		span := e.Span // a copy, because the exemplar is only borrowed
		result.TraceID, result.SpanID = span.TraceID[:], span.SpanID[:]
	}
	for key, text := range e.Attachments {
		result.FilteredAttributes = append(result.FilteredAttributes, attribute.String(valid(key), valid(text)))
	}
	slices.SortFunc(result.FilteredAttributes, func(a, b attribute.KeyValue) int {
		return strings.Compare(string(a.Key), string(b.Key))
	})
	return result
}

// valid returns a text that protobuf can encode.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

func summaries(attributes attribute.Set, s *metric.Series) ([]metricdata.SummaryDataPoint, error) {
	summary, ok := s.Point.Value.(*metric.Summary)
	if !ok || summary == nil {
		return nil, mismatch(s.Point)
	}
	if summary.Count < 0 {
		return nil, fmt.Errorf("the summary has a negative count, %d", summary.Count)
	}
	return []metricdata.SummaryDataPoint{{
		Attributes: attributes, StartTime: s.StartTime, Time: s.Point.Time,
		Count: uint64(summary.Count), Sum: summary.Sum, QuantileValues: quantiles(summary.Snapshot),
	}}, nil
}

// quantiles returns percentiles, 0 to 100, as quantiles, 0 to 1.
func quantiles(s metric.Snapshot) []metricdata.QuantileValue {
	values := make([]metricdata.QuantileValue, 0, len(s.Percentiles))
	for percentile, value := range s.Percentiles {
		values = append(values, metricdata.QuantileValue{Quantile: percentile / 100, Value: value})
	}
	slices.SortFunc(values, func(a, b metricdata.QuantileValue) int {
		if a.Quantile < b.Quantile {
			return -1
		}
		return 1
	})
	return values
}
