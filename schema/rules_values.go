package schema

import (
	"math"
	"slices"
	"time"
)

// fineUnits is how many units of its measure a time should last at least, so that
// rounding it to whole ones hardly shows.
const fineUnits = 10

// checkTimeRounding warns of whole numbers of a unit of time where single records may
// well be shorter than the unit. An observed measure tells a running total or the
// present value, which rounding changes by half a unit in all; a duration is a whole
// number of nanoseconds; and what records an existing measure is not known.
func checkTimeRounding(c *checker) {
	c.eachView(func(v *View) {
		m := v.Measure
		if m.Type != Int64 || m.Duration() <= time.Nanosecond || c.ofMeasure(m).unread.kind || !m.Recorded() || m.Constant != nil {
			return
		}
		const cure = `write "type: float64", or use a smaller unit`
		switch {
		case v.Aggregation == Sum, v.Aggregation == Distribution && c.ofView(v).none:
			c.problem(c.ofView(v).scope, v.Place, "the view %q sums whole %s: records are rounded, so a record below %s adds nothing; %s", v.ID, m.Unit, formatQuantity(0.5, m.Unit), cure)
		case len(v.Bounds) > 0 && v.Bounds[0] < fineUnits:
			c.problem(c.ofView(v).scope, c.ofView(v).boundsAt, "the first bound of the view %q is %s, but records are rounded to whole %s, so %s and %s are recorded as the same value; %s",
				owner(v.ID), formatQuantity(v.Bounds[0], m.Unit), m.Unit, formatQuantity(0.6, m.Unit), formatQuantity(1.4, m.Unit), cure)
		}
	})
}

// checkFractionalBounds explains what a bound between two integers says of a measure
// that holds integers: the same as the next one.
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
