package runtime

import (
	"sync/atomic"

	"go.opencensus.io/metric/metricdata"
)

// A tally is what a distribution sums up. Whoever holds its lock may use it.
type tally struct {
	buckets   *buckets
	counts    []int64 // of each bucket
	n         int64
	mean      float64
	squares   float64                // sum of squared deviations from the mean
	exemplars []*metricdata.Exemplar // of each bucket; nil until the first
}

func newTally(b *buckets) tally {
	const perLine = cacheLine / 8
	lines := (len(b.bounds) + perLine - 1) / perLine
	return tally{buckets: b, counts: make([]int64, len(b.bounds), lines*perLine)}
}

// add adds a value, by the recurrence that OpenCensus uses (Welford's): it is
// stable, and equal calls of one goroutine give equal bits.
func (t *tally) add(bucket int, v float64) {
	t.counts[bucket]++
	t.n++
	from := v - t.mean
	t.mean += from / float64(t.n)
	t.squares += from * (v - t.mean)
}

// addExemplar adds a value with its exemplar, which may be nil.
func (t *tally) addExemplar(v float64, e *metricdata.Exemplar) {
	bucket := t.buckets.find(v)
	t.add(bucket, v)
	if e == nil {
		return
	}
	if t.exemplars == nil {
		t.exemplars = make([]*metricdata.Exemplar, len(t.counts))
	}
	t.exemplars[bucket] = e
}

// merge adds what another tally of the same bounds has summed up.
func (t *tally) merge(o *tally) {
	if o.n == 0 {
		return
	}
	for i, n := range o.counts {
		t.counts[i] += n
	}
	for i, e := range o.exemplars {
		if t.exemplars == nil {
			t.exemplars = make([]*metricdata.Exemplar, len(t.counts))
		}
		if e != nil && (t.exemplars[i] == nil || e.Timestamp.After(t.exemplars[i].Timestamp)) {
			t.exemplars[i] = e
		}
	}
	n, from := float64(t.n+o.n), o.mean-t.mean
	t.squares += o.squares + from*from*float64(t.n)*float64(o.n)/n
	t.mean += from * float64(o.n) / n
	t.n += o.n
}

// stripes are the tallies of a distribution that several goroutines record
// into. A goroutine mostly has one of its own.
type stripes struct {
	tallies atomic.Pointer[[]stripe] // nil until open
	seed    atomic.Uint32            // changes when goroutines meet
}

// A stripe has cache lines of its own.
type stripe struct {
	state uint32 // stateFree, stateHeld or stateRead
	tally tally
	_     [2*cacheLine - stripeSize]byte
}

const stripeSize = 8 + 8 + 24 + 3*8 + 24

// open is called once, with the distribution held.
func (s *stripes) open(b *buckets) {
	all := make([]stripe, stripeCount())
	for i := range all {
		all[i].tally = newTally(b)
	}
	s.tallies.Store(&all)
}

// add adds a value to the goroutine's own stripe, if nobody holds that.
func (s *stripes) add(bucket int, v float64) bool {
	all := *s.tallies.Load()
	t := &all[goroutineNumber(s.seed.Load())&(len(all)-1)]
	if atomic.LoadUint32(&t.state) != stateFree || !atomic.CompareAndSwapUint32(&t.state, stateFree, stateHeld) {
		return false
	}
	t.tally.add(bucket, v)
	release(&t.state)
	return true
}

// record records into a stripe that nobody holds.
func (s *stripes) record(v float64, e *metricdata.Exemplar) {
	all := *s.tallies.Load()
	i := goroutineNumber(s.seed.Load())
	for turn := 0; ; turn++ {
		t := &all[(i+turn)&(len(all)-1)]
		if atomic.LoadUint32(&t.state) == stateFree && atomic.CompareAndSwapUint32(&t.state, stateFree, stateHeld) {
			t.tally.addExemplar(v, e)
			release(&t.state)
			return
		}
		if atomic.LoadUint32(&t.state) == stateHeld {
			s.seed.Add(1) // whoever met here will hardly meet again
		}
		pause(turn)
	}
}
