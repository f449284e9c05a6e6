package prometheus

import (
	"math"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Prometheus only accepts the exemplars of a bucket in the order of their times: at every
// scrape it refuses and logs an exemplar that is not newer than the last. So a bucket must
// never serve an older exemplar than before.
//
// client_golang finds the bucket of an exemplar by its value, with inclusive bounds. An
// exemplar of exactly 500, which is counted above that bound, would replace the exemplar of
// the bucket below, and after its end the older exemplar would come back. Therefore this
// package keeps exemplars in their buckets. An exemplar at the lower bound of its bucket is
// valid: OpenMetrics only forbids exemplars above "le".

// An exemplar is a value and the span in which it was recorded.
type exemplar struct {
	value float64
	at    time.Time
	span  metric.Span
	made  *dto.Exemplar // for client_golang; nil until it is needed
}

// exemplars are the exemplars of a histogram, by the upper bounds of their buckets.
type exemplars map[float64]*exemplar

// exemplarsOf returns the exemplars that have a span.
func exemplarsOf(d *metric.Distribution) exemplars {
	var all exemplars
	bounds := d.Bounds
	for i, b := range d.Buckets {
		upper := math.Inf(1)
		if i < len(bounds) {
			upper = bounds[i]
		}
		e := exemplarOf(b.Exemplar)
		if e == nil || e.value > upper {
			continue
		}
		if all == nil {
			all = exemplars{}
		}
		all[upper] = e
	}
	return all
}

// exemplarOf returns nil for an exemplar that cannot be served: without a span it is of no
// use, and its time must fit an int64 of nanoseconds since 1970.
func exemplarOf(e *metric.Exemplar) *exemplar {
	if e == nil || !finite(e.Value) || e.Timestamp.Year() < 1970 || e.Timestamp.Year() > 2261 {
		return nil
	}
	if e.Span.IsZero() {
		return nil
	}
	return &exemplar{value: e.Value, at: e.Timestamp, span: e.Span}
}

// proto returns the exemplar with its labels sorted, as Prometheus has them; nil for nil.
func (e *exemplar) proto() *dto.Exemplar {
	if e == nil {
		return nil
	}
	if e.made != nil {
		return e.made
	}
	e.made = &dto.Exemplar{
		Value:     new(e.value),
		Timestamp: timestamppb.New(e.at),
		Label: []*dto.LabelPair{
			{Name: new("span_id"), Value: new(e.span.SpanID.String())},
			{Name: new("trace_id"), Value: new(e.span.TraceID.String())},
		},
	}
	return e.made
}
