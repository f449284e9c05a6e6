package series

import (
	"sync/atomic"
	"unsafe"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A tally is the summed-up values of a distribution. It may only be used with its lock held.
type tally struct {
	more    *overflow
	n       int64
	mean    float64
	squares float64 // sum of squared deviations from the mean
	buckets *buckets
	counts  [nearBuckets]uint32 // of the first buckets, without the carried parts
}

// nearBuckets is the number of buckets whose counts are in the tally: as many as fit into
// two cache lines together with the other fields of a Distribution.
const nearBuckets = 14

// An overflow has the parts that do not fit into a tally. Most tallies need none: those of
// up to 14 buckets without stripes, carried counts or exemplars.
type overflow struct {
	far []uint32 // counts of further buckets, without the carried parts; directly behind the overflow in memory
	// Records go to stripes after a contention of two goroutines. The stripes are made
	// with the series held, before its state is stateSpread, and not changed any more.
	// The overflow of a stripe has no stripes.
	stripes []stripe
	seed    atomic.Uint32 // of the choice of a stripe; changes on contention
	rare    *rare
}

// rare has fields that few distributions need.
type rare struct {
	carried   []int64            // of each bucket: the part that was removed from its count, a multiple of 2^32
	exemplars []*metric.Exemplar // of each bucket
}

// An overflowWith has the far counts directly behind the overflow, so that a record finds
// a count without reading the slice. If the slice is in no cache, reading it takes as long
// as the rest of the record. A is an array of uint32.
type overflowWith[A farCounts] struct {
	overflow
	counts A
}

// farCounts are arrays that fill size classes of the allocator, up to the largest that is
// needed: newBuckets allows 255 bounds, and a schema at most 198.
type farCounts interface {
	[16]uint32 | [48]uint32 | [112]uint32 | [242]uint32
}

// farOffset is where the counts of an overflowWith begin.
const farOffset = unsafe.Sizeof(overflow{})

// These lines do not compile if the counts of a size are not where tally.counter reads
// them.
const (
	_ = -(farOffset ^ unsafe.Offsetof(overflowWith[[16]uint32]{}.counts))
	_ = -(farOffset ^ unsafe.Offsetof(overflowWith[[48]uint32]{}.counts))
	_ = -(farOffset ^ unsafe.Offsetof(overflowWith[[112]uint32]{}.counts))
	_ = -(farOffset ^ unsafe.Offsetof(overflowWith[[242]uint32]{}.counts))
)

// newOverflow returns an overflow with the given number of far counts, or nil for 0.
func newOverflow(far int) *overflow {
	switch {
	case far <= 0:
		return nil
	case far <= 16:
		return overflowOf[[16]uint32](far)
	case far <= 48:
		return overflowOf[[48]uint32](far)
	case far <= 112:
		return overflowOf[[112]uint32](far)
	}
	return overflowOf[[242]uint32](far)
}

func overflowOf[A farCounts](far int) *overflow {
	o := new(overflowWith[A])
	o.far = unsafe.Slice((*uint32)(unsafe.Pointer(&o.counts)), far)
	return &o.overflow
}

func newTally(b *buckets) tally {
	return tally{buckets: b, more: newOverflow(len(b.bounds) - nearBuckets)}
}

// add adds a value with the recurrence that OpenCensus uses (Welford's). It is numerically
// stable, and equal calls of one goroutine give equal bits. It reports whether the bucket's
// count must be carried.
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

// counter returns the count of a bucket.
func (t *tally) counter(bucket int) *uint32 {
	if uint(bucket) < nearBuckets {
		return &t.counts[bucket]
	}
	return (*uint32)(unsafe.Add(unsafe.Pointer(t.more), farOffset+4*uintptr(bucket-nearBuckets)))
}

// addExemplar adds a value with its exemplar, which may be nil.
func (t *tally) addExemplar(v float64, e *metric.Exemplar) {
	bucket := t.buckets.find(v)
	if t.add(bucket, v) {
		t.carry(bucket)
	}
	if e != nil {
		t.needRare().exemplars[bucket] = e
	}
}

// carry records that a bucket's count has just wrapped around.
func (t *tally) carry(bucket int) { t.needRare().carried[bucket] += 1 << 32 }

// needMore returns the overflow, which it makes if there is none.
func (t *tally) needMore() *overflow {
	if t.more == nil {
		t.more = new(overflow)
	}
	return t.more
}

// needRare returns the rare fields, which it makes if there are none.
func (t *tally) needRare() *rare {
	o, n := t.needMore(), len(t.buckets.bounds)
	if o.rare == nil {
		o.rare = &rare{make([]int64, n), make([]*metric.Exemplar, n)}
	}
	return o.rare
}

// A total is the sum of tallies with the same bounds.
type total struct {
	n             int64
	mean, squares float64
	buckets       []metric.Bucket
}

// add adds a tally. The total of a single tally is an exact copy.
func (t *total) add(o *tally) {
	if o.n == 0 {
		return
	}
	for i, n := range o.counts[:min(len(t.buckets), nearBuckets)] {
		t.buckets[i].Count += int64(n)
	}
	if o.more != nil {
		t.addOverflow(o.more)
	}
	if t.n == 0 {
		t.n, t.mean, t.squares = o.n, o.mean, o.squares
		return
	}
	n, from := float64(t.n+o.n), o.mean-t.mean
	t.squares += o.squares + from*from*(float64(t.n)/n*float64(o.n)) // in this order each value stays below 1e300
	t.mean += from * float64(o.n) / n
	t.n += o.n
}

func (t *total) addOverflow(o *overflow) {
	for i, n := range o.far {
		t.buckets[nearBuckets+i].Count += int64(n)
	}
	if o.rare == nil {
		return
	}
	for i, n := range o.rare.carried {
		t.buckets[i].Count += n
	}
	for i, e := range o.rare.exemplars {
		b := &t.buckets[i]
		if e != nil && (b.Exemplar == nil || e.Timestamp.After(b.Exemplar.Timestamp)) {
			b.Exemplar = e
		}
	}
}

// A stripe is one of the tallies of a distribution that several goroutines record into.
// Usually each goroutine has a stripe of its own. A stripe has its own cache lines.
type stripe struct {
	state uint32 // stateFree, stateHeld or stateRead
	tally tally
	_     [24]byte // to two cache lines; Go puts 8 bytes before large arrays with pointers
}

// makeStripes makes the stripes. Records go to them after the state is stateSpread.
func (t *tally) makeStripes() {
	stripes := make([]stripe, stripeCount())
	for i := range stripes {
		stripes[i].tally = newTally(t.buckets)
	}
	t.needMore().stripes = stripes
}

// tryAdd adds a value to the goroutine's own stripe. It fails if the stripe is held.
func (o *overflow) tryAdd(bucket int, v float64) bool {
	s := &o.stripes[goroutineNumber(o.seed.Load())&(len(o.stripes)-1)]
	if atomic.LoadUint32(&s.state) != stateFree || !atomic.CompareAndSwapUint32(&s.state, stateFree, stateHeld) {
		return false
	}
	if s.tally.add(bucket, v) {
		s.tally.carry(bucket)
	}
	atomic.StoreUint32(&s.state, stateFree)
	return true
}

// record records into a stripe that is not held.
func (o *overflow) record(v float64, e *metric.Exemplar) {
	i := goroutineNumber(o.seed.Load())
	for try := 0; ; try++ {
		s := &o.stripes[(i+try)&(len(o.stripes)-1)]
		if atomic.LoadUint32(&s.state) == stateFree && atomic.CompareAndSwapUint32(&s.state, stateFree, stateHeld) {
			s.tally.addExemplar(v, e)
			atomic.StoreUint32(&s.state, stateFree)
			return
		}
		if atomic.LoadUint32(&s.state) == stateHeld {
			o.seed.Add(1) // makes another contention of these goroutines unlikely
		}
		pause(try)
	}
}
