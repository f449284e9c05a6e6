package cloudmonitoring

import "time"

// Limits of the API: https://cloud.google.com/monitoring/quotas.
const (
	MaxRequestSeries = 200     // time series in a request that writes points
	MaxLabels        = 30      // of a metric, with [TaskLabel]
	MaxLabelValue    = 1024    // bytes
	MaxBuckets       = 200     // of a distribution, including the two buckets with only one bound
	MaxActiveSeries  = 200_000 // of a metric

	// MinSpacing is the minimum time between two points of a series.
	MinSpacing = 5 * time.Second

	maxLabelKey = 100 // bytes; OpenCensus's exporter cuts longer keys
)
