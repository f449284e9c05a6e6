package prometheus

import (
	"math"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
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
	for i, b := range d.Buckets {
		upper := math.Inf(1)
		if i < len(d.BucketOptions.Bounds) {
			upper = d.BucketOptions.Bounds[i]
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

// withExemplars is a histogram with exemplars.
type withExemplars struct {
	prometheus.Metric
	exemplars exemplars
}

// Write gives the buckets their exemplars. A histogram of client_golang lacks the
// last bucket, which readers know from its count, so one with an exemplar is added.
func (m *withExemplars) Write(to *dto.Metric) error {
	if err := m.Metric.Write(to); err != nil {
		return err
	}
	h := to.Histogram
	for _, b := range h.Bucket {
		if e := m.exemplars[b.GetUpperBound()]; e != nil {
			b.Exemplar = e.proto()
		}
	}
	if e := m.exemplars[math.Inf(1)]; e != nil {
		h.Bucket = append(h.Bucket, &dto.Bucket{CumulativeCount: h.SampleCount, UpperBound: new(math.Inf(1)), Exemplar: e.proto()})
	}
	return nil
}

// apart is how much newer an exemplar must be than the one that its bucket showed
// last. Prometheus cuts times to milliseconds, after OpenMetrics has rounded them
// to a float64 of seconds.
const apart = 2 * time.Millisecond

// shown is what buckets showed at the last scrape.
type shown struct {
	mu   sync.Mutex
	last map[string]exemplars // by the keys of their series
}

// keepOrder lets each bucket show what it showed last, unless it has what
// Prometheus will know as newer: of two exemplars of one millisecond the first one
// stays, and so does the one from before a clock was set back.
func (s *shown) keepOrder(samples []sample) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]exemplars{}
	for _, one := range samples {
		if len(one.exemplars) == 0 {
			continue
		}
		for bound, last := range s.last[one.key] {
			if e := one.exemplars[bound]; e != nil && e.at.Sub(last.at) < apart {
				one.exemplars[bound] = last
			}
		}
		all[one.key] = one.exemplars
	}
	s.last = all
}
