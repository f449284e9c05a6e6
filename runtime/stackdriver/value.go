package stackdriver

import (
	"errors"
	"fmt"
	"slices"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/genproto/googleapis/api/distribution"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

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
