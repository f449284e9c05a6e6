package series

import (
	"sync"
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

// The moments of a tally. They are fields of the tally itself because add is inlined.
type moments struct {
	n             int64
	mean, squares float64
}

func (t *tally) moments() moments { return moments{t.n, t.mean, t.squares} }

// merge adds the moments of other values. Those of nothing and of others are an exact copy.
func (m *moments) merge(o moments) {
	if m.n == 0 {
		*m = o
		return
	}
	n, from := float64(m.n+o.n), o.mean-m.mean
	m.squares += o.squares + from*from*(float64(m.n)/n*float64(o.n)) // in this order each value stays below 1e300
	m.mean += from * float64(o.n) / n
	m.n += o.n
}

// nearBuckets is the number of buckets whose counts are in the tally: as many as fit into
// two cache lines together with the other fields of a Distribution.
const nearBuckets = 14

// An overflow has the parts that do not fit into a tally. Most tallies need none: those of
// up to 14 buckets without stripes, carried counts or exemplars.
type overflow struct {
	far  []uint32 // counts of further buckets, without the carried parts; directly behind the overflow in memory
	rare *rare

	// The overflow of a stripe has no stripes.
	stripes atomic.Pointer[stripe] // the first of them; nil: none
	mask    uint32                 // the number of stripes minus 1; 0 until the first are made
	seed    atomic.Uint32          // of the choice of a stripe; changes on contention
	reading sync.Mutex             // locked by readers of a series with stripes
	seen    int64                  // number of values in the stripes at the last reading, or -1; guarded by reading
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

// farBytes returns the size of newOverflow(far).
func farBytes(far int) int {
	switch {
	case far <= 0:
		return 0
	case far <= 16:
		return int(unsafe.Sizeof(overflowWith[[16]uint32]{}))
	case far <= 48:
		return int(unsafe.Sizeof(overflowWith[[48]uint32]{}))
	case far <= 112:
		return int(unsafe.Sizeof(overflowWith[[112]uint32]{}))
	}
	return int(unsafe.Sizeof(overflowWith[[242]uint32]{}))
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

// merge adds another tally with the same bounds.
func (t *tally) merge(o *tally) {
	if o.n == 0 {
		return
	}
	for i := range t.buckets.bounds {
		counter, n := t.counter(i), *o.counter(i)
		*counter += n
		if *counter < n {
			t.carry(i)
		}
	}
	if o.more != nil && o.more.rare != nil {
		t.needRare().merge(o.more.rare)
	}
	m := t.moments()
	m.merge(o.moments())
	t.n, t.mean, t.squares = m.n, m.mean, m.squares
}

// merge adds what was carried, and keeps the newest exemplars.
func (r *rare) merge(o *rare) {
	for i, n := range o.carried {
		r.carried[i] += n
	}
	for i, e := range o.exemplars {
		if newer(e, r.exemplars[i]) {
			r.exemplars[i] = e
		}
	}
}

// newer reports whether an exemplar takes the place of another one. Both may be nil.
func newer(e, old *metric.Exemplar) bool {
	return e != nil && (old == nil || e.Timestamp.After(old.Timestamp))
}

// A total is the sum of tallies with the same bounds.
type total struct {
	moments
	buckets []metric.Bucket
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
	t.merge(o.moments())
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
		if b := &t.buckets[i]; newer(e, b.Exemplar) {
			b.Exemplar = e
		}
	}
}
