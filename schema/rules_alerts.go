package schema

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// alertRules check the alerts. Most hold only for a schema that generates them.
func alertRules() []Rule {
	return []Rule{
		{ID: "tier", Purpose: "the look-backs of a tier are whole minutes, the short one is at most the long one, and the long one at most the period; no two tiers have one severity and look-back"},
		{ID: "runbook-url", Purpose: "a runbook is an https address with no other placeholders than {slo} and {service}"},
		{ID: "channel-unknown", Purpose: "alerts name channels of monitoring, or of each environment"},
		{ID: "project-required", Purpose: "alert policies, and dashboards with SLOs, need monitoring.project, or a project of each environment", check: checkProject},
		{ID: "alert-resource", Purpose: "min_events and absent of alert policies need monitoring.resource", check: checkAlertResource},
		{ID: "alert-cannot-fire", Purpose: "a tier fires at the latest when all events are bad", check: checkCannotFire},
		{ID: "alert-within-budget", Severity: Warning, Allowable: true, Purpose: "no tier fires while the error budget would last", check: checkWithinBudget},
		{ID: "alert-none", Severity: Warning, Allowable: true, Purpose: "an SLO has a tier, or alerts: none", check: checkAlertNone},
		{ID: "alert-long-window", Severity: Warning, Allowable: true, Purpose: "Cloud Monitoring can look back over the whole of each tier", check: checkLongWindow},
		{ID: "alert-min-events", Severity: Warning, Allowable: true, Purpose: "an SLO with min_events is a ratio with a total", check: checkMinEvents},
		{ID: "alert-absent", Severity: Warning, Allowable: true, Purpose: "an SLO with absent is not computed from Google's own metrics", check: checkAbsent},
		{ID: "alert-text-length", Purpose: "the text of an alert has at most 8192 characters", check: checkAlertText},
		{ID: "alerts-unused", Severity: Warning, Allowable: true, Purpose: "a schema with alerts generates them", check: checkAlertsUnused},
		{ID: "label-reserved", Purpose: "no SLO with alerts has a user label of ocgen's own, or so many that these have no room", check: checkReservedLabels},
		{ID: "text-variable", Purpose: "no text of an alert contains ${, which starts a variable in Cloud Monitoring", check: checkTextVariables},
	}
}

// alertFolders are the keys of "generate" for folders that hold alerts.
var alertFolders = []string{"alerts", "terraform", "prometheus"}

// GeneratesAlerts reports whether alerts are written: policies of Cloud Monitoring, or
// rules of Prometheus.
func (s *Schema) GeneratesAlerts() bool {
	return slices.ContainsFunc(alertFolders, func(key string) bool { return s.Generate.Path(key) != "" })
}

// generatesPolicies reports whether alert policies of Cloud Monitoring are written.
func (s *Schema) generatesPolicies() bool {
	return s.Generate.Path("alerts") != "" || s.Generate.Path("terraform") != ""
}

// generatesRules reports whether rules of Prometheus are written.
func (s *Schema) generatesRules() bool { return s.Generate.Path("prometheus") != "" }

// eachWatched calls f for each SLO with alerts that are written and known.
func (c *checker) eachWatched(f func(slo *SLO, in *scope, marks *sloMarks)) {
	if c.isBase() {
		return
	}
	c.eachSLO(func(slo *SLO) {
		written := c.schema.generatesPolicies() || c.schema.generatesRules() && slo.Computable()
		if marks := c.ofSLO(slo); written && slo.Alerts != nil && !marks.tiersUnread {
			f(slo, marks.scope, marks)
		}
	})
}

// eachPolicy is eachWatched for alert policies of Cloud Monitoring.
func (c *checker) eachPolicy(f func(slo *SLO, in *scope, marks *sloMarks)) {
	if c.schema.generatesPolicies() {
		c.eachWatched(f)
	}
}

// tierAt returns the place of a tier: its own, or the place of the SLO.
func (m *sloMarks) tierAt(t Tier) Place {
	if t.Place == (Place{}) {
		return m.alertsAt
	}
	return t.Place
}

// String returns, for example, "the tier page over 1h".
func (t Tier) String() string { return t.Severity + " over " + BriefDuration(t.Over) }

func checkProject(c *checker) {
	if c.schema.Monitoring.Project != "" || c.monitoringUnread || c.isBase() {
		return
	}
	cure := "add a line such as \"monitoring: {project: my-project}\""
	if c.environment != nil {
		cure = "add a line such as \"project: my-project\" to the environment"
	}
	reported := false // once, because one line is the cure
	report := func(slo *SLO, what string) {
		if !reported {
			c.problem(nil, slo.Place, "%s the SLO %q with its project, which the schema does not give; %s", what, slo.ID, cure)
		}
		reported = true
	}
	if c.schema.Generate.Path("alerts") != "" {
		c.eachWatched(func(slo *SLO, _ *scope, _ *sloMarks) { report(slo, "alert policies name") })
	}
	if c.schema.Generate.Path("dashboards") != "" {
		c.eachSLO(func(slo *SLO) { report(slo, "the dashboard names") })
	}
}

func checkAlertResource(c *checker) {
	if c.schema.Monitoring.Resource != "" || c.monitoringUnread {
		return
	}
	reported := false
	c.eachPolicy(func(slo *SLO, _ *scope, marks *sloMarks) {
		if !reported && (slo.MinEvents() > 0 || slo.Absent() > 0) {
			reported = true
			c.problem(nil, marks.alertsAt, "min_events and absent of the SLO %q read the metric, and the Cloud Monitoring API then demands the type of its resource; add a line such as \"monitoring: {resource: k8s_container}\"", slo.ID)
		}
	})
}

func checkCannotFire(c *checker) {
	c.eachWatched(func(slo *SLO, _ *scope, marks *sloMarks) {
		highest := new(big.Rat).Inv(marks.budget)
		for _, t := range slo.Alerts.Tiers {
			if t.Burn.rat().Cmp(highest) >= 0 {
				c.problem(nil, marks.tierAt(t), "the tier %s of the SLO %q fires above a burn rate of %s, but with a goal of %s the burn rate is at most %s, when all events are bad; write a lower rate or budget", t, slo.ID, t.Burn, slo.GoalText, cut(highest))
			}
		}
	})
}

func checkWithinBudget(c *checker) {
	c.eachWatched(func(slo *SLO, in *scope, marks *sloMarks) {
		for _, t := range slo.Alerts.Tiers {
			if t.Burn < steady {
				c.problem(in, marks.tierAt(t), "the tier %s of the SLO %q fires at a burn rate of %s, at which the error budget lasts for the period; write a rate of at least 1, or a larger budget", t, slo.ID, t.Burn)
			}
		}
	})
}

func checkAlertNone(c *checker) {
	c.eachWatched(func(slo *SLO, in *scope, marks *sloMarks) {
		if len(slo.Alerts.Tiers) > 0 {
			return
		}
		var reasons []string
		for _, d := range slo.Alerts.Dropped {
			reasons = append(reasons, fmt.Sprintf("%s: %s", d.Tier, d.Reason))
		}
		c.problem(in, marks.alertsAt, "no tier fits the SLO %q (%s); write tiers under \"alerts\", or \"alerts: none\"", slo.ID, strings.Join(reasons, "; "))
	})
}

func checkLongWindow(c *checker) {
	c.eachPolicy(func(slo *SLO, in *scope, marks *sloMarks) {
		for _, t := range slo.Alerts.Tiers {
			if !marks.formUnread && !c.boundsUnread(slo) && !slo.watches(t) && !c.isOffBounds(slo) {
				c.problem(in, marks.tierAt(t), "the tier %s of the SLO %q has no alert policy, because Cloud Monitoring's burn rate looks back over 24h at most, and only ratios and cuts at bounds can be computed from counters; write tiers over 1d or less, or set \"allow: [alert-long-window]\" on the SLO", t, slo.ID)
			}
		}
	})
}

// boundsUnread reports whether the bounds of the view that the SLO cuts are not known.
func (r *reader) boundsUnread(slo *SLO) bool {
	cut := slo.Cut()
	if cut == nil {
		return false
	}
	v := cut.Selection.View
	return v.Aggregation != Distribution || v.Bounds == nil && !r.ofView(v).none
}

func checkMinEvents(c *checker) {
	c.eachPolicy(func(slo *SLO, in *scope, marks *sloMarks) {
		if !marks.formUnread && slo.Alerts.MinEvents > 0 && slo.MinEvents() == 0 {
			c.problem(in, marks.alertsAt, "min_events has no effect on the SLO %q, because a condition of Cloud Monitoring can only compare the sum of one counter; use a ratio with \"total\", or set \"allow: [alert-min-events]\" on the SLO", slo.ID)
		}
	})
}

func checkAbsent(c *checker) {
	c.eachPolicy(func(slo *SLO, in *scope, marks *sloMarks) {
		if !marks.formUnread && slo.Alerts.Absent > 0 && slo.Absent() == 0 {
			c.problem(in, marks.alertsAt, "absent has no effect on the SLO %q, because Google's own metrics of the service have no view; set \"allow: [alert-absent]\" on it", slo.ID)
		}
	})
}

// Limits of the API for the text of an alert. The sentence about the burn rate has its
// part of them.
const (
	maxAlertCharacters = 8192
	maxAlertBytes      = 10240
	ownAlertText       = 512
)

func checkAlertText(c *checker) {
	c.eachPolicy(func(slo *SLO, _ *scope, marks *sloMarks) {
		text := slo.Description + slo.DisplayName + slo.Runbook
		characters := len([]rune(text)) + ownAlertText
		if characters > maxAlertCharacters || len(text)+ownAlertText > maxAlertBytes {
			c.problem(nil, slo.Place, "the alert of the SLO %q would have %d characters and %d bytes with its description, display name and runbook, and the Cloud Monitoring API allows %d and %d; shorten the description", slo.ID, characters, len(text)+ownAlertText, maxAlertCharacters, maxAlertBytes)
		}
	})
}

func checkAlertsUnused(c *checker) {
	if c.schema.GeneratesAlerts() || c.generateUnread {
		return
	}
	const message = "alerts are not generated; add a line such as \"generate: {alerts: alerts}\", or delete the key"
	if c.alertsAt != (Place{}) {
		c.problem(c.scope, c.alertsAt, message)
		return
	}
	for _, slo := range c.schema.SLOs {
		if marks := c.ofSLO(slo); marks.alertsAt != slo.Place {
			c.problem(marks.scope, marks.alertsAt, message)
			return
		}
	}
}

// Labels that ocgen writes on each alert policy, beside the owner.
const (
	managedLabel = "managed-by"
	labelPrefix  = "ocgen-"
	ownLabels    = 5 // managed-by, and those with the prefix
)

func checkReservedLabels(c *checker) {
	c.eachPolicy(func(slo *SLO, _ *scope, _ *sloMarks) {
		for _, l := range slo.Labels {
			if l.Key == managedLabel || strings.HasPrefix(l.Key, labelPrefix) {
				c.problem(nil, l.Place, "the label %s of the SLO %q is one that ocgen writes on alerts; write another key", clip(l.Key), slo.ID)
			}
		}
		own := ownLabels
		if c.environment != nil {
			own++ // ocgen-env
		}
		if slo.Owner != "" && !slices.ContainsFunc(slo.Labels, func(l Label) bool { return l.Key == ownerLabel }) {
			own++ // the owner of the service or of the schema
		}
		if len(slo.Labels)+own > mostUserLabels {
			c.problem(nil, slo.Place, "the SLO %q has %d labels, and with the %d of ocgen its alerts would have more than the %d of the Cloud Monitoring API; remove some", slo.ID, len(slo.Labels), own, mostUserLabels)
		}
	})
	c.eachRuled(func(slo *SLO, _ *scope, _ *sloMarks) {
		if slo.Alerts != nil && slo.Computable() {
			c.checkPrometheusLabels(slo)
		}
	})
}

func checkTextVariables(c *checker) {
	c.eachPolicy(func(slo *SLO, _ *scope, marks *sloMarks) {
		for _, text := range []struct {
			name, text string
			at         Place
		}{
			{"description", slo.Description, marks.descriptionAt},
			{"display name", slo.DisplayName, marks.displayAt},
		} {
			if strings.Contains(text.text, "${") {
				c.problem(nil, text.at, "the %s of the SLO %q contains \"${\", which starts a variable in texts of Cloud Monitoring's alerts; write it in another way", text.name, slo.ID)
			}
		}
	})
}
