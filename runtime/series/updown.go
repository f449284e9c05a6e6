package series

import (
	"sync/atomic"
	"time"
)

// An up-down count goes up and down, as a number of open connections does. It is a number
// with atomic additions, like a sum. Three things differ:
//
//   - It may fall, also below zero.
//   - A total of whole numbers beyond int64 wraps round, and is right again once it is back
//     in the range. A sum stays at the largest int64; here the part that was left out would
//     be missing for ever after the next subtraction.
//   - What [Begin] adds is subtracted from the same stripe, if the series is spread over
//     stripes. So a reading, which adds up one stripe after another, never has more ends
//     than begins. Once the stripe was given back, the series' own number has what was added.
//     A reading reads that number before the stripes, so it may be subtracted anywhere.

// Int64UpDowns are the series of a view that counts whole numbers up and down.
type Int64UpDowns = SeriesSet[Int64UpDown]

// NewInt64UpDowns returns the series of a view that counts whole numbers up and down.
func NewInt64UpDowns(info SeriesInfo) *Int64UpDowns {
	return newSeriesSet(info, kind[Int64UpDown]{
		origin:     func(c *Int64UpDown) *origin[Int64UpDown] { return &c.origin },
		free:       func(c *Int64UpDown) { c.spread.end(c) },
		cumulative: true,
		reader:     each((*Int64UpDown).value),
	})
}

// An Int64UpDown is one series of a view that counts whole numbers up and down. A total
// beyond int64 wraps round. It is safe for concurrent use. It fills a cache line.
type Int64UpDown struct {
	n int64 // first, so that it is aligned for atomic operations on all processors
	origin[Int64UpDown]
	spread spread64
	probed atomic.Int64 // records since the last reading that were counted to check for contention
}

// Add adds delta, which may be negative. It is small enough to be inlined: the one atomic
// addition is almost its whole cost.
func (c *Int64UpDown) Add(delta int64) {
	if atomic.LoadUint32(&c.state) != stateFree {
		c.add(delta)
		return
	}
	atomic.AddInt64(&c.n, delta)
}

// add adds delta to a series that may have any state. It returns where delta was added.
func (c *Int64UpDown) add(delta int64) addition {
	switch c.loadState() {
	case stateFree:
		atomic.AddInt64(&c.n, delta)
	case stateEmpty:
		c.begin(time.Now()) // before the number: a reader needs both
		atomic.AddInt64(&c.n, delta)
		c.switchState(stateEmpty, stateFree)
	case stateProbe:
		atomic.AddInt64(&c.n, delta)
		if n := c.probed.Add(1); n%probeAt == 0 {
			c.look(n >= probes*probeAt)
		}
	case stateSpread:
		if i, ok := c.spread.stripes.Load().add(uint64(delta), nil); ok {
			return addition{series: c, stripe: i + 1}
		}
		atomic.AddInt64(&c.n, delta)
	case stateEnded:
		next := c.successor()
		if next == nil {
			return addition{}
		}
		return next.add(delta)
	}
	return addition{series: c}
}

// After a reminder each probeAt-th record checks for contention, at most probes times. A
// reminded record takes twice as long as another, so these are fewer records than those of a
// count, which tells by itself how many there were.
const (
	probeAt = 1 << 8
	probes  = 16
)

// remind makes some of the next records check for contention. The number says nothing
// about how many records there were, so they are counted until enough checks were made. See
// [Count.remind].
func (c *Int64UpDown) remind() {
	c.probed.Store(0)
	c.switchState(stateFree, stateProbe)
}

// look spreads the number over stripes if other goroutines record too.
func (c *Int64UpDown) look(last bool) {
	if !c.spread.look(c) && last {
		c.switchState(stateProbe, stateFree)
	}
}

func (c *Int64UpDown) own() uint64             { return uint64(atomic.LoadInt64(&c.n)) }
func (c *Int64UpDown) addOwn(v uint64)         { atomic.AddInt64(&c.n, int64(v)) }
func (c *Int64UpDown) busy() bool              { return contended(c.own, 1) }
func (c *Int64UpDown) plus(a, b uint64) uint64 { return a + b }
func (c *Int64UpDown) toStripes() bool         { return c.switchState(stateProbe, stateSpread) }

// fromStripes makes the next records check for contention: they may have paused just now.
func (c *Int64UpDown) fromStripes() bool {
	c.probed.Store(0)
	return c.switchState(stateSpread, stateProbe)
}

// value returns the number. It returns nil for a series without a record that is not a zero
// row, and for a series that has ended.
func (c *Int64UpDown) value(zero bool, last any) any {
	state := c.loadState()
	if state == stateEnded {
		return nil
	}
	empty := state == stateEmpty && !zero
	folds, whole := c.spread.begin()
	n := atomic.LoadInt64(&c.n)
	if !whole || !c.spread.same(folds) {
		n = int64(c.spread.number(c))
	}
	if empty && n == 0 {
		return nil
	}
	c.remind()
	return boxedInt64(n, last)
}

// Float64UpDowns are the series of a view that counts numbers up and down. Apart from the
// sign of their values they are sums.
type Float64UpDowns = Float64Sums

// A Float64UpDown is one series of a view that counts numbers up and down. It is safe for
// concurrent use.
type Float64UpDown = Float64Sum

// NewFloat64UpDowns returns the series of a view that counts numbers up and down.
func NewFloat64UpDowns(info SeriesInfo) *Float64UpDowns { return NewFloat64Sums(info) }
