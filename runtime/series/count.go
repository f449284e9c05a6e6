package series

import (
	"sync/atomic"
	"time"
)

// Counts are the series of a view that counts.
type Counts = SeriesSet[Count]

// NewCounts returns the series of a view that counts.
func NewCounts(info SeriesInfo) *Counts {
	return newSeriesSet(info, kind[Count]{
		origin:     func(c *Count) *origin[Count] { return &c.origin },
		free:       func(c *Count) { c.spread.end(c) },
		cumulative: true,
		reader:     each((*Count).value),
	})
}

// A Count is one series of a view that counts. It is safe for concurrent use. It fills a cache
// line.
type Count struct {
	n int64 // first, so that it is aligned for atomic operations on all processors
	origin[Count]
	spread spread64
	seen   atomic.Int64 // n at the last reading
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
		if _, ok := c.spread.stripes.Load().add(1, nil); !ok {
			atomic.AddInt64(&c.n, 1)
		}
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
	if !c.spread.look(c) && last {
		c.switchState(stateProbe, stateFree)
	}
}

func (c *Count) own() uint64             { return uint64(atomic.LoadInt64(&c.n)) }
func (c *Count) addOwn(v uint64)         { atomic.AddInt64(&c.n, int64(v)) }
func (c *Count) busy() bool              { return contended(c.own, 1) }
func (c *Count) plus(a, b uint64) uint64 { return a + b }
func (c *Count) toStripes() bool         { return c.switchState(stateProbe, stateSpread) }

// fromStripes makes the next records check for contention: they may have paused just now.
func (c *Count) fromStripes() bool { return c.switchState(stateSpread, stateProbe) }

// value returns the number of records. It returns nil for a series without a record that
// is not a zero row.
func (c *Count) value(zero bool, last any) any {
	c.remind()
	folds, whole := c.spread.begin()
	n := atomic.LoadInt64(&c.n)
	if !whole || !c.spread.same(folds) {
		n = int64(c.spread.number(c))
	}
	if n == 0 && !zero {
		return nil
	}
	return boxedInt64(n, last)
}
