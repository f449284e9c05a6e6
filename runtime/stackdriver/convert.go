package stackdriver

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime/metric"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/genproto/googleapis/api/monitoredres"
)

// A converter converts metrics to time series and descriptors of the API. It is never changed.
// Its texts are UTF-8.
type converter struct {
	project  string
	prefix   string
	resource *monitoredres.MonitoredResource // of metrics without a resource of their own
	task     string                          // value of opencensus_task; "": no such label
}

// errFallen refuses the points of a cumulative metric that is not monotonic.
var errFallen = errors.New("a total of this metric has fallen, but a cumulative metric of Cloud Monitoring only grows, and its kind cannot change: " +
	"do not register the view, and record the current value under a new name, with view.LastValue or with a view of ocgen that has aggregation: last_value")

// ownResource returns the resource that the metric's producer has set.
func ownResource(r *metric.Resource) (*monitoredres.MonitoredResource, error) {
	own := &monitoredres.MonitoredResource{Type: r.Type, Labels: r.Labels}
	if own.Type == "" {
		own.Type = cloudmonitoring.GlobalResource
	}
	if !utf8.ValidString(own.Type) {
		return nil, fmt.Errorf("the metric's resource has the type %q, which is not UTF-8", own.Type)
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
