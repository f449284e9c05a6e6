package runtime

import (
	"sync/atomic"
	"unsafe"

	"go.opencensus.io/metric/metricdata"
)

// A tally is what a distribution sums up. Whoever holds its lock may use it.
type tally struct {
	rest    *rest
	n       int64
	mean    float64
	squares float64 // sum of squared deviations from the mean
	buckets *buckets
	counts  [nearBuckets]uint32 // of the first buckets, less what was carried
}

// nearBuckets is how many buckets have their counts in the tally: what fits into
// two cache lines with all else of a Distribution.
const nearBuckets = 14

// A rest holds what does not fit into a tally. It is nil in most: those of up to 14
// buckets that never spread, carried or had an exemplar.
type rest struct {
	far []uint32 // counts of further buckets, less what was carried; see restOf
	// stripes take the records once two goroutines have met. They are made with the
	// series held, before its state is stateSpread, and not changed any more. A
	// stripe's own rest has none.
	stripes []stripe
	seed    atomic.Uint32 // of the choice of a stripe; changes when goroutines meet
	kept    *kept
}

// kept is what is rarely there to keep, and nil then.
type kept struct {
	carried   []int64                // of each bucket: what its count has lost, a multiple of 2^32
	exemplars []*metricdata.Exemplar // of each bucket
}

// A restOf has the far counts right behind the rest, so that a record finds one
// without a look at the slice: from memory that no cache has, that takes as long as
// all else.
type restOf[A any] struct {
	rest
	counts A // an array of uint32
}

// newRest returns a rest with so many far counts, and nil for none. There are at most
// 242, of the 255 bounds that newBuckets takes; a schema has at most 198.
func newRest(far int) *rest {
	switch { // all but the last fill sizes that the allocator has
	case far <= 0:
		return nil
	case far <= 16:
		r := new(restOf[[16]uint32])
		r.far = r.counts[:far]
		return &r.rest
	case far <= 48:
		r := new(restOf[[48]uint32])
		r.far = r.counts[:far]
		return &r.rest
	case far <= 112:
		r := new(restOf[[112]uint32])
		r.far = r.counts[:far]
		return &r.rest
	}
	r := new(restOf[[242]uint32])
	r.far = r.counts[:far]
	return &r.rest
}

func newTally(b *buckets) tally {
	return tally{buckets: b, rest: newRest(len(b.bounds) - nearBuckets)}
}

// add adds a value, by the recurrence that OpenCensus uses (Welford's): it is
// stable, and equal calls of one goroutine give equal bits. It reports whether
// the bucket's count has to be carried.
func (t *tally) add(bucket int, v float64) (carry bool) {
	counter := t.counter(bucket)
	count := *counter + 1
	*counter = count
	t.n++
	from := v - t.mean
	t.mean += from / float64(t.n)
	t.squares += from * (v - t.mean)
	return count == 0
}

// counter returns where a bucket is counted.
func (t *tally) counter(bucket int) *uint32 {
	if uint(bucket) < nearBuckets {
		return &t.counts[bucket]
	}
	const counts = unsafe.Sizeof(rest{}) // where those of a restOf begin
	return (*uint32)(unsafe.Add(unsafe.Pointer(t.rest), counts+4*uintptr(bucket-nearBuckets)))
}

// addExemplar adds a value with its exemplar, which may be nil.
func (t *tally) addExemplar(v float64, e *metricdata.Exemplar) {
	bucket := t.buckets.find(v)
	if t.add(bucket, v) {
		t.carry(bucket)
	}
	if e != nil {
		t.needKept().exemplars[bucket] = e
	}
}

// carry keeps what a bucket's count has just lost.
func (t *tally) carry(bucket int) { t.needKept().carried[bucket] += 1 << 32 }

// needRest returns the rest, and makes it if there is none.
func (t *tally) needRest() *rest {
	if t.rest == nil {
		t.rest = new(rest)
	}
	return t.rest
}

// needKept returns what is kept in the rest, and makes it if there is none.
func (t *tally) needKept() *kept {
	r, n := t.needRest(), len(t.buckets.bounds)
	if r.kept == nil {
		r.kept = &kept{make([]int64, n), make([]*metricdata.Exemplar, n)}
	}
	return r.kept
}

// A total is a copy of what tallies of the same bounds have summed up.
type total struct {
	n             int64
	mean, squares float64
	counts        []int64
	exemplars     []*metricdata.Exemplar // nil if there are none
}

// add adds a tally. The total of a single tally is an exact copy.
func (t *total) add(o *tally) {
	if o.n == 0 {
		return
	}
	for i, n := range o.counts[:min(len(t.counts), nearBuckets)] {
		t.counts[i] += int64(n)
	}
	if o.rest != nil {
		t.addRest(o.rest)
	}
	if t.n == 0 {
		t.n, t.mean, t.squares = o.n, o.mean, o.squares
		return
	}
	n, from := float64(t.n+o.n), o.mean-t.mean
	t.squares += o.squares + from*from*(float64(t.n)/n*float64(o.n)) // in this order it stays below 1e300 a value
	t.mean += from * float64(o.n) / n
	t.n += o.n
}

func (t *total) addRest(o *rest) {
	for i, n := range o.far {
		t.counts[nearBuckets+i] += int64(n)
	}
	if o.kept == nil {
		return
	}
	if t.exemplars == nil {
		t.exemplars = make([]*metricdata.Exemplar, len(t.counts))
	}
	for i, n := range o.kept.carried {
		t.counts[i] += n
	}
	for i, e := range o.kept.exemplars {
		if e != nil && (t.exemplars[i] == nil || e.Timestamp.After(t.exemplars[i].Timestamp)) {
			t.exemplars[i] = e
		}
	}
}

// A stripe is a tally of a distribution that several goroutines record into. A
// goroutine mostly has one of its own. It has cache lines of its own.
type stripe struct {
	state uint32 // stateFree, stateHeld or stateRead
	tally tally
	_     [24]byte // to two cache lines; Go puts 8 bytes before large arrays with pointers
}

// makeStripes makes the stripes. The state that follows has them take the records.
func (t *tally) makeStripes() {
	stripes := make([]stripe, stripeCount())
	for i := range stripes {
		stripes[i].tally = newTally(t.buckets)
	}
	t.needRest().stripes = stripes
}

// tryAdd adds a value to the goroutine's own stripe, unless somebody holds that.
func (r *rest) tryAdd(bucket int, v float64) bool {
	s := &r.stripes[goroutineNumber(r.seed.Load())&(len(r.stripes)-1)]
	if atomic.LoadUint32(&s.state) != stateFree || !atomic.CompareAndSwapUint32(&s.state, stateFree, stateHeld) {
		return false
	}
	if s.tally.add(bucket, v) {
		s.tally.carry(bucket)
	}
	release(&s.state)
	return true
}

// record records into a stripe that nobody holds.
func (r *rest) record(v float64, e *metricdata.Exemplar) {
	i := goroutineNumber(r.seed.Load())
	for turn := 0; ; turn++ {
		s := &r.stripes[(i+turn)&(len(r.stripes)-1)]
		if atomic.LoadUint32(&s.state) == stateFree && atomic.CompareAndSwapUint32(&s.state, stateFree, stateHeld) {
			s.tally.addExemplar(v, e)
			release(&s.state)
			return
		}
		if atomic.LoadUint32(&s.state) == stateHeld {
			r.seed.Add(1) // whoever met here will hardly meet again
		}
		pause(turn)
	}
}
