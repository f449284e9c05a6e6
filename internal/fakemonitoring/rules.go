package fakemonitoring

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
)

// Limits of the API (cloud.google.com/monitoring/quotas).
const (
	maxSeries     = 200 // in a request
	maxLabels     = 30  // of a metric
	maxLabelValue = 1024
	maxBuckets    = 200
)

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

// problem returns why the API would not write a series, or "".
func (s *Server) problem(ts *monitoringpb.TimeSeries, key string) string {
	if len(ts.Points) != 1 || ts.Points[0].Interval.GetEndTime() == nil {
		return "Field points had an invalid value: exactly one point with an end time is required"
	}
	if len(ts.Metric.Labels) > maxLabels {
		return fmt.Sprintf("%d labels, at most %d are allowed", len(ts.Metric.Labels), maxLabels)
	}
	for _, k := range slices.Sorted(maps.Keys(ts.Metric.Labels)) {
		if len(ts.Metric.Labels[k]) > maxLabelValue {
			return fmt.Sprintf("label %s is longer than %d", k, maxLabelValue)
		}
	}
	interval := ts.Points[0].Interval
	end := interval.EndTime.AsTime()
	if interval.StartTime != nil && !interval.StartTime.AsTime().Before(end) {
		return "The start time must be before the end time for a cumulative metric"
	}
	if last, ok := s.lastEnd[key]; ok && (end.Sub(last) < s.opts.Spacing || !end.After(last)) {
		return "One or more points were written more frequently than the maximum sampling period configured for the metric"
	}
	return distributionProblem(ts.Points[0].Value)
}

// distributionProblem returns what is wrong with a distribution's buckets.
func distributionProblem(v *monitoringpb.TypedValue) string {
	d := v.GetDistributionValue()
	if d == nil {
		return ""
	}
	bounds := d.GetBucketOptions().GetExplicitBuckets().GetBounds()
	if len(bounds) == 0 {
		return "Distribution |explicit_buckets.bounds| does not have at least one entry"
	}
	if len(bounds)+1 > maxBuckets {
		return fmt.Sprintf("Distribution has %d buckets, at most %d are allowed", len(bounds)+1, maxBuckets)
	}
	for i := 1; i < len(bounds); i++ {
		if bounds[i] <= bounds[i-1] {
			return "Distribution |explicit_buckets.bounds| are not increasing"
		}
	}
	var total int64
	for _, n := range d.BucketCounts {
		total += n
	}
	if total != d.Count || len(d.BucketCounts) > len(bounds)+1 {
		return "Distribution |bucket_counts| do not fit |count| or the bounds"
	}
	return ""
}
