package series

import (
	"sync/atomic"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// Distributions are the series of a view that is a distribution.
type Distributions = SeriesSet[Distribution]

// NewDistributions returns the series of a view that is a distribution.
func NewDistributions(info SeriesInfo) *Distributions {
	b := newBuckets(info.Bounds)
	bounds := append([]float64{}, info.Bounds...) // shared by all readings; an empty list for none, as OpenCensus has it
	return newSeriesSet(info, kind[Distribution]{
		origin:     func(c *Distribution) *origin[Distribution] { return &c.origin },
		made:       func(c *Distribution) { c.tally = newTally(b) },
		free:       (*Distribution).endStripes,
		cumulative: true,
		reader: func(n int, zero bool) func(*Distribution, any) any {
			return (&distributionReader{bounds: bounds, zero: zero, left: n}).value
		},
	})
}

// A Distribution is one series of a view that is a distribution. A bucket counts the
// values in [lower, upper). It is safe for concurrent use.
//
// It takes two cache lines. The number is small because a record into one of a thousand
// series waits for memory.
type Distribution struct {
	origin[Distribution] // its state is the lock of the tally
	tally
}

// Record records v, which must be [record.Finite].
//
// Most of its time is spent on taking and releasing the lock: two atomic operations. A recorder
// that has waited for another one may spread the series over stripes.
func (c *Distribution) Record(v float64) {
	bucket := c.buckets.find(v)
	if c.loadState() == stateFree && c.switchState(stateFree, stateHeld) {
		if c.add(bucket, v) {
			c.carry(bucket)
		}
		atomic.StoreUint32(&c.state, stateFree)
		return
	}
	if c.loadState() != stateSpread || !c.more.tryAdd(bucket, v) {
		c.record(v, nil)
	}
}

// RecordExemplar is Record with an exemplar: if the span is sampled, the bucket keeps
// it.
func (c *Distribution) RecordExemplar(span metric.Span, v float64) {
	if !span.Sampled {
		c.Record(v)
		return
	}
	c.record(v, &metric.Exemplar{Value: v, Timestamp: time.Now(), Span: span})
}

// record records into a series that is not free, or with an exemplar. Some of the recorders
// that find the series held check for contention. Those that have waited longer do not check:
// the holder had lost its processor, and others may have waited for it together, once.
func (c *Distribution) record(v float64, e *metric.Exemplar) {
	met := false
	for try := 0; ; try++ {
		switch c.loadState() {
		case stateFree:
			if !c.switchState(stateFree, stateHeld) {
				continue
			}
			c.addExemplar(v, e)
			look := met && try < spins && c.n%meetings == 0
			atomic.StoreUint32(&c.state, stateFree)
			if look {
				c.look()
			}
			return
		case stateEmpty:
			c.begin(time.Now())
			c.switchState(stateEmpty, stateFree)
			continue
		case stateHeld:
			met = true
		case stateSpread:
			if c.more.record(v, e) {
				return
			}
			continue
		case stateEnded:
			if c = c.successor(); c == nil {
				return
			}
			continue
		}
		pause(try)
	}
}
