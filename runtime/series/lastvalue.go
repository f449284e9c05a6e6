package series

import (
	"math"
	"sync/atomic"
	"unsafe"
)

// Int64LastValues are the series of a view that keeps the last whole number.
type Int64LastValues = SeriesSet[Int64LastValue]

// NewInt64LastValues returns the series of a view that keeps the last whole
// number.
func NewInt64LastValues(info SeriesInfo) *Int64LastValues {
	return newSeriesSet(info, kind[Int64LastValue]{
		origin: func(c *Int64LastValue) *origin[Int64LastValue] { return &c.origin },
		single: true,
		reader: each((*Int64LastValue).value),
	})
}

// An Int64LastValue is one series of a view that keeps the last whole number. It is safe
// for concurrent use. If two values are set at once, either remains.
type Int64LastValue struct {
	int64LastValueFields
	_ [cacheLine - unsafe.Sizeof(int64LastValueFields{})%cacheLine]byte
}

type int64LastValueFields struct {
	origin[Int64LastValue]
	last atomic.Int64
}

// Set makes v the last value.
func (c *Int64LastValue) Set(v int64) {
	if c.loadState() == stateEnded {
		if c = c.successor(); c == nil {
			return
		}
	}
	c.last.Store(v)
	if c.loadState() == stateEmpty {
		c.switchState(stateEmpty, stateFree)
	}
}

// value returns the last value, and nil for a series that was never set or has ended.
func (c *Int64LastValue) value(_ bool, last any) any {
	if s := c.loadState(); s == stateEmpty || s == stateEnded { // before the value, which is set first
		return nil
	}
	return boxedInt64(c.last.Load(), last)
}

// Float64LastValues are the series of a view that keeps the last number.
type Float64LastValues = SeriesSet[Float64LastValue]

// NewFloat64LastValues returns the series of a view that keeps the last number.
func NewFloat64LastValues(info SeriesInfo) *Float64LastValues {
	return newSeriesSet(info, kind[Float64LastValue]{
		origin: func(c *Float64LastValue) *origin[Float64LastValue] { return &c.origin },
		single: true,
		reader: each((*Float64LastValue).value),
	})
}

// A Float64LastValue is one series of a view that keeps the last number. It is safe for
// concurrent use. If two values are set at once, either remains.
type Float64LastValue struct {
	float64LastValueFields
	_ [cacheLine - unsafe.Sizeof(float64LastValueFields{})%cacheLine]byte
}

type float64LastValueFields struct {
	origin[Float64LastValue]
	bits atomic.Uint64 // of the last value
}

// Set makes v, which must be [record.Finite], the last value.
func (c *Float64LastValue) Set(v float64) {
	if c.loadState() == stateEnded {
		if c = c.successor(); c == nil {
			return
		}
	}
	c.bits.Store(math.Float64bits(v))
	if c.loadState() == stateEmpty {
		c.switchState(stateEmpty, stateFree)
	}
}

// value returns the last value, and nil for a series that was never set or has ended.
func (c *Float64LastValue) value(_ bool, last any) any {
	if s := c.loadState(); s == stateEmpty || s == stateEnded { // before the value, which is set first
		return nil
	}
	return boxedFloat64(math.Float64frombits(c.bits.Load()), last)
}
