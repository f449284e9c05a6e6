package generator

import (
	"math"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/schema"
)

// The error ratio of an SLO is computed from its counters. Without events there is no
// sample, never NaN. A counter of errors without a series is 0 errors.
//
// Prometheus evaluates such queries, and so does Cloud Monitoring for tiers with a look-back
// of more than 24 hours, which its selector for burn rates does not allow. The two differ in
// the names of metrics and labels.

// A promqlWriter writes PromQL over the metrics of a schema.
type promqlWriter struct {
	name   func(*schema.View) string
	label  func(*schema.Tag) string
	common []string // matchers of every selector
}

// cloudPromQL writes PromQL with the names of Cloud Monitoring.
func cloudPromQL(m schema.Monitoring) promqlWriter {
	w := promqlWriter{
		name:  func(v *schema.View) string { return cloudmonitoring.PromQLName(m.MetricType(v.SLOName())) },
		label: func(t *schema.Tag) string { return cloudmonitoring.PromQLLabel(m.Resource, t.Key) },
	}
	if m.Resource != "" {
		w.common = append(w.common, "monitored_resource="+strconv.Quote(m.Resource))
	}
	for _, l := range m.ResourceLabels {
		w.common = append(w.common, l.Key+matcher(schema.AnyOf, l.Values, nil))
	}
	return w
}

// prometheusPromQL writes PromQL with the names of our handler for Prometheus.
func prometheusPromQL(p schema.Prometheus) promqlWriter {
	w := promqlWriter{
		name:  func(v *schema.View) string { return p.Name(v.SLOName()) },
		label: (*schema.Tag).PrometheusLabel,
	}
	for _, m := range p.Matchers {
		w.common = append(w.common, m.Key+matcher(schema.AnyOf, m.Values, nil))
	}
	return w
}

// events returns the rates of bad and of all events over a look-back such as "3d".
func (w promqlWriter) events(i schema.SLI, over string) (bad, total string) {
	if i.Cut != nil {
		return w.cutEvents(i.Cut, over)
	}
	r := i.Ratio
	switch {
	case r.Total == nil:
		bad = w.orZero(r.Bad, over)
		return bad, "(" + w.orZero(r.Good, over) + " + " + bad + ")"
	case r.Good != nil:
		total = w.rate(r.Total, "", over)
		return "clamp_min(" + total + " - " + w.orZero(r.Good, over) + ", 0)", total
	}
	return w.orZero(r.Bad, over), w.rate(r.Total, "", over)
}

// cutEvents returns the rates of values outside a cut, and of all values. A bucket counts
// the values below its bound.
func (w promqlWriter) cutEvents(c *schema.Cut, over string) (bad, total string) {
	s := &c.Selection
	below := func(bound float64) string { return w.rate(s, "_bucket", over, "le"+leMatcher(bound)) }
	total = w.rate(s, "_count", over)
	switch {
	case c.Min <= 0:
		return "clamp_min(" + total + " - " + below(c.Max) + ", 0)", total
	case math.IsInf(c.Max, 1):
		return below(c.Min), total
	}
	return "clamp_min(" + total + " - (" + below(c.Max) + " - " + below(c.Min) + "), 0)", total
}

// rate returns the sum of the rates of the selected counters.
func (w promqlWriter) rate(s *schema.Selection, suffix, over string, more ...string) string {
	return "sum(rate(" + w.selector(s, suffix, more) + "[" + over + "]))"
}

func (w promqlWriter) orZero(s *schema.Selection, over string) string {
	return "(" + w.rate(s, "", over) + " or vector(0))"
}

// count returns the number of events in a look-back.
func (w promqlWriter) count(i schema.SLI, over string) string {
	increase := func(s *schema.Selection, suffix string) string {
		return "sum(increase(" + w.selector(s, suffix, nil) + "[" + over + "]))"
	}
	switch r := i.Ratio; {
	case r == nil:
		return increase(&i.Cut.Selection, "_count")
	case r.Total != nil:
		return increase(r.Total, "")
	default:
		return "((" + increase(r.Good, "") + " or vector(0)) + (" + increase(r.Bad, "") + " or vector(0)))"
	}
}

// atLeast returns the condition that there are n events or more.
func (w promqlWriter) atLeast(i schema.SLI, n int, over string) string {
	return w.count(i, over) + " >= " + strconv.Itoa(n)
}

// selector returns the time series of a selection, e.g.
// shop_requests{job="shop",outcome="error"}.
func (w promqlWriter) selector(s *schema.Selection, suffix string, more []string) string {
	matchers := slices.Clone(w.common)
	for _, c := range s.Where {
		matchers = append(matchers, w.label(c.Tag)+matcher(c.Op, c.Values, c.Prefixes))
	}
	name := w.name(s.View) + suffix
	if matchers = append(matchers, more...); len(matchers) == 0 {
		return name
	}
	return name + "{" + strings.Join(matchers, ",") + "}"
}

// matcher returns the operator and the text of a label matcher, e.g. `=~"5.*|429"`.
// Regular expressions of PromQL match whole values.
func matcher(op schema.ConditionOp, values, prefixes []string) string {
	equal, like := "=", "=~"
	if op == schema.Not {
		equal, like = "!=", "!~"
	}
	if len(values) == 1 && len(prefixes) == 0 {
		return equal + strconv.Quote(values[0])
	}
	var alternatives []string
	for _, v := range values {
		alternatives = append(alternatives, regexp.QuoteMeta(v))
	}
	for _, p := range prefixes {
		alternatives = append(alternatives, regexp.QuoteMeta(p)+".*")
	}
	return like + strconv.Quote(strings.Join(alternatives, "|"))
}

// leMatcher returns the matcher of the label "le" of a bucket. The bound 500 may be
// written as 500 or 500.0.
func leMatcher(bound float64) string {
	text := strconv.FormatFloat(bound, 'g', -1, 64)
	if strings.ContainsAny(text, ".e") {
		return "=" + strconv.Quote(text)
	}
	return "=~" + strconv.Quote(text+`(\.0)?`)
}

// errorThreshold returns the ratio of bad events at a burn rate, as an exact decimal.
func errorThreshold(goal float64, burn schema.Burn) string {
	bad := complement(goal)
	return exact(bad.Mul(bad, big.NewRat(int64(burn), 1000)))
}

// complement returns 1 - part.
func complement(part float64) *big.Rat { return new(big.Rat).Sub(big.NewRat(1, 1), fraction(part)) }

// exact returns a decimal with all its digits.
func exact(r *big.Rat) string {
	const places = 40 // more than the digits of a goal and a burn rate
	return strings.TrimRight(strings.TrimRight(r.FloatString(places), "0"), ".")
}
