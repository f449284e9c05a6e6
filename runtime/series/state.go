package series

import (
	goruntime "runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// A series of the direct recorder has a state, which is also the lock of a distribution. It
// is changed by compare-and-swap, and by the goroutine that holds the series.
const (
	stateFree   uint32 = iota // records go to it
	stateEmpty                // has no record yet
	stateHeld                 // a recorder is changing it
	stateProbe                // like stateFree, but some records check for contention; only counts
	stateRead                 // a reader is copying it, or gives its stripes back
	stateSpread               // records go to its stripes
	stateEnded                // its set was unregistered, or it was forgotten: records go to its successor; of a stripe: it was given back
)

// An origin has the fields of all kinds of series: the state, the set, and the index.
type origin[C any] struct {
	set   *SeriesSet[C]
	index uint64
	start atomic.Int64 // Unix time in ns of the first record, or from which it is a zero row; 0: not yet
	state uint32
	bound atomic.Bool // it is among boundRows
}

// begin is called before the first record is visible. Of several calls the first
// has an effect.
func (o *origin[C]) begin(at time.Time) { o.start.CompareAndSwap(0, at.UnixNano()) }

// loadState returns the state.
func (o *origin[C]) loadState() uint32 { return atomic.LoadUint32(&o.state) }

// switchState changes the state if it is from.
func (o *origin[C]) switchState(from, to uint32) bool {
	return atomic.CompareAndSwapUint32(&o.state, from, to)
}

// end waits until the series is not held, and ends it.
func (o *origin[C]) end() {
	for try := 0; ; try++ {
		if s := o.loadState(); s != stateHeld && s != stateRead && o.switchState(s, stateEnded) {
			return
		}
		pause(try)
	}
}

// successor returns the series for the records of an ended series. It returns nil if the
// record is dropped: while the set is not registered, and past a limit.
func (o *origin[C]) successor() *C {
	s := o.set
	if s == nil {
		return nil
	}
	c := s.none
	switch {
	case s.past != nil && o == s.kind.origin(s.past):
		c = s.past
	case o != s.kind.origin(s.none):
		c = s.current(o.index)
	}
	switch c {
	case s.none:
		s.countUnregistered()
		return nil
	case s.past:
		return nil
	}
	return c
}

// A series has minStripes to maxStripes stripes.
const (
	minStripes = 4
	maxStripes = 64
)

// stripeCount returns the number of stripes of a series: a power of two, at least twice the
// number of processors up to maxStripes, so that few goroutines share a stripe.
func stripeCount() int {
	n := minStripes
	for n < 2*goruntime.GOMAXPROCS(0) && n < maxStripes {
		n *= 2
	}
	return n
}

// goroutineNumber returns a number from the address of the goroutine's stack. It is mostly
// the same for records of one goroutine and different for other goroutines. Only speed
// depends on it.
func goroutineNumber(seed uint32) int {
	var local byte
	const golden = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	stack := uint64(uintptr(unsafe.Pointer(&local))) >> 11
	return int((stack ^ uint64(seed)) * golden >> 56)
}

// spins is how often a goroutine tries again to get a held series before it yields its
// processor: the holder may need it.
const spins = 64

// pause is called in a loop that waits for a holder.
func pause(try int) {
	if try%spins == spins-1 {
		goruntime.Gosched()
	}
}
