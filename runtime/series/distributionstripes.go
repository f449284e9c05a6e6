package series

import (
	"sync/atomic"
	"unsafe"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A stripe is one of the tallies of a distribution that several goroutines record into.
// Usually each goroutine has a stripe of its own. A stripe has its own cache lines. See
// stripes.go.
type stripe struct {
	state uint32 // stateFree, stateHeld, stateRead, or stateEnded once it was given back
	tally tally
	_     [24]byte // to two cache lines; Go puts 8 bytes before large arrays with pointers
}

// stripe returns a stripe of those that begin at first. The i-th of them is meant, modulo their
// number. A slice would be one more load for each record.
func (o *overflow) stripe(first *stripe, i int) *stripe {
	return (*stripe)(unsafe.Add(unsafe.Pointer(first), uintptr(uint32(i)&o.mask)*unsafe.Sizeof(stripe{})))
}

// look spreads the distribution over stripes if other goroutines record into it all the time.
// It is called without the lock.
func (c *Distribution) look() {
	state := func() uint64 { return uint64(c.loadState()) }
	if !stripeMemory.hasRoom(c.stripeBytes(minStripes)) || !contended(state, 2) {
		return
	}
	for try := 0; !c.switchState(stateFree, stateHeld); try++ {
		if s := c.loadState(); s == stateSpread || s == stateEnded {
			return
		}
		pause(try)
	}
	c.spread()
}

// spread makes stripes, if there is memory for them, and releases the lock.
func (c *Distribution) spread() {
	next := stateFree
	if c.makeStripes() {
		next = stateSpread
	}
	atomic.StoreUint32(&c.state, next)
}

// makeStripes makes the stripes, if there is memory for them. The caller holds the lock.
func (t *tally) makeStripes() bool {
	o := t.needMore()
	if o.mask == 0 {
		o.mask = uint32(stripeCount() - 1) // for ever: recorders read it without the lock
	}
	n := int(o.mask) + 1
	if !stripeMemory.take(t.stripeBytes(n)) {
		return false
	}
	stripes := make([]stripe, n)
	for i := range stripes {
		stripes[i].tally = newTally(t.buckets)
	}
	o.seen = -1 // before the first reading; readers use it only once the series has stripes
	o.stripes.Store(&stripes[0])
	return true
}

// stripeBytes returns the size of n stripes, without exemplars.
func (t *tally) stripeBytes(n int) int {
	return n * (int(unsafe.Sizeof(stripe{})) + farBytes(len(t.buckets.bounds)-nearBuckets))
}

// tryAdd adds a value to the goroutine's own stripe. It fails if the stripe is held, or was
// given back.
func (o *overflow) tryAdd(bucket int, v float64) bool {
	first := o.stripes.Load()
	if first == nil {
		return false
	}
	s := o.stripe(first, goroutineNumber(o.seed.Load()))
	if atomic.LoadUint32(&s.state) != stateFree || !atomic.CompareAndSwapUint32(&s.state, stateFree, stateHeld) {
		return false
	}
	if s.tally.add(bucket, v) {
		s.tally.carry(bucket)
	}
	atomic.StoreUint32(&s.state, stateFree)
	return true
}

// record records into a stripe that is not held. It fails if the stripes were given back.
func (o *overflow) record(v float64, e *metric.Exemplar) bool {
	first := o.stripes.Load()
	if first == nil {
		return false
	}
	i := goroutineNumber(o.seed.Load())
	for try := 0; ; try++ {
		s := o.stripe(first, i+try)
		switch atomic.LoadUint32(&s.state) {
		case stateFree:
			if atomic.CompareAndSwapUint32(&s.state, stateFree, stateHeld) {
				s.tally.addExemplar(v, e)
				atomic.StoreUint32(&s.state, stateFree)
				return true
			}
			o.seed.Add(1) // makes another contention of these goroutines unlikely
		case stateHeld:
			o.seed.Add(1)
		case stateEnded:
			return false
		}
		pause(try)
	}
}

// readSpread adds what a distribution with stripes has summed up to an empty total. It gives
// the stripes back if they have no new records. It fails if the distribution has no stripes any
// more. It locks out other readers, so the tally does not change meanwhile: records go to the
// stripes, which have locks of their own.
func (c *Distribution) readSpread(t *total) bool {
	o := c.more
	o.reading.Lock()
	defer o.reading.Unlock()
	if c.loadState() != stateSpread {
		return false
	}
	t.add(&c.tally)
	own := t.n
	held := o.copyTo(t)
	idle := !held && t.n-own == o.seen
	o.seen = t.n - own
	if idle && c.switchState(stateSpread, stateRead) {
		c.fold()
		atomic.StoreUint32(&c.state, stateFree)
	}
	return true
}

// copyTo adds what the stripes have summed up. It reports whether it has waited for a recorder.
func (o *overflow) copyTo(t *total) (held bool) {
	first := o.stripes.Load()
	for i := range int(o.mask) + 1 {
		s := o.stripe(first, i)
		for try := 0; !atomic.CompareAndSwapUint32(&s.state, stateFree, stateRead); try++ {
			held = true
			pause(try)
		}
		t.add(&s.tally)
		atomic.StoreUint32(&s.state, stateFree)
	}
	return held
}

// fold adds the stripes to the tally and gives them back. The caller has locked out other
// readers, and recorders: by the state stateRead, or because the series has ended.
func (t *tally) fold() {
	o := t.more
	first, n := o.stripes.Load(), int(o.mask)+1
	for i := range n {
		s := o.stripe(first, i)
		for try := 0; !atomic.CompareAndSwapUint32(&s.state, stateFree, stateEnded); try++ {
			pause(try)
		}
		t.merge(&s.tally)
	}
	o.stripes.Store(nil)
	stripeMemory.giveBack(t.stripeBytes(n))
}

// endStripes gives the stripes of a series back that has ended.
func (c *Distribution) endStripes() {
	o := c.more
	if o == nil || o.stripes.Load() == nil {
		return
	}
	o.reading.Lock()
	defer o.reading.Unlock()
	if o.stripes.Load() != nil {
		c.fold()
	}
}
