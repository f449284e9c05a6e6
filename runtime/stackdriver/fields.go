package stackdriver

import "google.golang.org/protobuf/encoding/protowire"

// The numbers of the fields that the exporter encodes itself, by message. A number of a
// published API never changes.
const (
	// google.monitoring.v3.CreateTimeSeriesRequest
	requestTimeSeries protowire.Number = 2

	// google.monitoring.v3.TimeSeries
	seriesMetric     protowire.Number = 1
	seriesResource   protowire.Number = 2
	seriesMetricKind protowire.Number = 3
	seriesValueType  protowire.Number = 4
	seriesPoints     protowire.Number = 5

	// google.api.Metric
	metricType   protowire.Number = 3
	metricLabels protowire.Number = 2

	// google.api.MonitoredResource
	resourceType   protowire.Number = 1
	resourceLabels protowire.Number = 2

	// an entry of a map
	entryKey   protowire.Number = 1
	entryValue protowire.Number = 2

	// google.monitoring.v3.Point
	pointInterval protowire.Number = 1
	pointValue    protowire.Number = 2

	// google.monitoring.v3.TimeInterval
	intervalStart protowire.Number = 1
	intervalEnd   protowire.Number = 2

	// google.protobuf.Timestamp
	timestampSeconds protowire.Number = 1
	timestampNanos   protowire.Number = 2

	// google.monitoring.v3.TypedValue
	valueInt64        protowire.Number = 2
	valueDouble       protowire.Number = 3
	valueDistribution protowire.Number = 5

	// google.api.Distribution
	distributionCount         protowire.Number = 1
	distributionMean          protowire.Number = 2
	distributionDeviation     protowire.Number = 3
	distributionBucketOptions protowire.Number = 6
	distributionBucketCounts  protowire.Number = 7
	distributionExemplars     protowire.Number = 10

	// google.api.Distribution.BucketOptions
	optionsExplicit protowire.Number = 3

	// google.api.Distribution.BucketOptions.Explicit
	explicitBounds protowire.Number = 1

	// google.api.Distribution.Exemplar
	exemplarValue       protowire.Number = 1
	exemplarTimestamp   protowire.Number = 2
	exemplarAttachments protowire.Number = 3

	// google.protobuf.Any
	anyType  protowire.Number = 1
	anyValue protowire.Number = 2

	// google.monitoring.v3.SpanContext
	spanName protowire.Number = 1
)
