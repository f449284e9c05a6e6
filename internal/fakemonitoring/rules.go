package fakemonitoring

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
)

// Limits of the API: cloud.google.com/monitoring/quotas, and the comments of
// TimeInterval and TimeSeries in its protos.
const (
	maxSeries     = 200 // in a request
	maxLabels     = 30  // of a metric
	maxLabelKey   = 100
	maxLabelValue = 1024
	maxBuckets    = 200
	maxAhead      = 5 * time.Minute
	maxAge        = 25 * time.Hour
	resetGap      = time.Millisecond // from an end to a new start
)

var labelKey = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`)

// seriesKey identifies a series: its metric type, labels and resource.
func seriesKey(ts *monitoringpb.TimeSeries) string {
	key := ts.Metric.GetType() + "\n" + labelText(ts.Metric.GetLabels()) + "\n" + ts.Resource.GetType()
	return key + "\n" + labelText(ts.Resource.GetLabels())
}

func labelText(labels map[string]string) string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		fmt.Fprintf(&b, "%q=%q,", k, labels[k])
	}
	return b.String()
}

// problem returns why the API would not write a series whose last point is
// given, or "".
func (s *Server) problem(ts, last *monitoringpb.TimeSeries, now time.Time) string {
	if len(ts.Points) != 1 || ts.Points[0].GetInterval().GetEndTime() == nil {
		return "Field points had an invalid value: exactly one point with an end time is required."
	}
	if p := labelProblem(ts.Metric.GetLabels()); p != "" {
		return p
	}
	if p := resourceProblem(ts.Resource); p != "" {
		return p
	}
	if p := s.typeProblem(ts); p != "" {
		return p
	}
	if p := intervalProblem(ts, s.kind(ts), now); p != "" {
		return p
	}
	if p := valueProblem(ts.Points[0].Value); p != "" {
		return p
	}
	if last == nil {
		return ""
	}
	return s.sequenceProblem(ts, last)
}

// labelProblem returns what is wrong with a metric's labels.
func labelProblem(labels map[string]string) string {
	if len(labels) > maxLabels {
		return fmt.Sprintf("Field metric.labels had an invalid value: the metric has %d labels, more than %d.", len(labels), maxLabels)
	}
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		switch {
		case len(k) > maxLabelKey || !labelKey.MatchString(k):
			return fmt.Sprintf("Field metric.labels had an invalid value: %q is not a label key.", k)
		case len(labels[k]) > maxLabelValue:
			return fmt.Sprintf("Field metric.labels had an invalid value: the value of label %s is longer than %d.", k, maxLabelValue)
		case !utf8.ValidString(labels[k]):
			return fmt.Sprintf("Field metric.labels had an invalid value: the value of label %s is not UTF-8.", k)
		}
	}
	return ""
}

// intervalProblem returns what is wrong with a point's times.
func intervalProblem(ts *monitoringpb.TimeSeries, kind metricpb.MetricDescriptor_MetricKind, now time.Time) string {
	interval := ts.Points[0].Interval
	end := interval.EndTime.AsTime()
	switch {
	case end.After(now.Add(maxAhead)):
		return "Data points cannot be written more than 5m in the future."
	case end.Before(now.Add(-maxAge)):
		return "Data points cannot be written more than 25h in the past."
	case kind == metricpb.MetricDescriptor_GAUGE && interval.StartTime != nil && !interval.StartTime.AsTime().Equal(end):
		return fmt.Sprintf("The start time must be equal to the end time for the gauge metric '%s'.", ts.Metric.Type)
	case kind != metricpb.MetricDescriptor_GAUGE && (interval.StartTime == nil || !interval.StartTime.AsTime().Before(end)):
		return fmt.Sprintf("The start time must be before the end time for the non-gauge metric '%s'.", ts.Metric.Type)
	}
	return ""
}

// sequenceProblem returns what is wrong with a point after the last one.
func (s *Server) sequenceProblem(ts, last *monitoringpb.TimeSeries) string {
	now, before := ts.Points[0], last.Points[0]
	end, lastEnd := now.Interval.EndTime.AsTime(), before.Interval.EndTime.AsTime()
	if !end.After(lastEnd) {
		return "Points must be written in order. One or more of the points specified had an older end time than the most recent point."
	}
	cumulative := s.kind(ts) == metricpb.MetricDescriptor_CUMULATIVE
	start, lastStart := now.Interval.StartTime.AsTime(), before.Interval.StartTime.AsTime()
	if cumulative && !start.Equal(lastStart) && start.Before(lastEnd.Add(resetGap)) {
		return "Points must be written in order. One or more of the points specified had an older start time than the most recent point."
	}
	if end.Sub(lastEnd) < s.spacing {
		const layout = "2006/01/02-15:04:05.000"
		return fmt.Sprintf("One or more points were written more frequently than the maximum sampling period configured for the metric. "+
			"{Metric: %s, Timestamps: {Youngest Existing: '%s', New: '%s'}}", ts.Metric.Type, lastEnd.Format(layout), end.Format(layout))
	}
	if cumulative && start.Equal(lastStart) && total(now.Value) < total(before.Value) {
		return fmt.Sprintf("The value of the cumulative metric '%s' is less than that of the most recent point with the same start time.", ts.Metric.Type)
	}
	return ""
}

// total returns what must not fall in a cumulative value.
func total(v *monitoringpb.TypedValue) float64 {
	switch v := v.GetValue().(type) {
	case *monitoringpb.TypedValue_Int64Value:
		return float64(v.Int64Value)
	case *monitoringpb.TypedValue_DoubleValue:
		return v.DoubleValue
	case *monitoringpb.TypedValue_DistributionValue:
		return float64(v.DistributionValue.GetCount())
	}
	return 0
}

// valueProblem returns what is wrong with a value by itself.
func valueProblem(v *monitoringpb.TypedValue) string {
	d := v.GetDistributionValue()
	if d == nil {
		return ""
	}
	bounds := d.GetBucketOptions().GetExplicitBuckets().GetBounds()
	if len(bounds) == 0 {
		return "Distribution |explicit_buckets.bounds| does not have at least one entry."
	}
	if len(bounds)+1 > maxBuckets {
		return fmt.Sprintf("Distribution has %d buckets, at most %d are allowed.", len(bounds)+1, maxBuckets)
	}
	for i := 1; i < len(bounds); i++ {
		if !(bounds[i] > bounds[i-1]) { // NaN too
			return "Distribution |explicit_buckets.bounds| are not increasing."
		}
	}
	var counted int64
	for _, n := range d.BucketCounts {
		if n < 0 {
			return "Distribution |bucket_counts| has a negative entry."
		}
		counted += n
	}
	if counted != d.Count || len(d.BucketCounts) > len(bounds)+1 {
		return "Distribution |bucket_counts| do not fit |count| or the bounds."
	}
	return ""
}
