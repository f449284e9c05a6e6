package runtime

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
		read: func(series []*Int64LastValue, _ bool) []any {
			return lastValues(series, func(c *Int64LastValue) (any, bool) {
				set := c.now() != stateEmpty // before the value, which is set first
				return c.last.Load(), set
			})
		},
	})
}

// An Int64LastValue is one series of a view that keeps the last whole number. It
// is safe for concurrent use; of two that are set at once either remains.
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
	if c.now() == stateEnded {
		if c = c.successor(); c == nil {
			return
		}
	}
	c.last.Store(v)
	if c.now() == stateEmpty {
		c.turn(stateEmpty, stateFree)
	}
}

// Float64LastValues are the series of a view that keeps the last number.
type Float64LastValues = SeriesSet[Float64LastValue]

// NewFloat64LastValues returns the series of a view that keeps the last number.
func NewFloat64LastValues(info SeriesInfo) *Float64LastValues {
	return newSeriesSet(info, kind[Float64LastValue]{
		origin: func(c *Float64LastValue) *origin[Float64LastValue] { return &c.origin },
		read: func(series []*Float64LastValue, _ bool) []any {
			return lastValues(series, func(c *Float64LastValue) (any, bool) {
				set := c.now() != stateEmpty // before the value, which is set first
				return math.Float64frombits(c.bits.Load()), set
			})
		},
	})
}

// A Float64LastValue is one series of a view that keeps the last number. It is
// safe for concurrent use; of two that are set at once either remains.
type Float64LastValue struct {
	float64LastValueFields
	_ [cacheLine - unsafe.Sizeof(float64LastValueFields{})%cacheLine]byte
}

type float64LastValueFields struct {
	origin[Float64LastValue]
	bits atomic.Uint64 // of the last value
}

// Set makes v, which must be [Finite], the last value.
func (c *Float64LastValue) Set(v float64) {
	if c.now() == stateEnded {
		if c = c.successor(); c == nil {
			return
		}
	}
	c.bits.Store(math.Float64bits(v))
	if c.now() == stateEmpty {
		c.turn(stateEmpty, stateFree)
	}
}

// lastValues reads the series that have been set.
func lastValues[C any](series []*C, get func(c *C) (v any, set bool)) []any {
	values := make([]any, len(series))
	for i, c := range series {
		if v, set := get(c); set {
			values[i] = v
		}
	}
	return values
}
