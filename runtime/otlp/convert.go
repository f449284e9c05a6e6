package otlp

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	oc "go.opencensus.io/metric/metricdata"
	octrace "go.opencensus.io/trace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// convert returns a series as OpenTelemetry has it, alone in its aggregation.
func convert(d oc.Descriptor, s *oc.TimeSeries) (metricdata.Aggregation, error) {
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
	switch d.Type {
	case oc.TypeGaugeInt64:
		points, err := numbers[int64](attributes, s)
		return metricdata.Gauge[int64]{DataPoints: points}, err
	case oc.TypeGaugeFloat64:
		points, err := numbers[float64](attributes, s)
		return metricdata.Gauge[float64]{DataPoints: points}, err
	case oc.TypeCumulativeInt64:
		points, err := numbers[int64](attributes, s)
		return metricdata.Sum[int64]{DataPoints: points, Temporality: metricdata.CumulativeTemporality, IsMonotonic: true}, err
	case oc.TypeCumulativeFloat64:
		points, err := numbers[float64](attributes, s)
		return metricdata.Sum[float64]{DataPoints: points, Temporality: metricdata.CumulativeTemporality, IsMonotonic: true}, err
	case oc.TypeCumulativeDistribution:
		points, err := histograms(attributes, s)
		return metricdata.Histogram[float64]{DataPoints: points, Temporality: metricdata.CumulativeTemporality}, err
	case oc.TypeSummary:
		points, err := summaries(attributes, s)
		return metricdata.Summary{DataPoints: points}, err
	}
	return nil, fmt.Errorf("OTLP has nothing for metrics of OpenCensus's type %v", d.Type)
}

// checkText refuses what protobuf cannot carry: one such text would cost the
// whole request.
func checkText(d oc.Descriptor) error {
	texts := []string{d.Name, d.Description, string(d.Unit)}
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

// attributesOf returns the labels; an absent one is left out.
func attributesOf(keys []oc.LabelKey, values []oc.LabelValue) (attribute.Set, error) {
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

func numbers[N int64 | float64](attributes attribute.Set, s *oc.TimeSeries) ([]metricdata.DataPoint[N], error) {
	var points []metricdata.DataPoint[N]
	for _, p := range s.Points {
		v, ok := p.Value.(N)
		if !ok {
			return nil, mismatch(p)
		}
		points = append(points, metricdata.DataPoint[N]{Attributes: attributes, StartTime: s.StartTime, Time: p.Time, Value: v})
	}
	return points, nil
}

func mismatch(p oc.Point) error {
	return fmt.Errorf("a point of type %T does not fit the metric's type", p.Value)
}

func histograms(attributes attribute.Set, s *oc.TimeSeries) ([]metricdata.HistogramDataPoint[float64], error) {
	var points []metricdata.HistogramDataPoint[float64]
	for _, p := range s.Points {
		d, ok := p.Value.(*oc.Distribution)
		if !ok || d == nil {
			return nil, mismatch(p)
		}
		point, err := histogram(d)
		if err != nil {
			return nil, err
		}
		point.Attributes, point.StartTime, point.Time = attributes, s.StartTime, p.Time
		points = append(points, point)
	}
	return points, nil
}

// histogram returns a distribution, with copies of its slices: a producer may
// go on with its own.
func histogram(d *oc.Distribution) (metricdata.HistogramDataPoint[float64], error) {
	point := metricdata.HistogramDataPoint[float64]{Sum: d.Sum, Exemplars: []metricdata.Exemplar[float64]{}}
	if d.Count < 0 {
		return point, fmt.Errorf("the distribution has a negative count, %d", d.Count)
	}
	point.Count = uint64(d.Count)
	var bounds []float64
	if d.BucketOptions != nil {
		bounds = d.BucketOptions.Bounds
	}
	if len(bounds) == 0 && (len(d.Buckets) == 0 || d.BucketOptions == nil && len(d.Buckets) == 1) {
		return point, nil // OTLP: neither bounds nor buckets
	}
	if len(d.Buckets) != len(bounds)+1 {
		return point, fmt.Errorf("the distribution's %d buckets do not fit its bounds", len(d.Buckets))
	}
	point.Bounds = slices.Clone(bounds)
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

func exemplar(e *oc.Exemplar) metricdata.Exemplar[float64] {
	result := metricdata.Exemplar[float64]{Value: e.Value, Time: e.Timestamp}
	for key, value := range e.Attachments {
		if key != oc.AttachmentKeySpanContext {
			result.FilteredAttributes = append(result.FilteredAttributes, attachment(strings.ToValidUTF8(key, "\uFFFD"), value))
			continue
		}
		if span, ok := value.(octrace.SpanContext); ok && span.TraceID != (octrace.TraceID{}) && span.SpanID != (octrace.SpanID{}) {
			result.TraceID, result.SpanID = span.TraceID[:], span.SpanID[:]
		}
	}
	slices.SortFunc(result.FilteredAttributes, func(a, b attribute.KeyValue) int {
		return strings.Compare(string(a.Key), string(b.Key))
	})
	return result
}

// attachment returns what else is attached to an exemplar: the usual types as
// they are, any other as text.
func attachment(key string, value any) attribute.KeyValue {
	switch v := value.(type) {
	case bool:
		return attribute.Bool(key, v)
	case int:
		return attribute.Int(key, v)
	case int64:
		return attribute.Int64(key, v)
	case float64:
		return attribute.Float64(key, v)
	}
	return attribute.String(key, strings.ToValidUTF8(fmt.Sprint(value), "\uFFFD"))
}

func summaries(attributes attribute.Set, s *oc.TimeSeries) ([]metricdata.SummaryDataPoint, error) {
	var points []metricdata.SummaryDataPoint
	for _, p := range s.Points {
		summary, ok := p.Value.(*oc.Summary)
		if !ok || summary == nil {
			return nil, mismatch(p)
		}
		if summary.Count < 0 {
			return nil, fmt.Errorf("the summary has a negative count, %d", summary.Count)
		}
		points = append(points, metricdata.SummaryDataPoint{
			Attributes: attributes, StartTime: s.StartTime, Time: p.Time,
			Count: uint64(summary.Count), Sum: summary.Sum, QuantileValues: quantiles(summary.Snapshot),
		})
	}
	return points, nil
}

// quantiles returns OpenCensus's percentiles, 0 to 100, as quantiles, 0 to 1.
func quantiles(s oc.Snapshot) []metricdata.QuantileValue {
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
