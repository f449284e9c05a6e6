package series

import (
	"math"
	"sync"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/internal/number"
)

// A series into which several goroutines record all the time has stripes. Usually each
// goroutine has a stripe of its own, so that processors do not wait for each other's cache
// lines. The value of the series is the sum of its own number, or tally, and of its stripes.
// Three rules keep the memory small:
//
//   - A series gets stripes only if a recorder finds that others change it all the time, see
//     contended. Goroutines that meet now and then do not cause stripes.
//   - The stripes of all series together take at most maxStripeBytes.
//   - A reading that finds no record in the stripes since the reading before gives them back:
//     it adds their values to the series' own, and the garbage collector frees them.
//
// Recorders take no lock. So a recorder may have found its stripe, lose its processor, and go on
// after the stripe was given back. Therefore the reader marks each stripe as ended in the same
// atomic operation that takes its value: a number by a swap, a tally by its lock. The recorder
// changes a stripe by compare-and-swap, so either the reader takes the record too, or the
// recorder finds the mark and records into the series itself. A stripe that has ended is never
// used again.

// cacheLine is the number of bytes that processors exchange at once. Series have their own
// cache lines, so that records of two processors into two series do not disturb each other.
const cacheLine = 64

// contended reports whether other goroutines record into a series all the time. load returns
// what a record changes, perRecord times. A goroutine that does nothing else makes many records
// during the check. If a goroutine is preempted meanwhile, that shows as one record.
//
// The check goes on as long as it sees changes. Between distant processors a change takes as long
// as hundreds of loads, and there contention costs most.
func contended(load func() uint64, perRecord int) bool {
	const quiet, many = 1000, 4 // loads without a change, a quarter to half a microsecond; records
	changes, last := 0, load()
	for since := 0; since < quiet; since++ {
		if v := load(); v != last {
			changes, last, since = changes+1, v, 0
			if changes >= many*perRecord {
				return true
			}
		}
	}
	return false
}

// meetings: of the records that wait for another recorder, about one in so many checks for
// contention. The check takes as long as a few of them.
const meetings = 7

// A number64 is a series whose number can be spread over stripes. The number is an int64, or
// the bits of a float64.
type number64 interface {
	own() uint64             // the number of the series, without its stripes
	busy() bool              // whether its own number is contended
	addOwn(v uint64)         // adds the number of a stripe
	plus(a, b uint64) uint64 // adds two numbers
	toStripes() bool         // lets the records go to the stripes, unless the state has changed
	fromStripes() bool       // lets them go to the series itself, unless it has ended
}

// A spread64 is the part of a series that has the stripes of a number.
type spread64 struct {
	stripes atomic.Pointer[stripes64] // nil: none
	folds   atomic.Uint32             // how often stripes were given back
	met     atomic.Uint32             // how often recorders of a sum met
}

// look gives the series stripes if other goroutines record into it all the time. It reports
// whether it has.
func (s *spread64) look(c number64) bool {
	return stripeMemory.hasRoom(minStripes*stripe64Bytes) && c.busy() && s.spread(c)
}

// spread gives the series stripes, if there is memory for them, and reports whether it has.
func (s *spread64) spread(c number64) bool {
	stripes := newStripes64()
	if stripes == nil {
		return false
	}
	stripes.reading.Lock()
	defer stripes.reading.Unlock()
	if !s.stripes.CompareAndSwap(nil, stripes) {
		stripes.giveBack()
		return false
	}
	if !c.toStripes() {
		s.fold(c, stripes) // a recorder may have found them already
		return false
	}
	return true
}

// begin is called before the own number of a series is read. It reports whether that is the
// whole number of the series: if it has no stripes now, and the next call of same is true.
func (s *spread64) begin() (folds uint32, whole bool) {
	folds = s.folds.Load() // before the stripes, so that same notices each fold that ends later
	return folds, s.stripes.Load() == nil
}

// same reports whether no stripes were given back since begin. Otherwise the own number may have
// been read before the numbers of these stripes were added to it.
func (s *spread64) same(folds uint32) bool { return s.folds.Load() == folds }

// number returns the number of the series. It gives the stripes back if they have no new
// records.
func (s *spread64) number(c number64) uint64 {
	for {
		folds, whole := s.begin()
		if !whole {
			if n, ok := s.sum(c, s.stripes.Load()); ok {
				return n
			}
			continue
		}
		if n := c.own(); s.same(folds) {
			return n
		}
	}
}

// sum is number for a series with stripes. It fails if they were given back meanwhile.
func (s *spread64) sum(c number64, stripes *stripes64) (sum uint64, ok bool) {
	if stripes == nil {
		return 0, false
	}
	stripes.reading.Lock()
	defer stripes.reading.Unlock()
	if s.stripes.Load() != stripes {
		return 0, false
	}
	sum = c.own() // before the stripes: see the up-down counts
	idle := stripes.read
	stripes.read = true
	for i := range stripes.all {
		stripe := &stripes.all[i]
		v := stripe.n.Load()
		sum = c.plus(sum, v)
		idle = idle && v == stripe.seen
		stripe.seen = v
	}
	if idle && c.fromStripes() {
		s.fold(c, stripes)
	}
	return sum, true
}

// fold adds the numbers of the stripes to the series' own, and gives the stripes back. It is
// called with stripes.reading locked.
func (s *spread64) fold(c number64, stripes *stripes64) {
	s.folds.Add(1) // first: a reader that has found no stripes reads again
	for i := range stripes.all {
		c.addOwn(stripes.all[i].n.Swap(ended64))
	}
	s.stripes.Store(nil)
	stripes.giveBack()
}

// end gives the stripes of a series back that has ended.
func (s *spread64) end(c number64) {
	stripes := s.stripes.Load()
	if stripes == nil {
		return
	}
	stripes.reading.Lock()
	defer stripes.reading.Unlock()
	if s.stripes.Load() == stripes {
		s.fold(c, stripes)
	}
}

// stripes64 are the parts of a number.
type stripes64 struct {
	all     []stripe64
	seed    atomic.Uint32 // changes on contention
	reading sync.Mutex    // locked by readers, so that none adds up stripes that another one gives back
	read    bool          // there was a reading; guarded by reading
}

type stripe64 struct {
	n    atomic.Uint64 // an int64, or the bits of a float64
	seen uint64        // n at the last reading; guarded by reading
	_    [cacheLine - 16]byte
}

const stripe64Bytes = cacheLine

// ended64 is the number of a stripe that was given back. It is a negative int64, and as a float64
// it is -0. A sum that begins with 0 never has it. An up-down count may reach it: then records go
// to the series' own number as if the stripe had ended, and readings add it up as any other.
const ended64 = 1 << 63

// newStripes64 returns nil if the memory of all stripes would exceed its bound.
func newStripes64() *stripes64 {
	n := stripeCount()
	if !stripeMemory.take(n * stripe64Bytes) {
		return nil
	}
	return &stripes64{all: make([]stripe64, n)}
}

// giveBack gives the memory back.
func (s *stripes64) giveBack() { stripeMemory.giveBack(len(s.all) * stripe64Bytes) }

// plusInt64 adds two int64s that are not negative.
func plusInt64(a, b uint64) uint64 { return uint64(number.Plus(int64(a), int64(b))) }

// plusFloat64 adds the bits of two float64s.
func plusFloat64(a, b uint64) uint64 {
	return math.Float64bits(math.Float64frombits(a) + math.Float64frombits(b))
}

// add adds to one of the stripes, and returns its number. It fails if the stripes were given
// back: then the record belongs into the series' own number. A nil s was given back. plus is nil
// for int64s that wrap round: a call of a function would be a tenth of the record.
func (s *stripes64) add(v uint64, plus func(a, b uint64) uint64) (stripe int, ok bool) {
	if s == nil {
		return 0, false
	}
	mask := len(s.all) - 1
	for i := goroutineNumber(s.seed.Load()); ; i++ {
		n := &s.all[i&mask].n
		old := n.Load()
		if old == ended64 {
			return 0, false
		}
		sum := old + v
		if plus != nil {
			sum = plus(old, v)
		}
		if n.CompareAndSwap(old, sum) {
			return i & mask, true
		}
		s.seed.Add(1) // makes another contention of these goroutines unlikely
	}
}

// decrement subtracts 1 from a stripe. It fails as add does.
func (s *stripes64) decrement(stripe int) bool {
	if s == nil {
		return false
	}
	n := &s.all[stripe&(len(s.all)-1)].n // there may be fewer stripes than when it was counted
	for {
		old := n.Load()
		if old == ended64 {
			return false
		}
		if n.CompareAndSwap(old, old-1) {
			return true
		}
	}
}
