package series

import (
	goruntime "runtime"
	"sync/atomic"
	"time"
	"unsafe"
)

// A series of the direct recorder has a state. For a distribution it is a lock
// too. It is changed by compare-and-swap and by the one who holds it.
const (
	stateFree   uint32 = iota // takes records
	stateEmpty                // takes its first record
	stateHeld                 // a recorder is changing it
	stateProbe                // as stateFree, and now and then a record looks whether others record too; counts only
	stateRead                 // a reader is copying it
	stateSpread               // its stripes take the records
	stateEnded                // of a set that was unregistered: its successor takes the records
)

// An origin is what all kinds of series have: the state, and which series of
// which set it is.
type origin[C any] struct {
	set   *SeriesSet[C]
	index uint64
	start atomic.Int64 // Unix time in ns of the first record, or of a zero row's registration; 0: not yet
	state uint32
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

// end waits for whoever holds the series, and ends it.
func (o *origin[C]) end() {
	for try := 0; ; try++ {
		if s := o.loadState(); s != stateHeld && s != stateRead && o.switchState(s, stateEnded) {
			return
		}
		pause(try)
	}
}

// successor returns the series that takes the records of an ended one, and nil
// while its set is not registered: then the record is dropped.
func (o *origin[C]) successor() *C {
	if o.set == nil {
		return nil
	}
	if o != o.set.kind.origin(o.set.none) {
		if c := o.set.current(o.index); c != o.set.none {
			return c
		}
	}
	o.set.countUnregistered()
	return nil
}

// maxStripes bounds over how many stripes a series is spread.
const maxStripes = 64

// stripeCount returns how many stripes a series gets, a power of two: twice as
// many as there are processors, so that few goroutines share one.
func stripeCount() int {
	n := 4
	for n < 2*goruntime.GOMAXPROCS(0) && n < maxStripes {
		n *= 2
	}
	return n
}

// goroutineNumber returns a number that is mostly the same for records of one
// goroutine and different for those of others: it is made from where its stack
// lies. Nothing depends on it but speed.
func goroutineNumber(seed uint32) int {
	var local byte
	const golden = 0x9e3779b97f4a7c15 // 2^64 divided by the golden ratio
	stack := uint64(uintptr(unsafe.Pointer(&local))) >> 11
	return int((stack ^ uint64(seed)) * golden >> 56)
}

// spins is how often a goroutine looks again at a series that somebody holds,
// before it lets others run: the holder may have lost its processor.
const spins = 64

// pause is called in a loop that waits for a holder.
func pause(try int) {
	if try%spins == spins-1 {
		goruntime.Gosched()
	}
}
