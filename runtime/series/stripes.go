package series

import (
	"math"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/internal/number"
)

// cacheLine is the number of bytes that processors exchange at once. Series have their own
// cache lines, so that records of two processors into two series do not disturb each other.
const cacheLine = 64

// contended reports whether other goroutines change n all the time. A goroutine that does
// nothing else makes some twenty changes during the check. If this goroutine is preempted
// during the check, that shows as one change.
func contended(n *int64) bool {
	const loads, many = 1000, 4 // about half a microsecond
	changes, last := 0, atomic.LoadInt64(n)
	for range loads {
		if v := atomic.LoadInt64(n); v != last {
			changes, last = changes+1, v
		}
	}
	return changes >= many
}

// stripes64 are the parts of a number to which several goroutines add at once. Usually each
// goroutine has a stripe of its own.
type stripes64 struct {
	stripes []stripe64
	seed    atomic.Uint32 // changes on contention
}

type stripe64 struct {
	n atomic.Uint64 // an int64, or the bits of a float64
	_ [cacheLine - 8]byte
}

func newStripes64() *stripes64 { return &stripes64{stripes: make([]stripe64, stripeCount())} }

// add adds to an int64 that is not negative.
func (s *stripes64) add(v int64) {
	s.change(func(old uint64) uint64 { return uint64(number.Plus(int64(old), v)) })
}

// addWrapping adds to an int64, also a negative number. A total beyond int64 wraps round. It
// returns the number to which it added.
func (s *stripes64) addWrapping(v int64) *atomic.Uint64 {
	return s.change(func(old uint64) uint64 { return old + uint64(v) })
}

// addFloat adds to a float64.
func (s *stripes64) addFloat(v float64) {
	s.change(func(old uint64) uint64 { return math.Float64bits(math.Float64frombits(old) + v) })
}

// change changes one of the stripes, and returns its number.
func (s *stripes64) change(next func(old uint64) uint64) *atomic.Uint64 {
	mask := len(s.stripes) - 1
	for i := goroutineNumber(s.seed.Load()); ; i++ {
		n := &s.stripes[i&mask].n
		old := n.Load()
		if n.CompareAndSwap(old, next(old)) {
			return n
		}
		s.seed.Add(1) // makes another contention of these goroutines unlikely
	}
}

// sum returns the sum of an int64's stripes.
func (s *stripes64) sum() int64 {
	var sum int64
	for i := range s.stripes {
		sum = number.Plus(sum, int64(s.stripes[i].n.Load()))
	}
	return sum
}

// sumWrapping returns the sum of the stripes of addWrapping.
func (s *stripes64) sumWrapping() int64 {
	var sum uint64
	for i := range s.stripes {
		sum += s.stripes[i].n.Load()
	}
	return int64(sum)
}

// sumFloat returns the sum of a float64's stripes.
func (s *stripes64) sumFloat() float64 {
	var sum float64
	for i := range s.stripes {
		sum += math.Float64frombits(s.stripes[i].n.Load())
	}
	return sum
}
