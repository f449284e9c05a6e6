package generator

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// alerts returns an alert for each severity with a tier, and one for absent data.
func (w ruleWriter) alerts() []templates.Rule {
	if w.slo.Alerts == nil {
		return nil
	}
	var rules []templates.Rule
	for _, severity := range []string{schema.Page, schema.Ticket} {
		var tiers []string
		for _, t := range w.slo.Alerts.Tiers {
			if t.Severity == severity {
				tiers = append(tiers, w.burns(t))
			}
		}
		if tiers != nil {
			rules = append(rules, w.burn(severity, strings.Join(tiers, "\nor\n")))
		}
	}
	if w.slo.Alerts.Absent > 0 {
		rules = append(rules, w.absent(w.slo.Alerts.Absent))
	}
	return rules
}

// burns returns the condition that the error budget burns faster over both look-backs of
// a tier.
func (w ruleWriter) burns(t schema.Tier) string {
	limit := " > " + errorThreshold(w.slo.Goal, t.Burn)
	// Without the label for the look-back, the two can be joined.
	above := func(over time.Duration) string {
		return "  max(" + w.of(ratioRecord(over)) + limit + ") without (sloth_window)\n"
	}
	text := above(t.Over)
	if t.Short < t.Over {
		text += "  and\n" + above(t.Short)
	}
	if sli := w.slo.Counted(); w.slo.Alerts.MinEvents > 0 && sli != nil {
		text += "  and on()\n  " + w.promql.atLeast(*sli, w.slo.Alerts.MinEvents, prometheusDuration(t.Over)) + "\n"
	}
	return "(\n" + text + ")"
}

func (w ruleWriter) burn(severity, expr string) templates.Rule {
	return templates.Rule{
		Alert:       w.alertName(burnAlert),
		Expr:        expr,
		Labels:      w.alertLabels(severity), // the series of the query have the labels of the records
		Annotations: w.burnTexts("{{ $value | humanizePercentage }}", untemplated),
	}
}

// burnTexts returns the annotations of the alert that the error budget burns too fast, for
// a part of bad events.
func (w ruleWriter) burnTexts(part string, escape func(string) string) map[string]string {
	counted := "events"
	if w.slo.SLI.Windows != nil {
		counted = "windows"
	}
	return w.annotations(escape, "the error budget of %s burns too fast",
		fmt.Sprintf("%s of %s are bad; %s may be.", part, counted, w.allowed()))
}

// allowed returns the part of events that may be bad, e.g. "0.1%".
func (w ruleWriter) allowed() string {
	bad := complement(w.slo.Goal)
	return exact(bad.Mul(bad, big.NewRat(100, 1))) + "%"
}

// absent returns the alert that the SLO's metrics have no series. Of two metrics, both
// must have none.
func (w ruleWriter) absent(after time.Duration) templates.Rule {
	var absent []string
	for _, s := range w.slo.Events() {
		suffix := ""
		if s.View.Aggregation == schema.Distribution {
			suffix = "_count"
		}
		absent = append(absent, "absent("+w.promql.selector(&schema.Selection{View: s.View}, suffix, nil)+")")
	}
	return templates.Rule{
		Alert:       w.alertName(absentAlert),
		Expr:        strings.Join(absent, "\nand on()\n"),
		For:         prometheusDuration(after),
		Labels:      w.absentLabels(),
		Annotations: w.absentTexts(after, untemplated),
	}
}

func (w ruleWriter) absentTexts(after time.Duration, escape func(string) string) map[string]string {
	return w.annotations(escape, "the SLO %s has no data",
		"The metrics of the SLO have had no data for "+prometheusDuration(after)+".")
}

// absentLabels returns the labels of the alert for absent data. No series is there that
// could have the labels of the records.
func (w ruleWriter) absentLabels() map[string]string {
	labels := w.alertLabels(schema.Ticket)
	for _, l := range w.ids {
		labels[l.Key] = l.Value
	}
	return labels
}

// Ends of the names of alerts.
const (
	burnAlert   = "Burn"
	absentAlert = "NoData"
)

// alertName returns, for example, "ShopAvailabilityBurn".
func (w ruleWriter) alertName(end string) string {
	return camel(w.schema.Service.ID, w.slo.ResourceID) + end
}

// alertLabels returns the user labels of the SLO, its owner, and the severity in Sloth's
// label and in the usual one.
func (w ruleWriter) alertLabels(severity string) map[string]string {
	labels := map[string]string{}
	for _, l := range w.slo.Labels {
		if l.Value != "" { // an empty label is no label in Prometheus
			labels[schema.PrometheusUserLabel(l.Key)] = l.Value
		}
	}
	if w.slo.Owner != "" {
		labels["owner"] = w.slo.Owner
	}
	labels["severity"], labels["sloth_severity"] = severity, severity
	return labels
}

// annotations returns the texts of an alert: a line in which %s stands for the SLO, and
// details. Texts of the schema are escaped.
func (w ruleWriter) annotations(escape func(string) string, summary, details string) map[string]string {
	if w.slo.Description != "" {
		details = escape(strings.TrimSpace(w.slo.Description)) + "\n\n" + details
	}
	texts := map[string]string{
		"summary":     escape(w.schema.Service.DisplayName + ": " + fmt.Sprintf(summary, `"`+w.slo.DisplayName+`"`)),
		"description": details,
	}
	if w.slo.Runbook != "" {
		texts["runbook_url"] = escape(w.slo.Runbook)
	}
	return texts
}

// untemplated returns a text that Prometheus shows as it is. Annotations are templates of
// Go, in which {{ starts an action.
func untemplated(text string) string { return strings.ReplaceAll(text, "{{", "{{`{{`}}") }
