package schema

import (
	"math"
	"slices"
	"time"
)

// fineUnits is the minimum length of a time, in units of its measure, for which the
// error of rounding is small.
const fineUnits = 10

// checkTimeRounding warns of an integer measure of time whose records may be shorter
// than its unit. It skips observed measures, which are a running total or a current
// value, so rounding changes them by at most half a unit in all. It skips measures in
// nanoseconds, since durations are whole nanoseconds, and existing measures, since it
// is not known what records them.
func checkTimeRounding(c *checker) {
	c.eachView(func(v *View) {
		m := v.Measure
		if m.Type != Int64 || m.Duration() <= time.Nanosecond || c.ofMeasure(m).unread.kind || !m.Recorded() || m.Constant != nil {
			return
		}
		const cure = `write "type: float64", or use a smaller unit`
		switch {
		case v.Aggregation == Sum, v.Aggregation == UpDown, v.Aggregation == Distribution && c.ofView(v).none:
			c.problem(c.ofView(v).scope, v.Place, "the view %q sums whole %s: records are rounded, so a record below %s adds nothing; %s", v.ID, m.Unit, formatQuantity(0.5, m.Unit), cure)
		case len(v.Bounds) > 0 && v.Bounds[0] < fineUnits:
			c.problem(c.ofView(v).scope, c.ofView(v).boundsAt, "the first bound of the view %q is %s, but records are rounded to whole %s, so %s and %s are recorded as the same value; %s",
				owner(v.ID), formatQuantity(v.Bounds[0], m.Unit), m.Unit, formatQuantity(0.6, m.Unit), formatQuantity(1.4, m.Unit), cure)
		}
	})
}

// checkFractionalBounds warns of a bound between two integers for integer values. It
// has the same effect as the next integer.
func checkFractionalBounds(c *checker) {
	c.eachView(func(v *View) {
		i := slices.IndexFunc(v.Bounds, func(b float64) bool { return b != math.Floor(b) })
		if v.Measure.Type != Int64 || i < 0 {
			return
		}
		b, unit := v.Bounds[i], v.Unit()
		c.problem(c.ofView(v).scope, c.ofView(v).boundsAt, "the view %q has the bound %s, but its values are integers: values of at most %s are below this bound, and also below %s; write %[4]s, which means the same",
			owner(v.ID), formatQuantity(b, unit), formatQuantity(math.Floor(b), unit), formatQuantity(math.Ceil(b), unit))
	})
}
