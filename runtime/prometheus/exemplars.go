package prometheus

import (
	"math"
	"time"

	dto "github.com/prometheus/client_model/go"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/trace"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// Prometheus takes the exemplars of a bucket in the order of time alone: one that
// is not newer than the last is refused, and logged, at every scrape. So a bucket
// must never go back to an older one.
//
// client_golang looks for an exemplar's bucket by its value, with bounds that are
// inclusive. One of exactly 500, which OpenCensus counts above that bound, would
// take the place of the exemplar below it, until it is replaced and the older one is
// back. Therefore exemplars stay in their buckets here. One at its bucket's lower
// bound is valid: OpenMetrics asks only that it is not above "le".

// An exemplar is a value and the span in which it was recorded.
type exemplar struct {
	value float64
	at    time.Time
	span  trace.SpanContext
}

// exemplars are those of a histogram, by the upper bounds of their buckets.
type exemplars map[float64]*exemplar

// exemplarsOf returns the exemplars that say in which span they were recorded.
func exemplarsOf(d *metricdata.Distribution) exemplars {
	var all exemplars
	bounds := boundsOf(d)
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

// exemplarOf returns nil for an exemplar that cannot be served. OpenCensus lets
// anything be attached; a span context is what a reader of Prometheus can go on
// with. Times are written in nanoseconds since 1970, as an int64.
func exemplarOf(e *metricdata.Exemplar) *exemplar {
	if e == nil || !finite(e.Value) || e.Timestamp.Year() < 1970 || e.Timestamp.Year() > 2261 {
		return nil
	}
	span, ok := e.Attachments[metricdata.AttachmentKeySpanContext].(trace.SpanContext)
	if !ok {
		return nil
	}
	return &exemplar{e.Value, e.Timestamp, span}
}

// proto returns the exemplar with its labels sorted, as Prometheus has them.
func (e *exemplar) proto() *dto.Exemplar {
	return &dto.Exemplar{
		Value:     new(e.value),
		Timestamp: timestamppb.New(e.at),
		Label: []*dto.LabelPair{
			{Name: new("span_id"), Value: new(e.span.SpanID.String())},
			{Name: new("trace_id"), Value: new(e.span.TraceID.String())},
		},
	}
}
