package schema

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// An observed sum is a total that another part of the program keeps, often of events.
// So it is not reported.
func checkRatioSum(c *checker) {
	c.eachSLO(func(slo *SLO) {
		if slo.Ratio() == nil {
			return
		}
		for _, s := range slo.Selections() {
			if s.View.Aggregation == Sum && !s.View.Measure.Observe && !c.ofMeasure(s.View.Measure).unread.kind {
				c.problem(c.ofSLO(slo).scope, s.Place, "the view %q sums values, so one large value weighs as much as many events; use a view that counts events, unless the ratio is meant to weigh values", s.View.ID)
			}
		}
	})
}

func checkWhereOpen(c *checker) {
	c.eachSLO(func(slo *SLO) {
		for _, s := range slo.Selections() {
			for _, cond := range s.Where {
				c.checkOpenCondition(slo, cond)
			}
		}
	})
}

// checkOpenCondition warns of a value that may be recorded as "__other__", unless the
// condition includes "__other__".
func (c *checker) checkOpenCondition(slo *SLO, cond Condition) {
	t := cond.Tag
	if !c.isOpen(t) || c.ofTag(t).unread.known || slices.Contains(cond.Values, otherValue) {
		return
	}
	moves := "no longer counts in this SLO"
	if cond.Op == Not {
		moves = "counts in this SLO too"
	}
	if len(t.Known) == 0 {
		c.problem(c.ofSLO(slo).scope, cond.Place, "the tag %q is open: beyond its max_values, a new value is recorded as %s and %s; list the values under the tag's \"known\"", t.ID, otherValue, moves)
		return
	}
	known := map[string]bool{}
	for _, k := range t.Known {
		known[k] = true
	}
	for _, v := range cond.Values {
		if !known[v] && v != invalidValue {
			c.problem(c.ofSLO(slo).scope, cond.Place, "the tag %q does not list the value %q under \"known\": beyond the tag's max_values, it is recorded as %s and %s; list it there", t.ID, v, otherValue, moves)
		}
	}
}

func checkRatioOverlap(c *checker) {
	c.eachSLO(func(slo *SLO) {
		r := slo.Ratio()
		if r == nil || r.Good == nil || r.Bad == nil || r.Good.View != r.Bad.View {
			return
		}
		if c.isWhole(r.Good) && c.isWhole(r.Bad) && !c.disjoint(r.Good.Where, r.Bad.Where) {
			c.problem(c.ofSLO(slo).scope, r.Bad.Place, "good and bad overlap in the view %q: series that meet both conditions are counted twice; make the conditions exclude each other", r.Bad.View.ID)
		}
	})
}

func checkRatioWithin(c *checker) {
	c.eachSLO(func(slo *SLO) {
		r := slo.Ratio()
		if r == nil || r.Total == nil {
			return
		}
		for _, part := range []struct {
			name string
			s    *Selection
		}{{"good", r.Good}, {"bad", r.Bad}} {
			if part.s != nil && part.s.View == r.Total.View && c.isWhole(part.s) && c.isWhole(r.Total) && !c.within(part.s.Where, r.Total.Where) {
				c.problem(c.ofSLO(slo).scope, part.s.Place, "%s selects series of the view %q that total does not select; add total's conditions to it", part.name, r.Total.View.ID)
			}
		}
	})
}

// thresholds calls f for each finite end of a cut. It skips a min of 0, which is the
// default and a bound of every distribution.
func (c *checker) thresholds(f func(slo *SLO, v *View, key string, at Place, value float64)) {
	c.eachSLO(func(slo *SLO) {
		cut := slo.Cut()
		if cut == nil {
			return
		}
		v := cut.Selection.View
		if len(v.Bounds) == 0 {
			return
		}
		if cut.Min != 0 && !math.IsInf(cut.Min, 0) {
			f(slo, v, "min", c.ofCut(cut).minAt, cut.Min)
		}
		if !math.IsInf(cut.Max, 0) {
			f(slo, v, "max", c.ofCut(cut).maxAt, cut.Max)
		}
	})
}

// Cloud Monitoring estimates a cut inside a bucket, in a way that it does not document.
// So the SLO would not measure what its author chose.
func checkThresholds(c *checker) {
	c.thresholds(func(slo *SLO, v *View, key string, at Place, value float64) {
		i, found := slices.BinarySearch(v.Bounds, value)
		if found {
			return
		}
		unit := v.Unit()
		lower, upper, cure := "0", "infinity", "one of these"
		if i > 0 {
			lower = formatQuantity(v.Bounds[i-1], unit)
		} else {
			cure = formatQuantity(v.Bounds[0], unit)
		}
		if i < len(v.Bounds) {
			upper = formatQuantity(v.Bounds[i], unit)
		} else {
			cure = lower
		}
		c.problem(c.ofSLO(slo).scope, at, "%s %s is not a bucket bound of the view %q: Cloud Monitoring would interpolate between %s and %s; write %s, or at line %d write %s",
			key, formatQuantity(value, unit), v.ID, lower, upper, cure, c.ofView(v).boundsAt.Line, c.fixedBuckets(v, i, value))
	})
}

// isOffBounds reports whether checkThresholds reports a threshold of the SLO as an error. Then
// nothing that follows from the threshold is reported.
func (c *checker) isOffBounds(slo *SLO) bool {
	cut := slo.Cut()
	return cut != nil && !cut.atBounds() && !c.ofSLO(slo).scope.allows("threshold-not-a-bound")
}

// fixedBuckets returns the line of the schema that makes a threshold a bound.
func (c *checker) fixedBuckets(v *View, i int, value float64) string {
	if c.ofView(v).include || len(v.Bounds) > 24 {
		return "include: slo_thresholds beside the buckets"
	}
	bounds := slices.Insert(slices.Clone(v.Bounds), i, value)
	words := make([]string, len(bounds))
	for j, b := range bounds {
		words[j] = formatNumber(b)
	}
	return fmt.Sprintf("%s: [%s]", c.ofView(v).boundsKey, strings.Join(words, ", "))
}

func checkThresholdEdges(c *checker) {
	c.thresholds(func(slo *SLO, v *View, key string, at Place, value float64) {
		last := len(v.Bounds) - 1
		switch value {
		case v.Bounds[last]:
			c.problem(c.ofSLO(slo).scope, at, "%s %s is the last bound of the view %q, so values above it cannot be told apart; add a higher bound", key, formatQuantity(value, v.Unit()), v.ID)
		case v.Bounds[0]:
			c.problem(c.ofSLO(slo).scope, at, "%s %s is the first bound of the view %q, so values below it cannot be told apart; add a lower bound", key, formatQuantity(value, v.Unit()), v.ID)
		}
	})
}

var atMost = regexp.MustCompile(`(?i)\bat most\b|\bno more than\b|\bup to\b|<=|≤`)

// Buckets are [lower, upper), so a value equal to the threshold is not below it. This
// matters for integers, if the threshold is an integer.
func checkSaysAtMost(c *checker) {
	c.thresholds(func(slo *SLO, v *View, key string, _ Place, value float64) {
		if key != "max" || v.Measure.Type != Int64 || value != math.Floor(value) {
			return
		}
		if said := atMost.FindString(slo.DisplayName); said != "" {
			c.problem(c.ofSLO(slo).scope, c.ofSLO(slo).displayAt, "the display name says %q, but a value of exactly %s counts as bad; write \"under\", and set max to %s if %s is good", said, formatNumber(value), formatNumber(value+1), formatNumber(value))
		}
	})
}

func checkDeprecated(c *checker) {
	c.eachSLO(func(slo *SLO) {
		for _, s := range slo.Selections() {
			switch {
			case s.View.Deprecated != "":
				c.problem(c.ofSLO(slo).scope, s.Place, "the view %q is deprecated: %s", s.View.ID, brief(s.View.Deprecated))
			case s.View.Measure.Deprecated != "":
				c.problem(c.ofSLO(slo).scope, s.Place, "the measure %q is deprecated: %s", s.View.Measure.ID, brief(s.View.Measure.Deprecated))
			}
			for _, cond := range s.Where {
				c.checkDeprecatedCondition(slo, cond)
			}
		}
	})
}

func (c *checker) checkDeprecatedCondition(slo *SLO, cond Condition) {
	if cond.Tag.Deprecated != "" {
		c.problem(c.ofSLO(slo).scope, cond.Place, "the tag %q is deprecated: %s", cond.Tag.ID, brief(cond.Tag.Deprecated))
	}
	for _, text := range c.named(cond) {
		if v := c.valueOf(cond.Tag, text); v != nil && v.Deprecated != "" {
			c.problem(c.ofSLO(slo).scope, cond.Place, "the value %q of the tag %q is deprecated: %s", text, cond.Tag.ID, brief(v.Deprecated))
		}
	}
}

// brief returns the beginning of a description, for messages.
func brief(description string) string {
	const most = 200
	if len(description) > most {
		description = strings.ToValidUTF8(description[:most], "") + "…"
	}
	return OneLine(description)
}
