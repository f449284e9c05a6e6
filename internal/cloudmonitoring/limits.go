package cloudmonitoring

import "time"

// Limits of the API: https://cloud.google.com/monitoring/quotas.
const (
	MaxRequestSeries = 200     // time series in a request that writes points
	MaxLabels        = 30      // of a metric, with [TaskLabel]
	MaxLabelValue    = 1024    // bytes
	MaxBuckets       = 200     // of a distribution, with the two that have one bound only
	MaxActiveSeries  = 200_000 // of a metric

	// MinSpacing is the least time between two points of a series.
	MinSpacing = 5 * time.Second

	maxLabelKey = 100 // bytes, as OpenCensus's exporter cuts it
)
