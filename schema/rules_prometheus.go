package schema

import (
	"slices"
	"strings"
	"time"
)

// prometheusRules check what the rules of Prometheus are made from. They hold only for a
// schema that generates these.
func prometheusRules() []Rule {
	return []Rule{
		{ID: "prometheus-basic", Severity: Warning, Allowable: true, Purpose: "with rules for Prometheus, no SLO is computed from Google's own metrics", check: checkPrometheusBasic},
		{ID: "prometheus-threshold", Severity: Warning, Allowable: true, Purpose: "with rules for Prometheus, the thresholds of an SLO are bounds of its view", check: checkPrometheusThreshold},
		{ID: "prometheus-first-error", Severity: Warning, Allowable: true, Purpose: "with rules for Prometheus, a counter of bad events has zero rows, so that the first error is counted", check: checkFirstError},
		{ID: "prometheus-short-window", Severity: Warning, Allowable: true, Purpose: "with rules for Prometheus, a window lasts at least 5 minutes", check: checkShortWindow},
		{ID: "prometheus-matchers", Severity: Warning, Allowable: true, Purpose: "no matcher has the label of a tag of an SLO's view, or the label le", check: checkMatchers},
		{ID: "prometheus-min-events", Severity: Warning, Allowable: true, Purpose: "with rules for Prometheus, an SLO with min_events counts events", check: checkCountsEvents},
	}
}

// eachRuled calls f for each SLO whose form is known, if rules of Prometheus are written.
func (c *checker) eachRuled(f func(slo *SLO, in *scope, marks *sloMarks)) {
	if !c.schema.generatesRules() {
		return
	}
	c.eachSLO(func(slo *SLO) {
		if marks := c.ofSLO(slo); !marks.formUnread {
			f(slo, marks.scope, marks)
		}
	})
}

func checkPrometheusBasic(c *checker) {
	c.eachRuled(func(slo *SLO, in *scope, _ *sloMarks) {
		if slo.SLI.ofEvents().Basic != nil {
			c.problem(in, slo.Place, "the SLO %q has no rules for Prometheus, because Google's own metrics of the service are not in Prometheus; use a ratio or a distribution, or set \"allow: [prometheus-basic]\" on the SLO", slo.ID)
		}
	})
}

func checkPrometheusThreshold(c *checker) {
	c.eachRuled(func(slo *SLO, in *scope, _ *sloMarks) {
		if cut := slo.Cut(); cut != nil && cut.Selection.View.Bounds != nil && !cut.atBounds() && !c.isOffBounds(slo) {
			c.problem(in, slo.Place, "the SLO %q has no rules for Prometheus, because a threshold is not a bucket bound of the view %q; add it to the bounds, or set \"allow: [prometheus-threshold]\" on the SLO", slo.ID, cut.Selection.View.ID)
		}
	})
}

// checkFirstError reports counters of bad events whose series begin with an event. Prometheus
// computes a rate from two samples of a series, so the events before the first are lost.
func checkFirstError(c *checker) {
	c.eachRuled(func(slo *SLO, in *scope, _ *sloMarks) {
		r := slo.Ratio()
		if r == nil {
			return
		}
		s, what := r.Bad, "bad events"
		if s == nil {
			s, what = r.Total, "all events"
		}
		v := s.View
		switch {
		case v.Aggregation == unknownAggregation || v.Measure.Observe || c.ofView(v).unread.tags:
		case v.ZeroRows:
			if t := c.beginsLate(s); t != nil {
				c.problem(in, s.Place, "the series of the view %q with other values of the tag %q than its \"known\" begin with the first event, unless a bound recorder was made, and Prometheus does not count the first value of a series, so the SLO %q misses %s; select known values of the tag under \"where\", leave the tag out of the view's \"tags\", or set \"allow: [prometheus-first-error]\" on the SLO", v.ID, t.ID, slo.ID, what)
			}
		case s == r.Total && len(v.Tags) == 0: // its only series begins with the first event of all
		default:
			c.problem(in, s.Place, "the series of the view %q begin with the first event, and Prometheus does not count the first value of a series, so the SLO %q misses %s; give the view \"zero_rows: true\" and the schema \"recorder: direct\", or set \"allow: [prometheus-first-error]\" on the SLO", v.ID, slo.ID, what)
		}
	})
}

// beginsLate returns an open tag of a view with zero rows whose values in the selection may
// be other than known ones, or nil. Only known values have zero rows.
func (c *checker) beginsLate(s *Selection) *Tag {
	for _, t := range s.View.Tags {
		marks := c.ofTag(t).unread
		if !c.isOpen(t) || t.From != FromCall || marks.from || marks.known || c.whereUnread[s] {
			continue
		}
		known := slices.ContainsFunc(s.Where, func(w Condition) bool {
			other := func(value string) bool { return !slices.Contains(t.Known, value) }
			return w.Tag == t && w.Op == AnyOf && len(w.Prefixes) == 0 && !slices.ContainsFunc(w.Values, other)
		})
		if !known {
			return t
		}
	}
	return nil
}

// shortWindow is the window that has enough samples with the default scrape interval of 1
// minute.
const shortWindow = 5 * time.Minute

func checkShortWindow(c *checker) {
	c.eachRuled(func(slo *SLO, in *scope, _ *sloMarks) {
		if w := slo.SLI.Windows; w != nil && w.Length > 0 && w.Length < shortWindow && slo.Computable() {
			c.problem(in, w.Place, "the windows of the SLO %q last %s, and Prometheus must scrape at least four times in a window; write 5m or more, or set \"allow: [prometheus-short-window]\" on the SLO if the scrape interval is at most %s", slo.ID, w.Length, w.Length/4)
		}
	})
}

// bucketLabel is the label of a bucket's bound.
const bucketLabel = "le"

func checkMatchers(c *checker) {
	if !c.schema.generatesRules() {
		return
	}
	for _, m := range c.schema.Prometheus.Matchers {
		if m.Key == bucketLabel {
			c.problem(c.scope, m.Place, "matchers has the label %q, which is the bound of a bucket, so that no threshold finds its bucket; delete it", m.Key)
			continue
		}
		if t := c.tagOfSLOs(m.Key); t != nil {
			c.problem(c.scope, m.Place, "matchers has the label %q of the tag %q, so the rules of all SLOs select by it; write it under \"where\" of the SLOs", m.Key, t.ID)
		}
	}
}

// tagOfSLOs returns a tag with the label of a view that an SLO selects from, or nil.
func (c *checker) tagOfSLOs(label string) *Tag {
	for _, slo := range c.schema.SLOs {
		for _, s := range slo.Selections() {
			for _, t := range s.View.Tags {
				if t.Key != "" && t.PrometheusLabel() == label {
					return t
				}
			}
		}
	}
	return nil
}

func checkCountsEvents(c *checker) {
	c.eachRuled(func(slo *SLO, in *scope, marks *sloMarks) {
		if slo.Alerts != nil && slo.Alerts.MinEvents > 0 && slo.Computable() && slo.Counted() == nil {
			c.problem(in, marks.alertsAt, "min_events has no effect on the SLO %q in Prometheus, because a gauge counts no events; set \"allow: [prometheus-min-events]\" on it", slo.ID)
		}
	})
}

// Labels that the rules write on alerts, beside the owner.
var alertLabels = []string{"alertname", "severity"}

const (
	slothPrefix      = "sloth_"
	environmentLabel = "env" // with environments
)

// checkPrometheusLabels reports user labels that are not free on alerts of Prometheus.
func (c *checker) checkPrometheusLabels(slo *SLO) {
	from := map[string]string{}
	for _, l := range slo.Labels {
		label := PrometheusUserLabel(l.Key)
		first, twice := from[label]
		switch {
		case slices.Contains(alertLabels, label) || strings.HasPrefix(label, slothPrefix),
			label == environmentLabel && c.schema.Environment != "":
			c.problem(nil, l.Place, "the label %s of the SLO %q is one that ocgen writes on alerts of Prometheus; write another key", clip(l.Key), slo.ID)
		case twice:
			c.problem(nil, l.Place, "the labels %s and %s of the SLO %q both become the label %s in Prometheus; write another key", clip(first), clip(l.Key), slo.ID, clip(label))
		}
		from[label] = l.Key
	}
}
