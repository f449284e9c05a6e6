package golden_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/realprometheus"
)

// queryOf returns the query of an alert policy of golden/alerts.
func queryOf(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../../golden/alerts/alerts", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var text string
	if m := query.FindSubmatch(data); m == nil || json.Unmarshal(m[1], &text) != nil {
		t.Fatalf("%s has no query", name)
	}
	return text
}

// TestSlowTiers has Prometheus evaluate the queries of tiers over 3 days on three hours of
// data. Values are the growth of a counter in a minute.
func TestSlowTiers(t *testing.T) {
	promtool := realprometheus.Promtool(t)
	const (
		labels   = `monitored_resource="k8s_container",namespace_name="orders",cluster_name="eu"`
		requests = `custom_googleapis_com:opencensus_golden_alerts_requests{` + labels + `,route="/orders/{id:\"\\d+\"}",request_outcome="%s"}`
		latency  = `custom_googleapis_com:opencensus_golden_alerts_request_latency_%s{` + labels + `,request_outcome="ok"%s}`
	)
	ok, failed, timeout := fmt.Sprintf(requests, "ok"), fmt.Sprintf(requests, "error"), fmt.Sprintf(requests, "timeout")
	all, below := fmt.Sprintf(latency, "count", ""), fmt.Sprintf(latency, "bucket", `,le="0.5"`)
	for _, test := range []struct {
		what, policy string
		growth       map[string]string
		fires        bool
	}{
		{"0.2% of 0.1%", "bad-of-total-ticket-3d", map[string]string{ok: "998", failed: "2"}, true},
		{"0.105% of 0.1%", "bad-of-total-ticket-3d", map[string]string{ok: "99895", failed: "105"}, true},
		{"0.095% of 0.1%", "bad-of-total-ticket-3d", map[string]string{ok: "99905", failed: "95"}, false},
		{"no series of errors", "bad-of-total-ticket-3d", map[string]string{ok: "1000"}, false},
		{"no events", "bad-of-total-ticket-3d", map[string]string{ok: "0", failed: "0"}, false},
		{"fewer events than min_events", "bad-of-total-ticket-3d", map[string]string{failed: "0.5"}, false},
		{"only errors", "bad-of-total-ticket-3d", map[string]string{failed: "1"}, true},
		{"good without a series", "good-of-total-ticket-3d", map[string]string{failed: "1"}, true},
		{"a timeout is good", "good-of-total-ticket-3d", map[string]string{timeout: "1"}, false},
		{"60% of 50%", "good-and-bad-ticket-3d", map[string]string{ok: "4", failed: "6"}, true},
		{"40% of 50%", "good-and-bad-ticket-3d", map[string]string{ok: "6", failed: "4"}, false},
		{"12% of 10% slow", "under-ticket-3d", map[string]string{all: "100", below: "88"}, true},
		{"8% of 10% slow", "under-ticket-3d", map[string]string{all: "100", below: "92"}, false},
	} {
		dir := t.TempDir()
		var series []any
		for name, growth := range test.growth {
			series = append(series, map[string]string{"series": name, "values": "0+" + growth + "x180"})
		}
		alerts := []any{}
		if test.fires {
			alerts = append(alerts, map[string]any{"exp_labels": map[string]string{}})
		}
		writeJSON(t, filepath.Join(dir, "rules.yaml"), map[string]any{"groups": []any{map[string]any{
			"name": "g", "rules": []any{map[string]string{"alert": "A", "expr": queryOf(t, test.policy)}},
		}}})
		writeJSON(t, filepath.Join(dir, "tests.yaml"), map[string]any{"rule_files": []string{"rules.yaml"}, "tests": []any{map[string]any{
			"interval": "1m", "input_series": series,
			"alert_rule_test": []any{map[string]any{"eval_time": "3h", "alertname": "A", "exp_alerts": alerts}},
		}}})
		out, err := exec.Command(promtool, "test", "rules", filepath.Join(dir, "tests.yaml")).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", test.what, err, strings.TrimSpace(string(out)))
		}
	}
}

// writeJSON writes a file in JSON, which is YAML too.
func writeJSON(t *testing.T, file string, v any) {
	t.Helper()
	data, err := json.Marshal(v)
	if err == nil {
		err = os.WriteFile(file, data, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}
