package stackdriver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/genproto/googleapis/api/distribution"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// The reference converts metrics to messages of the API, one tree for each series. The encoder
// is compared with it.

// A referencePoint is a converted point with its origin.
type referencePoint struct {
	metric *metric.Metric
	series *metric.Series
	proto  *monitoringpb.TimeSeries
}

// reference converts metrics.
func reference(c *converter, metrics []*metric.Metric) (points []referencePoint, failures []runtime.Failure) {
	seen := map[string]bool{}
	for _, m := range metrics {
		shape, err := newReferenceShape(c, m)
		if err != nil {
			failures = append(failures, runtime.Failure{Metric: m, Fate: runtime.Refused, Err: err})
			continue
		}
		for _, ts := range m.Series {
			proto, err := shape.series(ts)
			if err == nil {
				err = once(seen, proto)
			}
			if err != nil {
				failures = append(failures, runtime.Failure{Metric: m, Series: ts, Fate: runtime.Refused, Err: err})
				continue
			}
			points = append(points, referencePoint{m, ts, proto})
		}
	}
	return points, failures
}

// once notes a series. It returns an error if the export has the series already.
func once(seen map[string]bool, ts *monitoringpb.TimeSeries) error {
	id := identity(ts)
	if seen[id] {
		return fmt.Errorf("another series of this export has the same name in Cloud Monitoring, %s%v: rename one of the views, or a tag key that differs only in punctuation",
			ts.Metric.Type, ts.Metric.Labels)
	}
	seen[id] = true
	return nil
}

// identity returns the same text for two series that are the same in Cloud Monitoring.
func identity(ts *monitoringpb.TimeSeries) string {
	text, err := proto.MarshalOptions{Deterministic: true}.Marshal(&monitoringpb.TimeSeries{Metric: ts.Metric, Resource: ts.Resource})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// A referenceShape has the values that all series of a metric share.
type referenceShape struct {
	*converter
	metricType string
	kind       metricpb.MetricDescriptor_MetricKind
	valueType  metricpb.MetricDescriptor_ValueType
	keys       []string
	resource   *monitoredres.MonitoredResource
}

func newReferenceShape(c *converter, m *metric.Metric) (*referenceShape, error) {
	s := &referenceShape{converter: c, metricType: cloudmonitoring.MetricType(c.prefix, m.Descriptor.Name), resource: c.resource}
	s.kind, s.valueType = kindOf(m.Descriptor.Type)
	if s.kind == metricpb.MetricDescriptor_METRIC_KIND_UNSPECIFIED {
		return nil, fmt.Errorf("the type %q is not one of Cloud Monitoring: use a distribution", m.Descriptor.Type)
	}
	if m.Descriptor.Fallen {
		return nil, errFallen
	}
	if !utf8.ValidString(s.metricType) {
		return nil, fmt.Errorf("the metric's name %q is not UTF-8", m.Descriptor.Name)
	}
	for _, k := range m.Descriptor.LabelKeys {
		s.keys = append(s.keys, cloudmonitoring.LabelKey(k.Key))
	}
	if m.Resource == nil {
		return s, nil
	}
	var err error
	s.resource, err = referenceResource(m.Resource)
	return s, err
}

// referenceResource returns the resource that the metric's producer has set.
func referenceResource(r *metric.Resource) (*monitoredres.MonitoredResource, error) {
	own := &monitoredres.MonitoredResource{Type: r.Type, Labels: maps.Clone(r.Labels)}
	if own.Type == "" {
		own.Type = cloudmonitoring.GlobalResource
	}
	for _, k := range slices.Sorted(maps.Keys(own.Labels)) {
		if v := own.Labels[k]; !utf8.ValidString(k) || !utf8.ValidString(v) {
			return nil, fmt.Errorf("the label %q of the metric's resource has the value %q, which is not UTF-8", k, v)
		}
	}
	return own, nil
}

// series converts a series. It sets the kind and value type, unlike OpenCensus's exporter:
// without them a metric whose descriptor could not be created would be a gauge for ever.
func (s *referenceShape) series(ts *metric.Series) (*monitoringpb.TimeSeries, error) {
	labels, err := s.labels(ts.LabelValues)
	if err != nil {
		return nil, err
	}
	interval := &monitoringpb.TimeInterval{EndTime: timestamppb.New(ts.Point.Time)}
	if s.kind == metricpb.MetricDescriptor_CUMULATIVE {
		if ts.StartTime.IsZero() {
			return nil, errors.New("the series is cumulative and has no start time: its producer must set it")
		}
		interval = cumulativeInterval(ts.StartTime, ts.Point.Time)
	}
	value, err := typedValue(ts.Point.Value, s.project)
	if err != nil {
		return nil, err
	}
	return &monitoringpb.TimeSeries{
		Metric:     &metricpb.Metric{Type: s.metricType, Labels: labels},
		Resource:   s.resource,
		MetricKind: s.kind,
		ValueType:  s.valueType,
		Points:     []*monitoringpb.Point{{Interval: interval, Value: value}},
	}, nil
}

// labels returns the labels of a series. An absent tag has no label.
func (s *referenceShape) labels(values []metric.LabelValue) (map[string]string, error) {
	if len(values) != len(s.keys) {
		return nil, fmt.Errorf("the series has %d label values for %d keys", len(values), len(s.keys))
	}
	labels := map[string]string{}
	if s.task != "" {
		labels[cloudmonitoring.TaskLabel] = s.task
	}
	for i, v := range values {
		switch {
		case !utf8.ValidString(v.Value):
			return nil, fmt.Errorf("the label %s has the value %q, which is not UTF-8", s.keys[i], v.Value)
		case v.Present:
			labels[s.keys[i]] = v.Value
		}
	}
	return labels, nil
}

// cumulativeInterval returns an interval whose end is at least a millisecond after its start.
// The API requires that, and a series may be read as soon as it begins.
func cumulativeInterval(start, end time.Time) *monitoringpb.TimeInterval {
	if least := start.Add(time.Millisecond); end.Before(least) {
		end = least
	}
	return &monitoringpb.TimeInterval{StartTime: timestamppb.New(start), EndTime: timestamppb.New(end)}
}

// typedValue converts a point's value.
func typedValue(value any, project string) (*monitoringpb.TypedValue, error) {
	switch v := value.(type) {
	case nil:
		return nil, errors.New("the series has no value: its producer must set one")
	case int64:
		return &monitoringpb.TypedValue{Value: &monitoringpb.TypedValue_Int64Value{Int64Value: v}}, nil
	case float64:
		return &monitoringpb.TypedValue{Value: &monitoringpb.TypedValue_DoubleValue{DoubleValue: v}}, nil
	case *metric.Distribution:
		d, err := distributionValue(v, project)
		return &monitoringpb.TypedValue{Value: &monitoringpb.TypedValue_DistributionValue{DistributionValue: d}}, err
	}
	return nil, fmt.Errorf("the point's value has the type %T, which no metric has: its producer must set another", value)
}

// distributionValue converts a distribution. Cloud Monitoring's first bucket begins at minus
// infinity and a metric's at 0, so a bucket up to 0 is inserted. The API requires at least
// one bound: a distribution without bounds gets the bound 0.
func distributionValue(d *metric.Distribution, project string) (*distribution.Distribution, error) {
	converted := &distribution.Distribution{Count: d.Count, SumOfSquaredDeviation: d.SumOfSquaredDeviation}
	if d.Count > 0 {
		converted.Mean = d.Sum / float64(d.Count)
	}
	bounds, buckets := bucketsOf(d)
	if len(bounds) == 0 || bounds[0] > 0 {
		bounds = slices.Insert(bounds, 0, 0)
		converted.BucketCounts = append(converted.BucketCounts, 0)
	}
	converted.BucketOptions = explicit(bounds)
	for _, b := range buckets {
		converted.BucketCounts = append(converted.BucketCounts, b.Count)
		if b.Exemplar == nil {
			continue
		}
		e, err := exemplar(b.Exemplar, project)
		if err != nil {
			return nil, err
		}
		converted.Exemplars = append(converted.Exemplars, e)
	}
	return converted, nil
}

// bucketsOf returns a copy of a distribution's bounds, and its buckets. Without
// bounds all values are in one bucket, which a producer may leave out.
func bucketsOf(d *metric.Distribution) ([]float64, []metric.Bucket) {
	if len(d.Bounds) == 0 && len(d.Buckets) == 0 {
		return nil, []metric.Bucket{{Count: d.Count}}
	}
	return slices.Clone(d.Bounds), d.Buckets
}

func explicit(bounds []float64) *distribution.Distribution_BucketOptions {
	return &distribution.Distribution_BucketOptions{Options: &distribution.Distribution_BucketOptions_ExplicitBuckets{
		ExplicitBuckets: &distribution.Distribution_BucketOptions_Explicit{Bounds: bounds},
	}}
}

// exemplar converts an exemplar with its span. The API accepts one attachment of each kind,
// and has no kind for other attachments.
func exemplar(e *metric.Exemplar, project string) (*distribution.Distribution_Exemplar, error) {
	converted := &distribution.Distribution_Exemplar{Value: e.Value, Timestamp: timestamppb.New(e.Timestamp)}
	if e.Span.IsZero() {
		return converted, nil
	}
	attachment, err := anypb.New(&monitoringpb.SpanContext{
		SpanName: fmt.Sprintf("projects/%s/traces/%s/spans/%s", project, e.Span.TraceID, e.Span.SpanID),
	})
	if err != nil {
		return nil, fmt.Errorf("attaching the span of an exemplar: %w", err)
	}
	converted.Attachments = []*anypb.Any{attachment}
	return converted, nil
}
