package series

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
		reader:     each((*Count).value),
	})
}

// A Count is one series of a view that counts. It is safe for concurrent use.
type Count struct {
	n int64 // first, so that it is aligned for atomic operations on all processors
	origin[Count]
	spread atomic.Pointer[stripes64]
	seen   atomic.Int64 // n at the last reading
	_      [cacheLine - 16 - unsafe.Sizeof(origin[Count]{}) - unsafe.Sizeof(uintptr(0))]byte
}

// Inc counts a record. It is small enough to be inlined: the one atomic addition is
// almost its whole cost.
func (c *Count) Inc() {
	if atomic.LoadUint32(&c.state) != stateFree {
		c.inc()
		return
	}
	atomic.AddInt64(&c.n, 1)
}

// inc counts a record in a series that is not free.
func (c *Count) inc() {
	switch c.loadState() {
	case stateFree: // the state has just changed to free
		atomic.AddInt64(&c.n, 1)
	case stateEmpty:
		c.begin(time.Now()) // before the count: a reader needs both
		atomic.AddInt64(&c.n, 1)
		c.switchState(stateEmpty, stateFree)
	case stateProbe:
		if n := atomic.AddInt64(&c.n, 1); n%lookAt == 0 {
			c.look(n%(looks*lookAt) == 0)
		}
	case stateSpread:
		c.spread.Load().add(1)
	case stateEnded:
		if next := c.successor(); next != nil {
			next.Inc()
		}
	}
}

// remind makes a record soon check for contention. An addition cannot fail as a
// compare-and-swap does, so recorders do not notice each other. Readings remind them.
func (c *Count) remind() {
	n := atomic.LoadInt64(&c.n)
	if n-c.seen.Swap(n) > worthALook {
		c.switchState(stateFree, stateProbe)
	}
}

const (
	// worthALook is the number of records between two readings from which a check is
	// worthwhile: fewer records cannot lose more than some milliseconds by contention.
	worthALook = 1 << 16
	// lookAt: a record checks if the count is a multiple of lookAt. Usually that is some
	// time after the reading, which may run on the processor of the other recorder.
	lookAt = 1 << 14
	// looks is the largest number of checks after a reminder: the last check is at a
	// multiple of looks times lookAt.
	looks = 16
)

// look spreads the count over stripes if other goroutines record too.
func (c *Count) look(last bool) {
	switch {
	case contended(&c.n):
		c.spread.CompareAndSwap(nil, newStripes64())
		c.switchState(stateProbe, stateSpread)
	case last:
		c.switchState(stateProbe, stateFree)
	}
}

// value returns the number of records. It returns nil for a series without a record that
// is not a zero row.
func (c *Count) value(zero bool, last any) any {
	c.remind()
	n := atomic.LoadInt64(&c.n)
	if s := c.spread.Load(); s != nil {
		n += s.sum()
	}
	if n == 0 && !zero {
		return nil
	}
	return boxedInt64(n, last)
}
