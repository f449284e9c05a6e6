package generator

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// maxTable is the maximum number of tag combinations for which a direct recorder keeps
// a view's series in a table: one pointer for each, 128 KiB in all.
const maxTable = 16384

// maxOpenTable is the same for views with open tags, which may never have all
// combinations. Up to this number a table is no larger than the hash table for all
// series.
const maxOpenTable = 2048

// planSeries plans how a direct recorder finds the series of a view.
func (p *planner) planSeries(v *schema.View) templates.SeriesSet {
	p.zeroRows = p.zeroRows || v.ZeroRows && v.HasOpen()
	size, wide := combinations(v)
	if wide {
		size = 0
	}
	return templates.SeriesSet{
		Size:      size,
		Var:       p.names.series.of(v.GoName),
		Type:      seriesType(v),
		Name:      v.Name,
		Doc:       templates.Doc{Text: v.Description, Deprecated: v.Deprecated, Experimental: v.Experimental},
		Tags:      p.roleVars(v),
		Bounds:    v.Bounds,
		Unit:      v.Unit(),
		Keyed:     whyKeyed(v),
		MaxSeries: maxSeries(v),
		ZeroRows:  zeroRows(v),
		Former:    former(v),
	}
}

// zeroRows returns which series of a view are zero before their first record, or "" if none
// are.
func zeroRows(v *schema.View) string {
	n, _ := v.ZeroCombinations()
	switch {
	case !v.ZeroRows:
		return ""
	case !v.HasOpen():
		return "Every combination of its tags is exported from RegisterViews on, at first as zero; " +
			"combinations with \"__invalid__\" are exported only after a record, or with a bound recorder."
	case n == 0:
		return "The series of bound recorders are exported from RegisterViews on, at first as zero; " +
			"other series are exported only after a record."
	}
	return "Every combination of listed and known values is exported from RegisterViews on, at first as zero, " +
		"and so are the series of bound recorders; other series are exported only after a record."
}

// seriesType returns the runtime's type for the series of a view.
func seriesType(v *schema.View) string {
	switch v.Aggregation {
	case schema.Count:
		return "Count"
	case schema.Sum:
		return valueKind(v.Measure) + "Sum"
	case schema.LastValue:
		return valueKind(v.Measure) + "LastValue"
	case schema.UpDown:
		return valueKind(v.Measure) + "UpDown"
	}
	return "Distribution"
}

// whyKeyed returns the reason why the series of a view have no table, or "" if they
// have one.
func whyKeyed(v *schema.View) string {
	const found = "They are found by a hash and not in a table: "
	size, wide := combinations(v)
	if v.HasOpen() && (wide || size > maxOpenTable) {
		var open []string
		for _, t := range v.Tags {
			if !t.Closed() && t.From != schema.FromProcess {
				open = append(open, t.Key)
			}
		}
		if len(open) == 1 {
			return found + "the tag " + open[0] + " is open."
		}
		return found + "the tags " + strings.Join(open[:len(open)-1], ", ") + " and " + open[len(open)-1] + " are open."
	}
	if wide {
		return found + "their tags can be combined in more than 2^64 ways."
	}
	if size > maxTable {
		return found + fmt.Sprintf("their tags can be combined in %d ways.", size)
	}
	return ""
}

// written returns the views that direct recorders of the measures write to, in the
// order of the writes.
func (p *planner) written(measures []*schema.Measure) []*schema.View {
	var views []*schema.View
	for _, m := range measures {
		if p.addsUp(m) {
			views = append(views, m.Views...)
		}
	}
	slices.SortFunc(views, func(a, b *schema.View) int { return p.order[a] - p.order[b] })
	return views
}

// writeOrder returns the position of each view in the writes of direct recorders. It is
// the order of the schema, but the total of a ratio comes before its good or bad part.
// Exports read in the reverse order, so that no part exceeds its total. If totals are
// parts of each other, no order can ensure this.
func writeOrder(s *schema.Schema) map[*schema.View]int {
	totals := map[*schema.View][]*schema.View{}
	for _, slo := range s.SLOs {
		r := slo.Ratio()
		if r == nil || r.Total == nil {
			continue
		}
		for _, part := range []*schema.Selection{r.Good, r.Bad} {
			if part != nil {
				totals[part.View] = append(totals[part.View], r.Total.View)
			}
		}
	}
	order, met := map[*schema.View]int{}, map[*schema.View]bool{}
	var place func(v *schema.View)
	place = func(v *schema.View) {
		if met[v] {
			return
		}
		met[v] = true
		for _, total := range totals[v] {
			place(total)
		}
		order[v] = len(order)
	}
	for _, v := range s.Views() {
		place(v)
	}
	return order
}
