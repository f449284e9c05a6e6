package otel

import (
	"fmt"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
)

// text returns labels in a fixed order.
func text(labels map[string]string) string { return fmt.Sprint(labels) } // fmt sorts the keys

// value returns a value without the times of its exemplars.
func value(v *monitoringpb.TypedValue) string {
	d := v.GetDistributionValue()
	if d == nil {
		return v.String()
	}
	bounds, counts := d.GetBucketOptions().GetExplicitBuckets().GetBounds(), d.BucketCounts
	if len(bounds) > 0 && bounds[0] == 0 { // runtime/stackdriver adds this bound, as OpenCensus's exporter does
		bounds, counts = bounds[1:], counts[1:]
	}
	return fmt.Sprintf("%d values, mean %g, bounds %v, buckets %v", d.Count, d.Mean, bounds, trimmed(counts))
}

// trimmed leaves out the zeros at the end, which the API allows to leave out.
func trimmed(counts []int64) []int64 {
	for len(counts) > 0 && counts[len(counts)-1] == 0 {
		counts = counts[:len(counts)-1]
	}
	return counts
}
