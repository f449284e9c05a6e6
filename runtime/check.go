package runtime

import "math"

// Checks are what a measure's values must be to be recorded.
type Checks uint8

const (
	// Finite: NaN, infinities and values of magnitude 1e150 and more are dropped.
	// One of them would make the sum, mean or deviation of a row infinite or NaN
	// for ever.
	Finite Checks = 1 << iota
	// NonNegative: negative values are dropped. A sum is exported as cumulative, and
	// must not fall. A time below zero comes from a clock that was set back.
	NonNegative
)

// tooLarge is the magnitude from which float values are dropped. A distribution adds up
// squares of deviations. Below this magnitude each square is less than 4e300, and their
// average is at most 1e300. So only a row of 1.8e8 such values comes near the largest
// float64, 1.8e308, and its deviation then stays there (see [withinFloat]). Sums and
// means stay far below: 2^63 such values add up to 1e169.
const tooLarge = 1e150

// usable reports whether v may be recorded: it is false for NaN too.
func usable(v float64) bool { return math.Abs(v) < tooLarge }

// withinFloat returns a sum of squares as a backend takes it: the largest float64
// in place of infinity.
func withinFloat(squares float64) float64 {
	if squares > math.MaxFloat64 {
		return math.MaxFloat64
	}
	return squares
}

// A ValueCheck decides whether a measure's values may be recorded, and counts
// those that may not. It is safe for concurrent use.
type ValueCheck struct {
	checks              Checks
	notFinite, negative *counter
}

// NewValueCheck returns the check of the named measure.
func NewValueCheck(measure string, checks Checks) *ValueCheck {
	return &ValueCheck{
		checks:    checks,
		notFinite: counterFor(counterKey{measure: measure, reason: ReasonNotFinite}),
		negative:  counterFor(counterKey{measure: measure, reason: ReasonNegative}),
	}
}

// Float64 reports whether v may be recorded.
func (c *ValueCheck) Float64(v float64) bool {
	if !usable(v) && c.checks&Finite != 0 {
		c.notFinite.inc()
		return false
	}
	if v < 0 && c.checks&NonNegative != 0 {
		c.negative.inc()
		return false
	}
	return true
}

// Int64 reports whether v, an integer or a duration, may be recorded.
func (c *ValueCheck) Int64(v int64) bool {
	if v < 0 && c.checks&NonNegative != 0 {
		c.negative.inc()
		return false
	}
	return true
}
