package runtime

import (
	"sync/atomic"
	"time"
	"unsafe"
)

// Counts are the series of a view that counts.
type Counts = SeriesSet[Count]

// NewCounts returns the series of a view that counts.
func NewCounts(info SeriesInfo) *Counts {
	return newSeriesSet(info, kind[Count]{
		origin:     func(c *Count) *origin[Count] { return &c.origin },
		cumulative: true,
		read:       readCounts,
	})
}

// A Count is one series of a view that counts. It is safe for concurrent use.
type Count struct {
	n int64 // first, so that atomic operations find it aligned everywhere
	origin[Count]
	spread atomic.Pointer[stripes64]
	_      [cacheLine - 8 - unsafe.Sizeof(origin[Count]{}) - unsafe.Sizeof(uintptr(0))]byte
}

// Inc counts a record.
func (c *Count) Inc() {
	n := int64(0)
	if atomic.LoadUint32(&c.state) == stateFree {
		n = atomic.AddInt64(&c.n, 1)
	}
	if n&(probeEvery-1) == 0 {
		c.inc(n)
	}
}

// inc counts a record in a series that was not free, and looks after one that
// was: then n is not 0, and the record is counted, whatever the state is now.
func (c *Count) inc(n int64) {
	if n != 0 {
		// An addition cannot fail, so others are looked for from time to time.
		if contended(&c.n) {
			c.spread.CompareAndSwap(nil, newStripes64())
			c.turn(stateFree, stateSpread)
		}
		return
	}
	switch c.now() {
	case stateFree: // a moment ago it was not
		atomic.AddInt64(&c.n, 1)
	case stateEmpty:
		c.begin(time.Now()) // before the count: a reader needs both
		atomic.AddInt64(&c.n, 1)
		c.turn(stateEmpty, stateFree)
	case stateSpread:
		c.spread.Load().add(1)
	case stateEnded:
		if next := c.successor(); next != nil {
			next.Inc()
		}
	}
}

func readCounts(series []*Count, zero bool) []any {
	values := make([]any, len(series))
	for i, c := range series {
		n := atomic.LoadInt64(&c.n)
		if s := c.spread.Load(); s != nil {
			n += s.sum()
		}
		if n != 0 || zero {
			values[i] = n
		}
	}
	return values
}
