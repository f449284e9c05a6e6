package series

import (
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/internal/number"
	"github.com/ocgen/ocgen/runtime/metric"
)

// A distributionReader copies each distribution separately: a recorder waits for the copy
// of at most one. The count of a copy always equals the sum of its buckets.
type distributionReader struct {
	bounds []float64
	zero   bool // zero rows are read too
	left   int  // distributions that may still be needed

	fresh   []metric.Distribution
	buckets []metric.Bucket
}

// value returns a copy of the distribution. It returns nil for a series without a record
// that is not a zero row. It uses the memory of last again if last is a distribution.
func (r *distributionReader) value(c *Distribution, last any) any {
	d, ok := last.(*metric.Distribution)
	if !ok {
		d = r.allocate()
	}
	r.left--
	clear(d.Buckets)
	t := total{buckets: d.Buckets}
	c.copyTo(&t)
	if t.n == 0 && !r.zero {
		return nil
	}
	if !ok {
		r.use()
	}
	d.Count, d.Sum, d.SumOfSquaredDeviation = t.n, t.mean*float64(t.n), number.WithinFloat(t.squares)
	return d
}

// allocate returns a new distribution. It allocates memory for all remaining
// distributions at once.
func (r *distributionReader) allocate() *metric.Distribution {
	size := len(r.bounds) + 1
	if len(r.fresh) == 0 {
		r.fresh = make([]metric.Distribution, r.left)
		r.buckets = make([]metric.Bucket, r.left*size)
	}
	d := &r.fresh[0]
	d.Bounds, d.Buckets = r.bounds, r.buckets[:size:size]
	return d
}

// use marks the distribution that allocate has returned as used.
func (r *distributionReader) use() {
	r.fresh, r.buckets = r.fresh[1:], r.buckets[len(r.bounds)+1:]
}

// copyTo adds what the distribution has summed up to an empty total.
func (c *Distribution) copyTo(t *total) {
	for try := 0; ; try++ {
		switch c.loadState() {
		case stateFree:
			if c.switchState(stateFree, stateRead) {
				t.add(&c.tally)
				atomic.StoreUint32(&c.state, stateFree)
				return
			}
		case stateEmpty, stateEnded: // no record yet, or the set was stopped, whose series are not returned
			return
		case stateSpread:
			if c.readSpread(t) {
				return
			}
		}
		pause(try)
	}
}
