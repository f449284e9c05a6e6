package runtime

import (
	"maps"
	"slices"
	"sync/atomic"

	"go.opencensus.io/metric/metricdata"
)

// readDistributions copies each distribution for itself: a recorder waits for
// the copy of one at most. A value's count is always that of its buckets.
func readDistributions(bounds []float64, series []*Distribution, zero bool) []any {
	values := make([]any, len(series))
	points := make([]metricdata.Distribution, len(series))
	buckets := make([]metricdata.Bucket, len(series)*(len(bounds)+1))
	options := &metricdata.BucketOptions{Bounds: slices.Clone(bounds)}
	scratch := make([]int64, len(bounds)+1)
	for i, c := range series {
		clear(scratch)
		t := total{counts: scratch}
		c.copyTo(&t)
		if t.n == 0 && !zero {
			continue
		}
		p := &points[i]
		p.Count, p.Sum, p.SumOfSquaredDeviation = t.n, t.mean*float64(t.n), withinFloat(t.squares)
		p.BucketOptions = options
		p.Buckets, buckets = buckets[:len(scratch):len(scratch)], buckets[len(scratch):]
		for j, n := range t.counts {
			p.Buckets[j].Count = n
		}
		for j, e := range t.exemplars {
			p.Buckets[j].Exemplar = cloned(e)
		}
		values[i] = p
	}
	return values
}

// cloned returns a copy of an exemplar that its receiver may change.
func cloned(e *metricdata.Exemplar) *metricdata.Exemplar {
	if e == nil {
		return nil
	}
	c := *e
	c.Attachments = maps.Clone(e.Attachments)
	return &c
}

// copyTo adds what the distribution has summed up to an empty total.
func (c *Distribution) copyTo(t *total) {
	for turn := 0; ; turn++ {
		switch c.now() {
		case stateFree:
			if c.turn(stateFree, stateRead) {
				t.add(&c.tally)
				release(&c.state)
				return
			}
		case stateEmpty, stateEnded: // nothing yet, or the set was stopped: then nothing is returned of it
			return
		case stateSpread: // nobody changes the tally any more; stripes have locks of their own
			t.add(&c.tally)
			c.rest.copyTo(t)
			return
		}
		pause(turn)
	}
}

// copyTo adds what the stripes have summed up.
func (r *rest) copyTo(t *total) {
	for i := range r.stripes {
		s := &r.stripes[i]
		for turn := 0; !atomic.CompareAndSwapUint32(&s.state, stateFree, stateRead); turn++ {
			pause(turn)
		}
		t.add(&s.tally)
		release(&s.state)
	}
}
