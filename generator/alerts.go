package generator

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// alertFiles returns the alert policies of the SLOs, in source order: one for each tier,
// and one for absent data.
func alertFiles(s *schema.Schema, folder string) ([]outfiles.File, error) {
	var files []outfiles.File
	encoder := templates.NewJSONEncoder()
	for _, o := range s.SLOs {
		for _, p := range (alertWriter{s, o}).policies() {
			f, err := jsonFile(encoder, folder, p.name, p.body)
			if err != nil {
				return nil, fmt.Errorf("alert %q: %w", p.name, err)
			}
			files = append(files, f)
		}
	}
	return files, nil
}

// A policy is an alert policy and the name of its file without ".json".
type policy struct {
	name     string
	severity string // [schema.Page] or [schema.Ticket]
	body     templates.AlertPolicy
}

// An alertWriter makes the alert policies of one SLO.
type alertWriter struct {
	schema *schema.Schema
	slo    *schema.SLO
}

func (w alertWriter) policies() []policy {
	var all []policy
	for _, t := range w.slo.Watched() {
		all = append(all, w.tier(t))
	}
	if w.slo.Absent() > 0 {
		all = append(all, w.absent())
	}
	return all
}

// tier returns the policy of a tier, e.g. "availability-page-1h".
func (w alertWriter) tier(t schema.Tier) policy {
	p := policy{name: w.slo.ResourceID + "-" + t.Severity + "-" + schema.BriefDuration(t.Over), severity: t.Severity}
	p.body = w.body(p)
	p.body.DisplayName = fmt.Sprintf("%s: %s, burning %sx over %s", w.title(), t.Severity, t.Burn, schema.BriefDuration(t.Over))
	p.body.Documentation = w.documentation(w.fired(t), "burns its error budget")
	p.body.Conditions = w.conditions(t)
	p.body.Combiner = combiner(p.body.Conditions)
	p.body.AlertStrategy.AutoClose = seconds(min(max(t.Over, time.Hour), maxAutoClose))
	return p
}

// Limits of the API.
const (
	minAutoClose = 30 * time.Minute
	maxAutoClose = 7 * 24 * time.Hour
)

// absent returns the policy of absent data, e.g. "availability-ticket-absent".
func (w alertWriter) absent() policy {
	after := schema.BriefDuration(w.slo.Absent())
	p := policy{name: w.slo.ResourceID + "-" + schema.Ticket + "-absent", severity: schema.Ticket}
	p.body = w.body(p)
	p.body.DisplayName = fmt.Sprintf("%s: no data for %s", w.title(), after)
	p.body.Documentation = w.documentation(fmt.Sprintf("The metrics of the SLO have had no data for %s.", after), "has no data")
	for _, s := range w.slo.Events() {
		p.body.Conditions = append(p.body.Conditions, w.absentCondition(s, after))
	}
	p.body.Combiner = combiner(p.body.Conditions)
	p.body.AlertStrategy.AutoClose = seconds(max(w.slo.Absent(), minAutoClose))
	return p
}

// body returns what all policies of the SLO have.
func (w alertWriter) body(p policy) templates.AlertPolicy {
	body := templates.AlertPolicy{
		UserLabels:           w.labels(p.name),
		NotificationChannels: w.schema.Channels[p.severity],
		Severity:             "WARNING",
	}
	if p.severity == schema.Page {
		body.Severity = "CRITICAL"
	}
	return body
}

// sloName returns the full name of an SLO in Cloud Monitoring.
func sloName(s *schema.Schema, o *schema.SLO) string {
	return cloudmonitoring.SLOName(s.Monitoring.Project, s.Service.ID, o.ResourceID)
}

// title returns the ids of service and SLO, e.g. "shop/availability".
func (w alertWriter) title() string { return w.schema.Service.ID + "/" + w.slo.ResourceID }

func combiner(conditions []templates.Condition) string {
	if len(conditions) == 1 {
		return "OR"
	}
	return "AND"
}

// conditions returns the conditions of a tier: the look-backs, and the minimum of events.
func (w alertWriter) conditions(t schema.Tier) []templates.Condition {
	if !t.Selectable() {
		return []templates.Condition{w.burnsInPromQL(t)}
	}
	list := []templates.Condition{w.burns(t.Burn, t.Over)}
	if t.Short < t.Over {
		list = append(list, w.burns(t.Burn, t.Short))
	}
	if n := w.slo.MinEvents(); n > 0 {
		list = append(list, w.atLeast(n, t.Over))
	}
	return list
}

// burns returns the condition that the error budget burns faster over a look-back.
func (w alertWriter) burns(burn schema.Burn, over time.Duration) templates.Condition {
	return templates.Condition{
		DisplayName: fmt.Sprintf("burn rate over %s > %s", schema.BriefDuration(over), burn),
		Threshold: threshold(templates.Threshold{
			Filter: cloudmonitoring.BurnRate(sloName(w.schema, w.slo), seconds(over)),
			Value:  templates.Number(burn.Float()),
		}),
	}
}

// burnsInPromQL returns the only condition of a tier with a look-back that the selector
// does not allow.
func (w alertWriter) burnsInPromQL(t schema.Tier) templates.Condition {
	over, short := schema.BriefDuration(t.Over), schema.BriefDuration(t.Short)
	name := "burn rate over " + over
	p := cloudPromQL(w.schema.Monitoring)
	burns := func(over string) string {
		bad, total := p.events(w.slo.SLI, over)
		return "(" + bad + " / (" + total + " > 0) > " + errorThreshold(w.slo.Goal, t.Burn) + ")"
	}
	query := burns(over)
	if t.Short < t.Over {
		query += " and on() " + burns(short)
		name += " and " + short
	}
	if n := w.slo.MinEvents(); n > 0 {
		query += " and on() (" + p.atLeast(w.slo.SLI, n, over) + ")"
	}
	return templates.Condition{
		DisplayName: name + " > " + t.Burn.String(),
		PromQL: &templates.PromQL{
			Query:        query,
			Duration:     "0s",
			Interval:     "300s",
			Group:        "ocgen-" + w.schema.Service.ID + "-" + w.slo.ResourceID,
			Rule:         camel(w.schema.Service.ID, w.slo.ResourceID, t.Severity, over),
			NoValidation: true,
		},
	}
}

// camel returns words and ids as one name, e.g. "ShopAvailabilityTicket3d". Ids have no capital
// letters. A hyphen that no capital letter shows becomes "_", so that "a-1" and "a1" differ.
func camel(ids ...string) string {
	var b strings.Builder
	for _, id := range ids {
		for i, word := range strings.Split(id, "-") {
			if i > 0 && (word == "" || '0' <= word[0] && word[0] <= '9') {
				b.WriteByte('_')
			}
			if word != "" {
				b.WriteString(strings.ToUpper(word[:1]) + word[1:])
			}
		}
	}
	return b.String()
}

// atLeast returns the condition that there are n events or more in a look-back.
func (w alertWriter) atLeast(n int, over time.Duration) templates.Condition {
	return templates.Condition{
		DisplayName: fmt.Sprintf("at least %d events in %s", n, schema.BriefDuration(over)),
		Threshold: threshold(templates.Threshold{
			Filter:       filter(w.schema.Monitoring, w.slo.Events()[0]),
			Aggregations: []templates.Aggregation{{Period: seconds(over), Aligner: "ALIGN_DELTA", Reducer: "REDUCE_SUM"}},
			Value:        templates.Number(n - 1),
		}),
	}
}

// threshold completes a condition that one time series above the value is enough for.
func threshold(t templates.Threshold) *templates.Threshold {
	t.Comparison, t.Duration, t.Trigger.Count = "COMPARISON_GT", "0s", 1
	return &t
}

// absentCondition returns the condition that the selected time series have no points.
func (w alertWriter) absentCondition(s *schema.Selection, after string) templates.Condition {
	aligner := "ALIGN_DELTA"
	if kind, _ := MetricKind(s.View); kind == "GAUGE" {
		aligner = "ALIGN_MEAN"
	}
	return templates.Condition{
		DisplayName: fmt.Sprintf("no data of %s for %s", s.View.SLOName(), after),
		Absent: &templates.Absent{
			Filter:       filter(w.schema.Monitoring, s),
			Aggregations: []templates.Aggregation{{Period: "60s", Aligner: aligner, Reducer: "REDUCE_SUM"}},
			Duration:     seconds(w.slo.Absent()),
			Trigger:      templates.Trigger{Count: 1},
		},
	}
}

// fired returns the sentences about a tier: what happened, what it has cost, and when the
// budget is gone.
func (w alertWriter) fired(t schema.Tier) string {
	still := ""
	if t.Short < t.Over {
		still = fmt.Sprintf(" It still burned in the last %s.", schema.BriefDuration(t.Short))
	}
	speed := "faster than it may"
	if rate := t.Burn.String(); rate != "1" {
		speed = "more than " + rate + " times as fast as it may"
	}
	return fmt.Sprintf("Over %s the error budget of %dd burned %s. With even traffic, that used about %s of it.%s At this rate a whole budget lasts %s.",
		schema.BriefDuration(t.Over), w.slo.PeriodDays(), speed, w.slo.Spent(t), still, w.slo.Exhausted(t))
}

// documentation returns the text of an alert: what users feel, the SLO, what fired, and
// the runbook.
func (w alertWriter) documentation(fired, subject string) templates.Documentation {
	var paragraphs []string
	if w.slo.Description != "" {
		paragraphs = append(paragraphs, w.slo.Description)
	}
	paragraphs = append(paragraphs, string(templates.Text(w.slo.DisplayName)), fired)
	d := templates.Documentation{MIMEType: "text/markdown", Subject: w.schema.Service.ID + ": " + w.slo.ResourceID + " " + subject}
	if w.slo.Runbook != "" {
		paragraphs = append(paragraphs, "Runbook: "+w.slo.Runbook)
		d.Links = []templates.Web{{DisplayName: "Runbook", URL: w.slo.Runbook}}
	}
	d.Content = strings.Join(paragraphs, "\n\n")
	return d
}

// labels returns the user labels of a policy: the labels of the SLO, its owner, and those
// by which the policies of a schema are found again.
func (w alertWriter) labels(name string) map[string]string {
	labels := labelMap(w.slo.Labels)
	if w.slo.Owner != "" {
		labels["owner"] = w.slo.Owner
	}
	labels["managed-by"] = "ocgen"
	labels["ocgen-schema"] = labelValue(w.schema.Package)
	labels["ocgen-service"] = w.schema.Service.ID
	labels["ocgen-slo"] = w.slo.ResourceID
	if env := w.schema.Environment; env != "" {
		labels["ocgen-env"] = env
	}
	labels["ocgen-id"] = labelValue(name)
	return labels
}

const maxLabelValue = 63 // characters of the API

// labelValue makes a user label's value of a text. Long texts end in a hash, so that they
// stay distinct.
func labelValue(text string) string {
	text = strings.Map(func(c rune) rune {
		if c == '-' || c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' {
			return c
		}
		return '_'
	}, strings.ToLower(text))
	if len(text) <= maxLabelValue {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	hash := "-" + hex.EncodeToString(sum[:4])
	return text[:maxLabelValue-len(hash)] + hash
}
