package runtime

import "math"

// Checks are what a measure's values must be to be recorded.
type Checks uint8

const (
	// Finite: NaN and infinities are dropped. One of them would make an
	// OpenCensus row's sum, mean or deviation NaN for ever.
	Finite Checks = 1 << iota
	// NonNegative: negative values are dropped. A sum is exported as
	// cumulative, and must not fall.
	NonNegative
)

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
	if c.checks&Finite != 0 && (math.IsNaN(v) || math.IsInf(v, 0)) {
		c.notFinite.inc()
		return false
	}
	if c.checks&NonNegative != 0 && v < 0 {
		c.negative.inc()
		return false
	}
	return true
}

// Int64 reports whether v, an integer or a duration, may be recorded.
func (c *ValueCheck) Int64(v int64) bool {
	if c.checks&NonNegative != 0 && v < 0 {
		c.negative.inc()
		return false
	}
	return true
}
