package record

import "github.com/ocgen/ocgen/runtime/internal/number"

// Checks are the conditions that values of a measure must meet to be recorded.
type Checks uint8

const (
	// Finite: NaN, infinities and values of magnitude 1e150 and more are dropped.
	// One such value would make the sum, mean or deviation of a series infinite or
	// NaN for ever.
	Finite Checks = 1 << iota
	// NonNegative: negative values are dropped. A sum is exported as cumulative and
	// must not fall. A negative time comes from a clock that was set back.
	NonNegative
)

// A ValueCheck decides whether values of a measure may be recorded, and counts the
// others. It is safe for concurrent use.
type ValueCheck struct {
	checks              Checks
	notFinite, negative *Counter
}

// NewValueCheck returns the check of the named measure.
func NewValueCheck(measure string, checks Checks) *ValueCheck {
	return &ValueCheck{
		checks:    checks,
		notFinite: CounterOfMeasure(measure, ReasonNotFinite),
		negative:  CounterOfMeasure(measure, ReasonNegative),
	}
}

// Float64 reports whether v may be recorded.
func (c *ValueCheck) Float64(v float64) bool {
	if !number.Usable(v) && c.checks&Finite != 0 {
		c.notFinite.Inc()
		return false
	}
	if v < 0 && c.checks&NonNegative != 0 {
		c.negative.Inc()
		return false
	}
	return true
}

// Int64 reports whether v, an integer or a duration, may be recorded.
func (c *ValueCheck) Int64(v int64) bool {
	if v < 0 && c.checks&NonNegative != 0 {
		c.negative.Inc()
		return false
	}
	return true
}
