package stackdriver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// A converter converts metrics to time series of the API. It is never changed.
type converter struct {
	project  string
	prefix   string
	resource *monitoredres.MonitoredResource // of metrics without a resource of their own
	task     string                          // value of opencensus_task; "": no such label
}

// A point is a converted point with its origin.
type point struct {
	metric *metric.Metric
	series *metric.Series
	proto  *monitoringpb.TimeSeries
}

// points converts metrics. A point that cannot be sent, or would make its whole request
// fail, is a failure.
func (c *converter) points(metrics []*metric.Metric) (points []point, failures []runtime.Failure) {
	seen := map[string]bool{}
	for _, m := range metrics {
		shape, err := c.shape(m)
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
			points = append(points, point{m, ts, proto})
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
	var b strings.Builder
	b.WriteString(ts.Metric.Type)
	for _, labels := range []map[string]string{ts.Metric.Labels, ts.Resource.Labels} {
		for _, k := range slices.Sorted(maps.Keys(labels)) {
			fmt.Fprintf(&b, "\n%s=%q", k, labels[k])
		}
		b.WriteString("\n" + ts.Resource.Type)
	}
	return b.String()
}

// A shape has the values that all series of a metric share.
type shape struct {
	*converter
	metricType string
	kind       metricpb.MetricDescriptor_MetricKind
	valueType  metricpb.MetricDescriptor_ValueType
	keys       []string
	resource   *monitoredres.MonitoredResource
}

func (c *converter) shape(m *metric.Metric) (*shape, error) {
	s := &shape{converter: c, metricType: cloudmonitoring.MetricType(c.prefix, m.Descriptor.Name), resource: c.resource}
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
	s.resource, err = ownResource(m.Resource)
	return s, err
}

// errFallen refuses the points of a cumulative metric that is not monotonic.
var errFallen = errors.New("a total of this metric has fallen, but a cumulative metric of Cloud Monitoring only grows, and its kind cannot change: " +
	"do not register the view, and record the current value under a new name, with view.LastValue or with a view of ocgen that has aggregation: last_value")

// ownResource returns the resource that the metric's producer has set.
func ownResource(r *metric.Resource) (*monitoredres.MonitoredResource, error) {
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

// kindOf returns the API's kind of a metric's type. It is unspecified if the API has no such
// metrics.
func kindOf(t metric.Type) (metricpb.MetricDescriptor_MetricKind, metricpb.MetricDescriptor_ValueType) {
	const gauge, cumulative = metricpb.MetricDescriptor_GAUGE, metricpb.MetricDescriptor_CUMULATIVE
	switch t {
	case metric.TypeGaugeInt64:
		return gauge, metricpb.MetricDescriptor_INT64
	case metric.TypeGaugeFloat64:
		return gauge, metricpb.MetricDescriptor_DOUBLE
	case metric.TypeGaugeDistribution:
		return gauge, metricpb.MetricDescriptor_DISTRIBUTION
	case metric.TypeCumulativeInt64:
		return cumulative, metricpb.MetricDescriptor_INT64
	case metric.TypeCumulativeFloat64:
		return cumulative, metricpb.MetricDescriptor_DOUBLE
	case metric.TypeCumulativeDistribution:
		return cumulative, metricpb.MetricDescriptor_DISTRIBUTION
	}
	return metricpb.MetricDescriptor_METRIC_KIND_UNSPECIFIED, metricpb.MetricDescriptor_VALUE_TYPE_UNSPECIFIED
}

// series converts a series. It sets the kind and value type, unlike OpenCensus's exporter:
// without them a metric whose descriptor could not be created would be a gauge for ever.
func (s *shape) series(ts *metric.Series) (*monitoringpb.TimeSeries, error) {
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
func (s *shape) labels(values []metric.LabelValue) (map[string]string, error) {
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
