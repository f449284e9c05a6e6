package slocheck

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"
)

// Alert checks a file with the body of alertPolicies.create. SLOs are the ids that the
// policies may name.
func Alert(data []byte, service string, slos []string) error {
	var a monitoringpb.AlertPolicy
	if err := protojson.Unmarshal(data, &a); err != nil {
		return err
	}
	var f faults
	f.add(roundTrip(data, &a))
	p := Project{HasSLO: func(_, of, slo string) bool { return of == service && slices.Contains(slos, slo) }}
	f.add(p.Policy(&a))
	f.add(texts(&a))
	if a.Name != "" || a.Enabled != nil {
		f.addf("name and enabled belong to the API and to people")
	}
	want := monitoringpb.AlertPolicy_AND
	if len(a.Conditions) == 1 {
		want = monitoringpb.AlertPolicy_OR
	}
	if a.Combiner != want {
		f.addf("combiner is %v with %d conditions", a.Combiner, len(a.Conditions))
	}
	for _, c := range a.Conditions {
		if c.Name != "" {
			f.addf("a condition has the name %q", c.Name)
		}
		f.add(ourCondition(c))
	}
	if !slices.Contains([]monitoringpb.AlertPolicy_Severity{monitoringpb.AlertPolicy_CRITICAL, monitoringpb.AlertPolicy_WARNING}, a.Severity) {
		f.addf("severity is %v", a.Severity)
	}
	if a.GetAlertStrategy().GetAutoClose() == nil {
		f.addf("there is no autoClose")
	}
	return f.err()
}

// Policy checks the rules of the API: the comments in google/monitoring/v3/alert.proto, the
// page about selectors of SLOs, and the quotas of Cloud Monitoring. It does not check the
// rules of ocgen's own files.
func (p Project) Policy(a *monitoringpb.AlertPolicy) error {
	var f faults
	f.add(textLimits(a))
	f.add(userLabels(a.UserLabels))
	if len(a.Conditions) < 1 || len(a.Conditions) > 6 {
		f.addf("there are %d conditions: want 1 to 6", len(a.Conditions))
	}
	if a.Combiner == monitoringpb.AlertPolicy_COMBINE_UNSPECIFIED {
		f.addf("there is no combiner")
	}
	for _, c := range a.Conditions {
		if c.DisplayName == "" {
			f.addf("a condition has no display name")
		}
		f.add(p.condition(c, len(a.Conditions)))
	}
	if d := a.GetAlertStrategy().GetAutoClose(); d != nil && (d.AsDuration() < 30*time.Minute || d.AsDuration() > 7*day) {
		f.addf("autoClose is %v: want 30 minutes to 7 days", d.AsDuration())
	}
	for _, name := range a.NotificationChannels {
		if !channel.MatchString(name) {
			f.addf("channel %q", name)
		}
	}
	return f.err()
}

var channel = regexp.MustCompile(`^projects/[^/]+/notificationChannels/[^/]+$`)

// roundTrip compares the file with the message in JSON again. A member that the API
// drops, because it is the default, is only a threshold of 0.
func roundTrip(data []byte, a *monitoringpb.AlertPolicy) error {
	again, err := protojson.Marshal(a)
	if err != nil {
		return err
	}
	var want, got any
	if err := json.Unmarshal(data, &want); err != nil {
		return err
	}
	if err := json.Unmarshal(again, &got); err != nil {
		return err
	}
	dropZeroThresholds(want)
	if !reflect.DeepEqual(want, got) {
		return fmt.Errorf("the API would keep it as %s", again)
	}
	return nil
}

func dropZeroThresholds(v any) {
	switch v := v.(type) {
	case map[string]any:
		if v["thresholdValue"] == 0.0 {
			delete(v, "thresholdValue")
		}
		for _, inner := range v {
			dropZeroThresholds(inner)
		}
	case []any:
		for _, inner := range v {
			dropZeroThresholds(inner)
		}
	}
}

// textLimits checks the API's limits of texts.
func textLimits(a *monitoringpb.AlertPolicy) error {
	var f faults
	d := a.Documentation
	if a.DisplayName == "" || len(a.DisplayName) > 512 {
		f.addf("displayName has %d bytes: want 1 to 512", len(a.DisplayName))
	}
	if n := utf8.RuneCountInString(d.GetContent()); n > 8192 || len(d.GetContent()) > 10240 {
		f.addf("documentation has %d characters and %d bytes: want at most 8192 and 10240", n, len(d.GetContent()))
	}
	if len(d.GetSubject()) > 255 {
		f.addf("subject has %d bytes: want at most 255", len(d.GetSubject()))
	}
	if d.GetContent() != "" && d.GetMimeType() != "text/markdown" {
		f.addf("documentation is %q", d.GetMimeType())
	}
	if len(d.GetLinks()) > 3 {
		f.addf("there are %d links: want at most 3", len(d.GetLinks()))
	}
	for _, l := range d.GetLinks() {
		if l.DisplayName == "" || len(l.DisplayName) > 63 || l.Url == "" || len(l.Url) > 2083 {
			f.addf("link %q to %q", l.DisplayName, l.Url)
		}
	}
	return f.err()
}

// texts checks what ocgen's policies have beside the API's rules.
func texts(a *monitoringpb.AlertPolicy) error {
	var f faults
	d := a.Documentation
	if d.GetContent() == "" || d.GetMimeType() != "text/markdown" || d.GetSubject() == "" {
		f.addf("documentation is %q about %q", d.GetMimeType(), d.GetSubject())
	}
	if strings.Contains(d.GetContent()+d.GetSubject(), "${") {
		f.addf("documentation has a variable")
	}
	for _, l := range d.GetLinks() {
		if !strings.HasPrefix(l.Url, "https://") {
			f.addf("link %q to %q", l.DisplayName, l.Url)
		}
	}
	return f.err()
}

// ourCondition checks what ocgen's conditions have beside the API's rules.
func ourCondition(c *monitoringpb.AlertPolicy_Condition) error {
	var f faults
	if t := c.GetConditionThreshold(); t != nil {
		if t.Comparison != monitoringpb.ComparisonType_COMPARISON_GT || t.GetTrigger().GetCount() != 1 || t.Duration == nil || t.Duration.AsDuration() != 0 {
			f.addf("threshold is compared %v, %v times, for %v", t.Comparison, t.GetTrigger().GetCount(), t.Duration.AsDuration())
		}
		if sloSelector.MatchString(t.Filter) && t.ThresholdValue <= 0 {
			f.addf("burn rate above %v", t.ThresholdValue)
		}
	}
	if q := c.GetConditionPrometheusQueryLanguage(); q != nil && (q.RuleGroup == "" || q.AlertRule == "" || !q.DisableMetricValidation) {
		f.addf("rule %q of group %q", q.AlertRule, q.RuleGroup)
	}
	return f.err()
}

// condition checks a condition of a policy with n conditions.
func (p Project) condition(c *monitoringpb.AlertPolicy_Condition, n int) error {
	switch {
	case c.GetConditionThreshold() != nil:
		return p.thresholdCondition(c.GetConditionThreshold())
	case c.GetConditionAbsent() != nil:
		a := c.GetConditionAbsent()
		var f faults
		f.add(p.alertFilter(a.Filter, a.Aggregations))
		f.add(wholeMinutes("duration", a.Duration, 2*time.Minute, 23*time.Hour+30*time.Minute))
		return f.err()
	case c.GetConditionPrometheusQueryLanguage() != nil:
		q := c.GetConditionPrometheusQueryLanguage()
		var f faults
		if n != 1 {
			f.addf("a condition in PromQL is not alone")
		}
		if q.Query == "" || q.AlertRule != "" && !ruleName.MatchString(q.AlertRule) {
			f.addf("rule %q of group %q has the query %q", q.AlertRule, q.RuleGroup, q.Query)
		}
		if d := q.EvaluationInterval.AsDuration(); d <= 0 || d%(30*time.Second) != 0 {
			f.addf("evaluationInterval is %v: want a multiple of 30s", d)
		}
		return f.err()
	}
	return fmt.Errorf("condition %q has no kind that is known", c.DisplayName)
}

var ruleName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// thresholdCondition checks a condition on the burn rate of an SLO, or on a metric.
func (p Project) thresholdCondition(t *monitoringpb.AlertPolicy_Condition_MetricThreshold) error {
	var f faults
	if t.Comparison != monitoringpb.ComparisonType_COMPARISON_GT && t.Comparison != monitoringpb.ComparisonType_COMPARISON_LT {
		f.addf("comparison is %v: want COMPARISON_GT or COMPARISON_LT", t.Comparison)
	}
	f.add(wholeMinutes("duration", t.Duration, 0, 23*time.Hour+30*time.Minute))
	if !strings.HasPrefix(t.Filter, "select_slo_") {
		f.add(p.alertFilter(t.Filter, t.Aggregations))
		return f.err()
	}
	f.add(p.selector(t.Filter))
	if len(t.Aggregations) > 0 {
		f.addf("a selector has no aggregations")
	}
	return f.err()
}

// alertFilter checks the filter of a condition on a metric. Unlike an SLO's, it must name
// the resource type.
func (p Project) alertFilter(filter string, aggregations []*monitoringpb.Aggregation) error {
	var f faults
	f.add(p.anyFilter(filter))
	if !strings.Contains(filter, `resource.type="`) || len(filter) > 2048 {
		f.addf("filter %s of %d bytes: want a resource.type, and at most 2048", filter, len(filter))
	}
	if len(aggregations) != 1 {
		f.addf("there are %d aggregations", len(aggregations))
		return f.err()
	}
	f.add(wholeMinutes("alignmentPeriod", aggregations[0].AlignmentPeriod, time.Minute, 25*time.Hour))
	return f.err()
}

func wholeMinutes(name string, d *durationpb.Duration, least, most time.Duration) error {
	if v := d.AsDuration(); v%time.Minute != 0 || v < least || v > most {
		return fmt.Errorf("%s is %v: want whole minutes from %v to %v", name, v, least, most)
	}
	return nil
}
