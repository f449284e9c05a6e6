package series

import (
	"math"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/ocgen/ocgen/runtime/internal/number"
)

// Int64Sums are the series of a view that sums up whole numbers.
type Int64Sums = SeriesSet[Int64Sum]

// NewInt64Sums returns the series of a view that sums up whole numbers.
func NewInt64Sums(info SeriesInfo) *Int64Sums {
	return newSeriesSet(info, kind[Int64Sum]{
		origin:     func(c *Int64Sum) *origin[Int64Sum] { return &c.origin },
		free:       func(c *Int64Sum) { c.spread.end(c) },
		cumulative: true,
		reader:     each((*Int64Sum).value),
	})
}

// An Int64Sum is one series of a view that sums up whole numbers. It is exact up to the
// largest int64, where it stays. It is safe for concurrent use.
type Int64Sum struct {
	int64SumFields
	_ [cacheLine - unsafe.Sizeof(int64SumFields{})%cacheLine]byte
}

type int64SumFields struct {
	sum atomic.Int64
	origin[Int64Sum]
	spread spread64
}

// Add adds v, which must not be negative.
func (c *Int64Sum) Add(v int64) {
	if c.loadState() == stateFree && c.tryAdd(v) {
		return
	}
	c.add(v)
}

// tryAdd fails if another goroutine changes the sum.
func (c *Int64Sum) tryAdd(v int64) bool {
	old := c.sum.Load()
	return c.sum.CompareAndSwap(old, number.Plus(old, v))
}

// add adds v to a series that is not free, or that other goroutines change.
func (c *Int64Sum) add(v int64) {
	switch c.loadState() {
	case stateFree:
		for !c.tryAdd(v) {
		}
		if c.spread.met.Add(1)%meetings == 0 {
			c.spread.look(c)
		}
	case stateEmpty:
		c.begin(time.Now())
		for !c.tryAdd(v) {
		}
		c.switchState(stateEmpty, stateFree)
	case stateSpread:
		if _, ok := c.spread.stripes.Load().add(uint64(v), plusInt64); ok {
			return
		}
		for !c.tryAdd(v) {
		}
	case stateEnded:
		if next := c.successor(); next != nil {
			next.Add(v)
		}
	}
}

func (c *Int64Sum) own() uint64             { return uint64(c.sum.Load()) }
func (c *Int64Sum) busy() bool              { return contended(c.own, 1) }
func (c *Int64Sum) plus(a, b uint64) uint64 { return plusInt64(a, b) }
func (c *Int64Sum) toStripes() bool         { return c.switchState(stateFree, stateSpread) }
func (c *Int64Sum) fromStripes() bool       { return c.switchState(stateSpread, stateFree) }

func (c *Int64Sum) addOwn(v uint64) {
	for !c.tryAdd(int64(v)) {
	}
}

// value returns the sum. It returns nil for a series without a record that is not a zero
// row.
func (c *Int64Sum) value(zero bool, last any) any {
	empty := c.loadState() == stateEmpty && !zero
	folds, whole := c.spread.begin()
	sum := c.sum.Load()
	if !whole || !c.spread.same(folds) {
		sum = int64(c.spread.number(c))
	}
	if empty && sum == 0 {
		return nil
	}
	return boxedInt64(sum, last)
}

// Float64Sums are the series of a view that sums up numbers.
type Float64Sums = SeriesSet[Float64Sum]

// NewFloat64Sums returns the series of a view that sums up numbers.
func NewFloat64Sums(info SeriesInfo) *Float64Sums {
	return newSeriesSet(info, kind[Float64Sum]{
		origin:     func(c *Float64Sum) *origin[Float64Sum] { return &c.origin },
		free:       func(c *Float64Sum) { c.spread.end(c) },
		cumulative: true,
		reader:     each((*Float64Sum).value),
	})
}

// A Float64Sum is one series of a view that sums up numbers. It is safe for
// concurrent use.
type Float64Sum struct {
	float64SumFields
	_ [cacheLine - unsafe.Sizeof(float64SumFields{})%cacheLine]byte
}

type float64SumFields struct {
	bits atomic.Uint64 // of the sum
	origin[Float64Sum]
	spread spread64
}

// Add adds v, which must be [record.Finite]. Unless the series is a [Float64UpDown], v must
// not be negative.
func (c *Float64Sum) Add(v float64) {
	if c.loadState() == stateFree && c.tryAdd(v) {
		return
	}
	c.add(v)
}

// tryAdd fails if another goroutine changes the sum.
func (c *Float64Sum) tryAdd(v float64) bool {
	old := c.bits.Load()
	return c.bits.CompareAndSwap(old, math.Float64bits(math.Float64frombits(old)+v))
}

// add adds v to a series that is not free, or that other goroutines change.
func (c *Float64Sum) add(v float64) {
	switch c.loadState() {
	case stateFree:
		for !c.tryAdd(v) {
		}
		if c.spread.met.Add(1)%meetings == 0 {
			c.spread.look(c)
		}
	case stateEmpty:
		c.begin(time.Now())
		for !c.tryAdd(v) {
		}
		c.switchState(stateEmpty, stateFree)
	case stateSpread:
		if _, ok := c.spread.stripes.Load().add(math.Float64bits(v), plusFloat64); ok {
			return
		}
		for !c.tryAdd(v) {
		}
	case stateEnded:
		if next := c.successor(); next != nil {
			next.Add(v)
		}
	}
}

func (c *Float64Sum) own() uint64             { return c.bits.Load() }
func (c *Float64Sum) busy() bool              { return contended(c.own, 1) }
func (c *Float64Sum) plus(a, b uint64) uint64 { return plusFloat64(a, b) }
func (c *Float64Sum) toStripes() bool         { return c.switchState(stateFree, stateSpread) }
func (c *Float64Sum) fromStripes() bool       { return c.switchState(stateSpread, stateFree) }

func (c *Float64Sum) addOwn(v uint64) {
	for !c.tryAdd(math.Float64frombits(v)) {
	}
}

// value returns the sum. It returns nil for a series without a record that is not a zero
// row, and for a series that has ended.
func (c *Float64Sum) value(zero bool, last any) any {
	state := c.loadState()
	if state == stateEnded {
		return nil
	}
	empty := state == stateEmpty && !zero
	folds, whole := c.spread.begin()
	bits := c.bits.Load()
	if !whole || !c.spread.same(folds) {
		bits = c.spread.number(c)
	}
	sum := math.Float64frombits(bits)
	if empty && sum == 0 {
		return nil
	}
	return boxedFloat64(sum, last)
}
