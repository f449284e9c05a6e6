package evaluate

import (
	"fmt"
	"math"
	"slices"

	"github.com/ocgen/ocgen/runtime/slo"
)

// A cut counts a distribution's values in [min, max) as good.
type cut struct {
	selection           *selection
	unit                string
	min, max            float64
	goodFrom, goodTo    int    // the buckets between min and max
	problem             string // why the values between min and max cannot be counted
	keptGood, keptTotal float64
}

func newCut(s *selection, d *slo.DistributionCut) *cut {
	c := &cut{selection: s, unit: d.Selection.Unit, min: d.Min, max: d.Max}
	s.cuts = append(s.cuts, c)
	if s.metric.layout > 0 {
		c.resolve()
	}
	return c
}

// events returns how many values were good and how many there were.
func (c *cut) events() (good, total float64) {
	good, total = c.keptGood, c.keptTotal
	for i, n := range c.selection.counts {
		total += float64(n)
		if c.goodFrom <= i && i < c.goodTo {
			good += float64(n)
		}
	}
	return good, total
}

// resolve finds the buckets between min and max. Values within a bucket cannot be told apart.
func (c *cut) resolve() {
	bounds := c.selection.metric.bounds
	c.problem, c.goodFrom, c.goodTo = "", 0, len(bounds)+1
	if !c.unboundedBelow(bounds) {
		c.goodFrom = c.bucketFrom("min", c.min, bounds)
	}
	if !math.IsInf(c.max, 1) {
		c.goodTo = c.bucketFrom("max", c.max, bounds)
	}
}

// unboundedBelow reports whether all values below the first bound are good too. Views have
// only positive bounds, so a minimum of 0 includes the first bucket, as in Cloud Monitoring,
// where exporters add the bound 0.
func (c *cut) unboundedBelow(bounds []float64) bool {
	return math.IsInf(c.min, -1) || c.min == 0 && (len(bounds) == 0 || bounds[0] > 0)
}

// bucketFrom returns the bucket that begins at a bound. If the value is not a bound, it sets
// a problem that names the neighbouring bounds.
func (c *cut) bucketFrom(name string, value float64, bounds []float64) int {
	i, found := slices.BinarySearch(bounds, value)
	if found {
		return i + 1
	}
	var neighbours string
	switch {
	case len(bounds) == 0:
		neighbours = "it has none"
	case i == 0:
		neighbours = "its first is " + number(bounds[0])
	case i == len(bounds):
		neighbours = "its last is " + number(bounds[i-1])
	default:
		neighbours = "its neighbours are " + number(bounds[i-1]) + " and " + number(bounds[i])
	}
	c.problem = fmt.Sprintf("%s %s is not a bucket bound of %s (%s), so values within a bucket cannot be told apart: "+
		"add the bound, or set %[1]s to a bound", name, number(value), c.selection.metric.name, neighbours)
	return 0
}

// buckets returns what was counted by bucket, or nil if the cut's distribution
// has not been seen.
func (c *cut) buckets() []int64 {
	if c.selection.metric.layout == 0 {
		return nil
	}
	return slices.Clone(c.selection.counts)
}

func (c *cut) histogram() *Histogram {
	m := c.selection.metric
	if m.layout == 0 || c.problem != "" {
		return nil
	}
	return &Histogram{
		Metric: m.name, Unit: c.unit, Bounds: append([]float64{}, m.bounds...),
		Min: finite(c.min), Max: finite(c.max), GoodFrom: c.goodFrom, GoodTo: c.goodTo,
	}
}

// finite returns nil for an infinity, for which JSON has no number.
func finite(v float64) *float64 {
	if math.IsInf(v, 0) {
		return nil
	}
	return &v
}
