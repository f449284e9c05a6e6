package slocheck

import (
	"reflect"
	"strings"
	"testing"
)

const module = `{
  "terraform": {"required_version": ">= 1.3"},
  "variable": {
    "project": {"type": "string", "description": "d", "default": "p"},
    "notification_channels": {"type": "map(list(string))", "description": "d", "default": {"page": ["c"]}}
  },
  "resource": {
    "google_monitoring_metric_descriptor": {"d": {
      "project": "${var.project}", "type": "custom.googleapis.com/d", "metric_kind": "GAUGE", "value_type": "INT64",
      "labels": [{"key": "k", "value_type": "STRING"}],
      "lifecycle": {"prevent_destroy": true, "ignore_changes": ["labels"]}
    }},
    "google_monitoring_custom_service": {"service": {"project": "${var.project}", "service_id": "shop"}},
    "google_monitoring_slo": {"a": {
      "project": "${var.project}", "service": "${google_monitoring_custom_service.service.service_id}", "slo_id": "a", "goal": 0.9,
      "rolling_period_days": 7, "user_labels": {"team_a": "x"},
      "windows_based_sli": {"window_period": "300s", "metric_mean_in_range": {"time_series": "$${x} %%{y}", "range": {"min": -1.7976931348623157e+308, "max": 5}}},
      "depends_on": ["google_monitoring_metric_descriptor.d"]
    }},
    "google_monitoring_alert_policy": {"a_page": {
      "project": "${var.project}", "display_name": "n", "combiner": "OR",
      "conditions": [{"display_name": "c", "condition_threshold": {"filter": "f(\"${google_monitoring_slo.a.name}\")", "duration": "0s", "comparison": "COMPARISON_GT", "trigger": {"count": 1}}}],
      "notification_channels": "${lookup(var.notification_channels, \"page\", [])}"
    }}
  },
  "output": {"slo_a": {"value": "${google_monitoring_slo.a.name}"}}
}`

// TestModule makes one mistake in a module at a time.
func TestModule(t *testing.T) {
	check := func(text string) error {
		m, err := ReadModule([][]byte{[]byte(text)})
		if err != nil {
			return err
		}
		return m.Check()
	}
	if err := check(module); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ old, new, want string }{
		{`"metric_kind"`, `"metricKind"`, "no argument metricKind"},
		{`"metric_kind": "GAUGE", `, ``, "no metric_kind"},
		{`"goal": 0.9`, `"goal": "0.9"`, "goal is 0.9"},
		{`{"count": 1}`, `[{"count": 1}]`, "trigger is"},
		{`[{"key": "k", "value_type": "STRING"}]`, `{"key": "k"}`, "labels is"},
		{`[{"key": "k", "value_type": "STRING"}]`, `[{"value_type": "STRING"}]`, "no key"},
		{`"max": 5`, `"max": "Infinity"`, "max is Infinity"},
		{`"windows_based_sli"`, `"windows_based"`, `has 0 of ["basic_sli"`},
		{`"rolling_period_days": 7, `, ``, `has 0 of ["rolling_period_days"`},
		{`"user_labels": {"team_a": "x"}`, `"user_labels": {"team_a": 1}`, "user_labels is"},
		{`descriptor.d"`, `descriptor.e"`, "depends on google_monitoring_metric_descriptor.e"},
		{`, "ignore_changes": ["labels"]`, ``, "lifecycle is"},
		{`"prevent_destroy": true`, `"prevent_destroy": false`, "lifecycle is"},
		{`google_monitoring_slo.a.name}\"`, `google_monitoring_slo.b.name}\"`, "refers to nothing"},
		{`$${x}`, `${x}`, "refers to nothing"},
		{`%%{y}`, `%{y}`, "a directive"},
		{`\"page\", []`, `\"pager\", []`, "refers to nothing"},
		{`"google_monitoring_slo":`, `"google_slo":`, "no resource google_slo"},
		{`{"a_page"`, `{"1 page"`, "is no name"},
		{`"project": "${var.project}", "display_name"`, `"display_name"`, "project is"},
		{`"type": "string", `, ``, "has no type"},
		{`"output"`, `"outputs"`, "unknown field"},
	} {
		text := strings.Replace(module, test.old, test.new, 1)
		if err := check(text); text == module || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.new, err, test.want)
		}
	}
}

// TestAPIBody converts an SLO and a policy back to the API's JSON.
func TestAPIBody(t *testing.T) {
	m, err := ReadModule([][]byte{[]byte(module)})
	if err != nil {
		t.Fatal(err)
	}
	slo, err := m.Evaluated(m.Resources["google_monitoring_slo"]["a"])
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"goal": 0.9, "rollingPeriod": "604800s", "userLabels": map[string]any{"team_a": "x"},
		"serviceLevelIndicator": map[string]any{"windowsBased": map[string]any{"windowPeriod": "300s", "metricMeanInRange": map[string]any{
			"timeSeries": "${x} %{y}", "range": map[string]any{"min": "-Infinity", "max": 5.0},
		}}},
	}
	if got := APIBody("google_monitoring_slo", slo); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	policy, err := m.Evaluated(m.Resources["google_monitoring_alert_policy"]["a_page"])
	if err != nil {
		t.Fatal(err)
	}
	body := APIBody("google_monitoring_alert_policy", policy)
	condition := body["conditions"].([]any)[0].(map[string]any)["conditionThreshold"].(map[string]any)
	if condition["filter"] != `f("projects/p/services/shop/serviceLevelObjectives/a")` || !reflect.DeepEqual(body["notificationChannels"], []any{"c"}) {
		t.Errorf("got %v", body)
	}
}
