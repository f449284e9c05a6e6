package runtime

import (
	"context"
	"time"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/trace"
)

// Distributions are the series of a view that is a distribution.
type Distributions = SeriesSet[Distribution]

// NewDistributions returns the series of a view that is a distribution.
func NewDistributions(info SeriesInfo) *Distributions {
	b := newBuckets(info.Bounds)
	return newSeriesSet(info, kind[Distribution]{
		origin:     func(c *Distribution) *origin[Distribution] { return &c.origin },
		made:       func(c *Distribution) { c.tally = newTally(b) },
		cumulative: true,
		read: func(series []*Distribution, zero bool) []any {
			return readDistributions(info.Bounds, series, zero)
		},
	})
}

// A Distribution is one series of a view that is a distribution. It is safe for
// concurrent use. A value lies in [lower, upper) of its bucket.
//
// It has two cache lines: between a thousand series it is memory that a record
// waits for.
type Distribution struct {
	origin[Distribution] // its state is the lock of the tally
	tally
}

// Record records v, which must be [Finite].
//
// It takes one atomic operation, on the lock, which is most of its time. On
// contention the recorder waits once, then spreads the series over stripes.
func (c *Distribution) Record(v float64) {
	bucket := c.buckets.find(v)
	if c.now() == stateFree && c.turn(stateFree, stateHeld) {
		if c.add(bucket, v) {
			c.carry(bucket)
		}
		release(&c.state)
		return
	}
	if c.now() != stateSpread || !c.rest.tryAdd(bucket, v) {
		c.record(v, nil)
	}
}

// RecordExemplar is Record; if ctx has a sampled span, the bucket keeps its span
// context as its exemplar.
func (c *Distribution) RecordExemplar(ctx context.Context, v float64) {
	if ctx == nil {
		c.Record(v)
		return
	}
	span := trace.FromContext(ctx)
	if span == nil || !span.SpanContext().IsSampled() {
		c.Record(v)
		return
	}
	c.record(v, &metricdata.Exemplar{Value: v, Timestamp: time.Now(),
		Attachments: metricdata.Attachments{metricdata.AttachmentKeySpanContext: span.SpanContext()}})
}

// record records into a series that is not free, or with an exemplar.
func (c *Distribution) record(v float64, e *metricdata.Exemplar) {
	met := false
	for turn := 0; ; turn++ {
		switch c.now() {
		case stateFree:
			if !c.turn(stateFree, stateHeld) {
				continue
			}
			c.addExemplar(v, e)
			if met {
				c.makeStripes()
				c.turn(stateHeld, stateSpread)
				return
			}
			release(&c.state)
			return
		case stateEmpty:
			c.begin(time.Now())
			c.turn(stateEmpty, stateFree)
			continue
		case stateHeld:
			met = true
		case stateSpread:
			c.rest.record(v, e)
			return
		case stateEnded:
			if c = c.successor(); c == nil {
				return
			}
			continue
		}
		pause(turn)
	}
}
