package stackdriver

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"

	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/protobuf/encoding/protowire"
)

// spanContextType is the type of the attachment that has the span of an exemplar.
const spanContextType = "type.googleapis.com/google.monitoring.v3.SpanContext"

// A valueEncoder encodes the values of points.
type valueEncoder struct {
	project string

	// The bounds of the last distribution, encoded. Distributions of one view share the memory
	// of their bounds, so the next one mostly has the same.
	bounds       []float64
	options      []byte // as the field bucket_options
	insertedZero bool   // options have the bound 0 in addition
}

var errNoValue = errors.New("the series has no value: its producer must set one")

// appendValue appends a google.monitoring.v3.TypedValue.
func (e *valueEncoder) appendValue(b []byte, field protowire.Number, value any) ([]byte, error) {
	b, start := begin(b, field)
	switch v := value.(type) {
	case nil:
		return nil, errNoValue
	case int64:
		b = appendInt(b, valueInt64, v)
	case float64:
		b = appendDouble(b, valueDouble, v)
	case *metric.Distribution:
		if v == nil {
			return nil, errNoValue
		}
		b = e.appendDistribution(b, valueDistribution, v)
	default:
		return nil, fmt.Errorf("the point's value has the type %T, which no metric has: its producer must set another", value)
	}
	return end(b, start), nil
}

// appendDistribution appends a google.api.Distribution. If the first bound is greater than 0, it
// inserts the bound 0 and an empty bucket below it, as OpenCensus's exporter does. Otherwise
// Cloud Monitoring would take the first bucket to begin at minus infinity.
func (e *valueEncoder) appendDistribution(b []byte, field protowire.Number, d *metric.Distribution) []byte {
	b, start := begin(b, field)
	b = appendInt(b, distributionCount, d.Count)
	if d.Count > 0 {
		b = appendDouble(b, distributionMean, d.Sum/float64(d.Count))
	}
	b = appendDouble(b, distributionDeviation, d.SumOfSquaredDeviation)
	e.setBounds(d.Bounds)
	b = append(b, e.options...)
	b = e.appendBucketCounts(b, d)
	for i := range d.Buckets {
		if exemplar := d.Buckets[i].Exemplar; exemplar != nil {
			b = e.appendExemplar(b, exemplar)
		}
	}
	return end(b, start)
}

// appendBucketCounts appends the counts of a distribution. Without bounds all values are in
// one bucket, which a producer may leave out.
func (e *valueEncoder) appendBucketCounts(b []byte, d *metric.Distribution) []byte {
	b, start := begin(b, distributionBucketCounts)
	if e.insertedZero {
		b = append(b, 0)
	}
	if len(d.Bounds) == 0 && len(d.Buckets) == 0 {
		b = protowire.AppendVarint(b, uint64(d.Count))
	}
	for i := range d.Buckets {
		b = protowire.AppendVarint(b, uint64(d.Buckets[i].Count))
	}
	return end(b, start)
}

// setBounds encodes the bucket options for bounds, unless they are those of the last
// distribution. The API requires at least one bound: a distribution without bounds gets the
// bound 0.
func (e *valueEncoder) setBounds(bounds []float64) {
	if e.options != nil && sameMemory(bounds, e.bounds) {
		return
	}
	e.bounds = bounds
	e.insertedZero = len(bounds) == 0 || bounds[0] > 0
	b, options := begin(e.options[:0], distributionBucketOptions)
	b, explicit := begin(b, optionsExplicit)
	b, list := begin(b, explicitBounds)
	if e.insertedZero {
		b = protowire.AppendFixed64(b, 0)
	}
	for _, bound := range bounds {
		b = protowire.AppendFixed64(b, math.Float64bits(bound))
	}
	e.options = end(end(end(b, list), explicit), options)
}

func sameMemory(a, b []float64) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// appendExemplar appends an exemplar with its span. The API accepts one attachment of each
// kind, and has no kind for other attachments.
func (e *valueEncoder) appendExemplar(b []byte, exemplar *metric.Exemplar) []byte {
	b, start := begin(b, distributionExemplars)
	b = appendDouble(b, exemplarValue, exemplar.Value)
	b = appendTime(b, exemplarTimestamp, exemplar.Timestamp)
	if !exemplar.Span.IsZero() {
		b = e.appendSpan(b, exemplar.Span)
	}
	return end(b, start)
}

// appendSpan appends a span as an attachment, which is a google.protobuf.Any.
func (e *valueEncoder) appendSpan(b []byte, span metric.Span) []byte {
	b, start := begin(b, exemplarAttachments)
	b = appendText(b, anyType, spanContextType)
	b, context := begin(b, anyValue)
	b, name := begin(b, spanName)
	b = append(append(b, "projects/"...), e.project...)
	b = hex.AppendEncode(append(b, "/traces/"...), span.TraceID[:])
	b = hex.AppendEncode(append(b, "/spans/"...), span.SpanID[:])
	return end(end(end(b, name), context), start)
}
