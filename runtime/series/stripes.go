package series

import (
	"math"
	"sync/atomic"

	"github.com/ocgen/ocgen/runtime/internal/number"
)

// cacheLine is what processors exchange at once, in bytes. Series have lines of
// their own, so that two that are recorded by two processors do not meet.
const cacheLine = 64

// contended reports whether others change n all the time. To be preempted in between
// shows as one change; one that does nothing but change n makes some twenty.
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

// stripes64 are the parts of a number that several goroutines add to at once. A
// goroutine mostly has a stripe of its own.
type stripes64 struct {
	stripes []stripe64
	seed    atomic.Uint32 // changes when goroutines meet
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

// addFloat adds to a float64.
func (s *stripes64) addFloat(v float64) {
	s.change(func(old uint64) uint64 { return math.Float64bits(math.Float64frombits(old) + v) })
}

// change changes one of the stripes.
func (s *stripes64) change(next func(old uint64) uint64) {
	mask := len(s.stripes) - 1
	for i := goroutineNumber(s.seed.Load()); ; i++ {
		n := &s.stripes[i&mask].n
		old := n.Load()
		if n.CompareAndSwap(old, next(old)) {
			return
		}
		s.seed.Add(1) // whoever met here will hardly meet again
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

// sumFloat returns the sum of a float64's stripes.
func (s *stripes64) sumFloat() float64 {
	var sum float64
	for i := range s.stripes {
		sum += math.Float64frombits(s.stripes[i].n.Load())
	}
	return sum
}
