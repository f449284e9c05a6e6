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
	countFields
	_ [cacheLine - unsafe.Sizeof(countFields{})%cacheLine]byte
}

type countFields struct {
	n atomic.Int64
	origin[Count]
	spread atomic.Pointer[stripes64]
}

// Inc counts a record.
func (c *Count) Inc() {
	if c.now() != stateFree {
		c.inc()
		return
	}
	// An addition cannot fail, so others are looked for from time to time.
	if c.n.Add(1)%probeEvery == 0 && contended(&c.n) {
		c.spread.CompareAndSwap(nil, newStripes64())
		c.turn(stateFree, stateSpread)
	}
}

// inc counts a record in a series that is not free.
func (c *Count) inc() {
	switch c.now() {
	case stateFree: // a moment ago it was not
		c.n.Add(1)
	case stateEmpty:
		c.begin(time.Now())
		c.n.Add(1)
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
		n := c.n.Load()
		if s := c.spread.Load(); s != nil {
			n += s.sum()
		}
		if n != 0 || zero {
			values[i] = n
		}
	}
	return values
}
