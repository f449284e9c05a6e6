package runtime

import (
	"sync/atomic"
	"unsafe"

	"go.opencensus.io/metric/metricdata"
)

// A tally is what a distribution sums up. Whoever holds its lock may use it.
type tally struct {
	buckets *buckets
	counts  []uint32 // of each bucket, less what was carried
	n       int64
	mean    float64
	squares float64 // sum of squared deviations from the mean
}

// A rest is what most tallies have not, and nil then.
type rest struct {
	carried   []int64                // of each bucket: what its count has lost, a multiple of 2^32
	exemplars []*metricdata.Exemplar // of each bucket
}

func newTally(b *buckets) tally {
	const perLine = cacheLine / 4
	lines := (len(b.bounds) + perLine - 1) / perLine
	return tally{buckets: b, counts: make([]uint32, len(b.bounds), lines*perLine)}
}

// add adds a value, by the recurrence that OpenCensus uses (Welford's): it is
// stable, and equal calls of one goroutine give equal bits. It reports whether
// the bucket's count has to be carried into the rest.
func (t *tally) add(bucket int, v float64) (carry bool) {
	count := t.counts[bucket] + 1
	t.counts[bucket] = count
	t.n++
	from := v - t.mean
	t.mean += from / float64(t.n)
	t.squares += from * (v - t.mean)
	return count == 0
}

// addExemplar adds a value with its exemplar, which may be nil.
func (t *tally) addExemplar(v float64, e *metricdata.Exemplar, r **rest) {
	bucket := t.buckets.find(v)
	if t.add(bucket, v) {
		t.carry(bucket, r)
	}
	if e != nil {
		t.more(r).exemplars[bucket] = e
	}
}

// carry keeps what a bucket's count has just lost.
func (t *tally) carry(bucket int, r **rest) { t.more(r).carried[bucket] += 1 << 32 }

// more returns the tally's rest.
func (t *tally) more(r **rest) *rest {
	if *r == nil {
		*r = &rest{make([]int64, len(t.counts)), make([]*metricdata.Exemplar, len(t.counts))}
	}
	return *r
}

// A total is a copy of what tallies of the same bounds have summed up.
type total struct {
	n             int64
	mean, squares float64
	counts        []int64
	exemplars     []*metricdata.Exemplar // nil if there are none
}

// add adds a tally and its rest. Of one alone the total has every bit.
func (t *total) add(o *tally, r *rest) {
	if o.n == 0 {
		return
	}
	for i, n := range o.counts {
		t.counts[i] += int64(n)
	}
	if r != nil {
		t.addRest(r)
	}
	if t.n == 0 {
		t.n, t.mean, t.squares = o.n, o.mean, o.squares
		return
	}
	n, from := float64(t.n+o.n), o.mean-t.mean
	t.squares += o.squares + from*from*float64(t.n)*float64(o.n)/n
	t.mean += from * float64(o.n) / n
	t.n += o.n
}

func (t *total) addRest(o *rest) {
	if t.exemplars == nil {
		t.exemplars = make([]*metricdata.Exemplar, len(t.counts))
	}
	for i, n := range o.carried {
		t.counts[i] += n
	}
	for i, e := range o.exemplars {
		if e != nil && (t.exemplars[i] == nil || e.Timestamp.After(t.exemplars[i].Timestamp)) {
			t.exemplars[i] = e
		}
	}
}

// stripes are the tallies of a distribution that several goroutines record
// into. A goroutine mostly has one of its own.
type stripes struct {
	stripes []stripe
	seed    atomic.Uint32 // changes when goroutines meet
}

// A stripe has cache lines of its own.
type stripe struct {
	stripeFields
	_ [2*cacheLine - unsafe.Sizeof(stripeFields{})]byte
}

type stripeFields struct {
	state uint32 // stateFree, stateHeld or stateRead
	tally tally
	rest  *rest
}

func newStripes(b *buckets) *stripes {
	s := &stripes{stripes: make([]stripe, stripeCount())}
	for i := range s.stripes {
		s.stripes[i].tally = newTally(b)
	}
	return s
}

// add adds a value to the goroutine's own stripe, if nobody holds that.
func (s *stripes) add(bucket int, v float64) bool {
	t := &s.stripes[goroutineNumber(s.seed.Load())&(len(s.stripes)-1)]
	if atomic.LoadUint32(&t.state) != stateFree || !atomic.CompareAndSwapUint32(&t.state, stateFree, stateHeld) {
		return false
	}
	if t.tally.add(bucket, v) {
		t.tally.carry(bucket, &t.rest)
	}
	release(&t.state)
	return true
}

// record records into a stripe that nobody holds.
func (s *stripes) record(v float64, e *metricdata.Exemplar) {
	i := goroutineNumber(s.seed.Load())
	for turn := 0; ; turn++ {
		t := &s.stripes[(i+turn)&(len(s.stripes)-1)]
		if atomic.LoadUint32(&t.state) == stateFree && atomic.CompareAndSwapUint32(&t.state, stateFree, stateHeld) {
			t.tally.addExemplar(v, e, &t.rest)
			release(&t.state)
			return
		}
		if atomic.LoadUint32(&t.state) == stateHeld {
			s.seed.Add(1) // whoever met here will hardly meet again
		}
		pause(turn)
	}
}
