package series

import (
	"sync/atomic"
	"time"
	"unsafe"
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
//     than begins.

// Int64UpDowns are the series of a view that counts whole numbers up and down.
type Int64UpDowns = SeriesSet[Int64UpDown]

// NewInt64UpDowns returns the series of a view that counts whole numbers up and down.
func NewInt64UpDowns(info SeriesInfo) *Int64UpDowns {
	return newSeriesSet(info, kind[Int64UpDown]{
		origin:     func(c *Int64UpDown) *origin[Int64UpDown] { return &c.origin },
		cumulative: true,
		reader:     each((*Int64UpDown).value),
	})
}

// An Int64UpDown is one series of a view that counts whole numbers up and down. A total
// beyond int64 wraps round. It is safe for concurrent use.
type Int64UpDown struct {
	n int64 // first, so that it is aligned for atomic operations on all processors
	origin[Int64UpDown]
	spread atomic.Pointer[stripes64]
	probed atomic.Int64 // records since the last reading that were counted to check for contention
	_      [cacheLine - 16 - unsafe.Sizeof(origin[Int64UpDown]{}) - unsafe.Sizeof(uintptr(0))]byte
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
		if n := c.probed.Add(1); n%lookAt == 0 {
			c.look(n >= looks*lookAt)
		}
	case stateSpread:
		return addition{series: c, stripe: c.spread.Load().addWrapping(delta)}
	case stateEnded:
		next := c.successor()
		if next == nil {
			return addition{}
		}
		return next.add(delta)
	}
	return addition{series: c}
}

// remind makes some of the next records check for contention. The number says nothing
// about how many records there were, so they are counted until enough checks were made. If
// they are few, that costs nothing that matters. See [Count.remind].
func (c *Int64UpDown) remind() {
	c.probed.Store(0)
	c.switchState(stateFree, stateProbe)
}

// look spreads the number over stripes if other goroutines record too.
func (c *Int64UpDown) look(last bool) {
	switch {
	case contended(&c.n):
		c.spread.CompareAndSwap(nil, newStripes64())
		c.switchState(stateProbe, stateSpread)
	case last:
		c.switchState(stateProbe, stateFree)
	}
}

// value returns the number. It returns nil for a series without a record that is not a zero
// row, and for a series that has ended.
func (c *Int64UpDown) value(zero bool, last any) any {
	state := c.loadState()
	if state == stateEnded {
		return nil
	}
	empty := state == stateEmpty && !zero
	n := atomic.LoadInt64(&c.n)
	if s := c.spread.Load(); s != nil {
		n += s.sumWrapping()
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
