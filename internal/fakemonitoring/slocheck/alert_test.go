package slocheck

import (
	"strings"
	"testing"
)

const alert = `{
  "displayName": "shop/a: page",
  "documentation": {"content": "Text", "mimeType": "text/markdown", "subject": "Burns", "links": [{"displayName": "Runbook", "url": "https://x.example"}]},
  "userLabels": {"managed-by": "ocgen"},
  "conditions": [
    {"displayName": "long", "conditionThreshold": {"filter": "select_slo_burn_rate(\"projects/p/services/shop/serviceLevelObjectives/a\", \"3600s\")", "comparison": "COMPARISON_GT", "thresholdValue": 14.4, "duration": "0s", "trigger": {"count": 1}}},
    {"displayName": "events", "conditionThreshold": {"filter": "metric.type=\"custom.googleapis.com/x\" AND resource.type=\"global\"", "aggregations": [{"alignmentPeriod": "3600s", "perSeriesAligner": "ALIGN_DELTA", "crossSeriesReducer": "REDUCE_SUM"}], "comparison": "COMPARISON_GT", "thresholdValue": 0, "duration": "0s", "trigger": {"count": 1}}}
  ],
  "combiner": "AND",
  "notificationChannels": ["projects/p/notificationChannels/1"],
  "alertStrategy": {"autoClose": "3600s"},
  "severity": "CRITICAL"
}`

// TestAlert makes one mistake in a policy at a time.
func TestAlert(t *testing.T) {
	check := func(text string) error { return Alert([]byte(text), "shop", []string{"a"}) }
	if err := check(alert); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ old, new, want string }{
		{`"combiner": "AND"`, `"combiner": "OR"`, "combiner is OR with 2 conditions"},
		{`"severity": "CRITICAL"`, `"severity": "ERROR"`, "severity is ERROR"},
		{`"autoClose": "3600s"`, `"autoClose": "60s"`, "autoClose is 1m0s"},
		{`"3600s\")`, `"86401s\")`, "look-back of 86401s"},
		{`Objectives/a\"`, `Objectives/b\"`, `no SLO "b"`},
		{` AND resource.type=\"global\"`, ``, "want a resource.type"},
		{`"alignmentPeriod": "3600s"`, `"alignmentPeriod": "90s"`, "alignmentPeriod is 1m30s"},
		{`"thresholdValue": 14.4`, `"thresholdValue": 0`, "burn rate above 0"},
		{`"count": 1}}},`, `"count": 2}}},`, "2 times"},
		{`"Text"`, `"costs ${x}"`, "has a variable"},
		{`https://x`, `http://x`, `link "Runbook"`},
		{`"severity"`, `"enabled": true, "severity"`, "belong to the API"},
		{`projects/p/notificationChannels/1`, `1`, `channel "1"`},
		{`"displayName": "long"`, `"displayName": ""`, "the API would keep it as"},
		{`"documentation"`, `"docs"`, "unknown field"},
	} {
		text := strings.Replace(alert, test.old, test.new, 1)
		if err := check(text); text == alert || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.new, err, test.want)
		}
	}
}
