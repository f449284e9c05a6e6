package generator

import (
	"math"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A cut is a range of values that an SLO counts as good.
type cut struct {
	slo string // the id
	*schema.Cut
}

// cutsOf returns the cuts of a view, in the order of their thresholds.
func cutsOf(slos []*schema.SLO, v *schema.View) []cut {
	var all []cut
	for _, o := range slos {
		if c := o.Cut(); c != nil && c.Selection.View == v {
			all = append(all, cut{o.ID, c})
		}
	}
	slices.SortStableFunc(all, func(a, b cut) int { return slices.Compare(a.ends(), b.ends()) })
	return all
}

// ends returns the thresholds of a cut.
func (c cut) ends() []float64 {
	var all []float64
	if c.Min > 0 {
		all = append(all, c.Min)
	}
	if !math.IsInf(c.Max, 1) {
		all = append(all, c.Max)
	}
	return all
}

const thresholdMark = "▲"

// boundsPicture returns the bounds of a view on one line, with a mark after each bound
// that is a threshold of an SLO, and a line for each SLO:
//
//	10  50  100 ▲ 500  1000 ms
//	▲ fast_enough: under 100 ms is good
//
// The mark of a threshold between two bounds is alone between them.
func boundsPicture(v *schema.View, cuts []cut) []string {
	var thresholds []float64
	for _, c := range cuts {
		thresholds = append(thresholds, c.ends()...)
	}
	slices.Sort(thresholds)
	thresholds = slices.Compact(thresholds)

	var picture strings.Builder
	for i, b := range v.Bounds {
		marked := false
		for len(thresholds) > 0 && (thresholds[0] < b || i > 0 && thresholds[0] == v.Bounds[i-1]) {
			thresholds, marked = thresholds[1:], true
		}
		writeBound(&picture, i > 0, marked, b)
	}
	picture.WriteString(unitAfter(v))
	if len(thresholds) > 0 {
		picture.WriteString(" " + thresholdMark)
	}
	lines := []string{picture.String()}
	for _, c := range cuts {
		lines = append(lines, thresholdMark+" "+c.slo+": "+cutText(c.Cut)+" is good")
	}
	return lines
}

// writeBound adds a bound, and the mark of the thresholds before it.
func writeBound(b *strings.Builder, follows, marked bool, bound float64) {
	switch {
	case marked && follows:
		b.WriteString(" " + thresholdMark + " ")
	case marked:
		b.WriteString(thresholdMark + " ")
	case follows:
		b.WriteString("  ")
	}
	b.WriteString(templates.FloatLiteral(bound))
}

// unitAfter returns the unit at the end of the line of bounds.
func unitAfter(v *schema.View) string {
	if v.Unit() == "1" {
		return ""
	}
	return " " + v.Unit()
}
