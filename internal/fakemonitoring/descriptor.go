package fakemonitoring

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/genproto/googleapis/api/label"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// ownDomains are those that users may create metrics in.
var ownDomains = []string{"custom.googleapis.com/", "external.googleapis.com/", "workload.googleapis.com/"}

// own reports whether a metric type is in a domain of custom metrics.
func own(metricType string) bool {
	return slices.ContainsFunc(ownDomains, func(domain string) bool { return strings.HasPrefix(metricType, domain) })
}

// describe creates a descriptor, or updates it. It is called with s.mu held.
func (s *Server) describe(d *metricpb.MetricDescriptor) error {
	switch {
	case !own(d.GetType()):
		return status.Errorf(codes.InvalidArgument, "Field metricDescriptor.type had an invalid value of %q: it is not in a domain of custom metrics.", d.GetType())
	case d.MetricKind == metricpb.MetricDescriptor_METRIC_KIND_UNSPECIFIED || d.ValueType == metricpb.MetricDescriptor_VALUE_TYPE_UNSPECIFIED:
		return status.Error(codes.InvalidArgument, "Field metricDescriptor had an invalid value: metricKind and valueType are required.")
	}
	if p := descriptorLabelProblem(d.Labels); p != "" {
		return status.Error(codes.InvalidArgument, p)
	}
	old := s.descriptors[d.Type]
	if old != nil && (old.MetricKind != d.MetricKind || old.ValueType != d.ValueType) {
		return status.Errorf(codes.AlreadyExists, "The metric %s already exists, with kind %v and value type %v.", d.Type, old.MetricKind, old.ValueType)
	}
	created := proto.Clone(d).(*metricpb.MetricDescriptor)
	for _, l := range old.GetLabels() {
		addLabel(created, l)
	}
	s.descriptors[d.Type] = created
	return nil
}

// descriptorLabelProblem returns what is wrong with a descriptor's labels.
func descriptorLabelProblem(labels []*label.LabelDescriptor) string {
	keys := map[string]string{}
	for _, l := range labels {
		if _, twice := keys[l.Key]; twice {
			return fmt.Sprintf("Field metricDescriptor.labels had an invalid value: label %q is there twice.", l.Key)
		}
		keys[l.Key] = ""
	}
	return labelProblem(keys)
}

// addLabel adds a label that a descriptor has not.
func addLabel(d *metricpb.MetricDescriptor, l *label.LabelDescriptor) {
	same := func(other *label.LabelDescriptor) bool { return other.Key == l.Key }
	if !slices.ContainsFunc(d.Labels, same) {
		d.Labels = append(d.Labels, l)
	}
}

// kind returns the kind that a series has or, for a metric that does not exist
// yet, would get. Google's own metrics have no descriptors here, and are of the
// kind that they are written as.
func (s *Server) kind(ts *monitoringpb.TimeSeries) metricpb.MetricDescriptor_MetricKind {
	d := s.descriptors[ts.Metric.GetType()]
	switch {
	case d != nil:
		return d.MetricKind
	case ts.MetricKind != metricpb.MetricDescriptor_METRIC_KIND_UNSPECIFIED:
		return ts.MetricKind
	case !own(ts.Metric.GetType()) && ts.Points[0].Interval.StartTime != nil:
		return metricpb.MetricDescriptor_CUMULATIVE
	}
	return metricpb.MetricDescriptor_GAUGE
}

// typeProblem returns how a series differs from its metric's descriptor.
func (s *Server) typeProblem(ts *monitoringpb.TimeSeries) string {
	value := valueType(ts.Points[0].GetValue())
	if value == metricpb.MetricDescriptor_VALUE_TYPE_UNSPECIFIED {
		return "Field points had an invalid value: the point has no value."
	}
	if ts.ValueType != metricpb.MetricDescriptor_VALUE_TYPE_UNSPECIFIED && ts.ValueType != value {
		return fmt.Sprintf("Field valueType had an invalid value of %v: the point's value is %v.", ts.ValueType, value)
	}
	d := s.descriptors[ts.Metric.GetType()]
	switch {
	case d == nil && ts.Metric.GetType() == "":
		return "Field metric.type is required."
	case d == nil:
		return ""
	case ts.MetricKind != metricpb.MetricDescriptor_METRIC_KIND_UNSPECIFIED && ts.MetricKind != d.MetricKind:
		return fmt.Sprintf("Metric kind for metric %s must be %v, but is %v.", d.Type, d.MetricKind, ts.MetricKind)
	case value != d.ValueType:
		return fmt.Sprintf("Value type for metric %s must be %v, but is %v.", d.Type, d.ValueType, value)
	}
	return ""
}

func valueType(v *monitoringpb.TypedValue) metricpb.MetricDescriptor_ValueType {
	switch v.GetValue().(type) {
	case *monitoringpb.TypedValue_BoolValue:
		return metricpb.MetricDescriptor_BOOL
	case *monitoringpb.TypedValue_Int64Value:
		return metricpb.MetricDescriptor_INT64
	case *monitoringpb.TypedValue_DoubleValue:
		return metricpb.MetricDescriptor_DOUBLE
	case *monitoringpb.TypedValue_StringValue:
		return metricpb.MetricDescriptor_STRING
	case *monitoringpb.TypedValue_DistributionValue:
		return metricpb.MetricDescriptor_DISTRIBUTION
	}
	return metricpb.MetricDescriptor_VALUE_TYPE_UNSPECIFIED
}

// describeBySeries creates the descriptor of a series that has none, and adds
// the labels that it has not.
func (s *Server) describeBySeries(ts *monitoringpb.TimeSeries) {
	d := s.descriptors[ts.Metric.Type]
	if d == nil && !own(ts.Metric.Type) {
		return
	}
	if d == nil {
		d = &metricpb.MetricDescriptor{
			Type: ts.Metric.Type, MetricKind: s.kind(ts), ValueType: valueType(ts.Points[0].Value),
			Unit: ts.Unit, Description: ts.Description,
		}
	}
	described := proto.Clone(d).(*metricpb.MetricDescriptor)
	for _, k := range slices.Sorted(maps.Keys(ts.Metric.Labels)) {
		addLabel(described, &label.LabelDescriptor{Key: k})
	}
	if len(described.Labels) > len(d.Labels) || s.descriptors[ts.Metric.Type] == nil {
		s.descriptors[ts.Metric.Type] = described
	}
}
