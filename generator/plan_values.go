package generator

import (
	"strconv"
	"strings"
	"time"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// planValue plans how a measure's value is passed and converted.
func (p *planner) planValue(m *schema.Measure, param string) templates.Value {
	v := templates.Value{
		Param:   param,
		Type:    strings.ToLower(valueKind(m)),
		Measure: m.MeasureName(),
		To:      strings.ToLower(valueKind(m)),
		Check:   p.checks[m],
	}
	if m.Constant != nil {
		v.Constant = constant(m)
		return v
	}
	if d := m.Duration(); d > 0 {
		v.Type = "Duration"
		v.Unit, v.Units = timeUnit(d)
		if v.Unit != "" && m.Type == schema.Int64 {
			v.Rounded = roundedTo(v.Unit, v.Units)
		}
	}
	return v
}

// constant returns the literal of a measure's constant.
func constant(m *schema.Measure) string {
	if m.Type == schema.Float64 {
		return templates.FloatLiteral(m.Constant.Float64)
	}
	return strconv.FormatInt(m.Constant.Int64, 10)
}

// timeUnit returns the constant of package time for a unit of time, and how many of it
// make the unit. The constant is "" for a nanosecond, which needs no division.
func timeUnit(d time.Duration) (name string, times int) {
	for _, u := range []struct {
		length time.Duration
		name   string
	}{
		{time.Hour, "Hour"},
		{time.Minute, "Minute"},
		{time.Second, "Second"},
		{time.Millisecond, "Millisecond"},
		{time.Microsecond, "Microsecond"},
	} {
		if d%u.length == 0 {
			return u.name, int(d / u.length)
		}
	}
	return "", 1
}

// roundedTo describes the unit that a duration is rounded to, e.g. "whole
// milliseconds".
func roundedTo(unit string, times int) string {
	if times > 1 {
		return "whole days" // the only unit of time without a constant in package time
	}
	return "whole " + strings.ToLower(unit) + "s"
}

// planCheck plans the check of a measure's values. A constant needs none. A duration is
// always finite and far below 1e150. A direct recorder does not use a value that no
// view records.
func (p *planner) planCheck(m *schema.Measure) *templates.Check {
	if m.Constant != nil || p.addsUp(m) && len(m.Views) == 0 {
		return nil
	}
	c := templates.Check{Var: p.names.checks.of(m.GoName), Measure: m.Name}
	switch anyFloat := m.Type == schema.Float64 && m.Duration() == 0; {
	case anyFloat && m.NonNegative():
		c.Flags, c.Refused = []string{"Finite", "NonNegative"}, "NaN, negative, infinite, or 1e150 or more"
	case anyFloat:
		c.Flags, c.Refused = []string{"Finite"}, "NaN, infinite, or 1e150 or more in magnitude"
	case m.NonNegative():
		c.Flags, c.Refused = []string{"NonNegative"}, "negative"
	default:
		return nil
	}
	return &c
}
