package ruletests_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/realprometheus"
)

// rulesFiles returns the generated files of rules of the golden cases and the examples.
func rulesFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, dir := range []string{"../../../golden", "../../../examples", "../golden"} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && strings.HasSuffix(path, ".rules.yaml") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(files) == 0 {
		t.Fatal("no file of rules")
	}
	return files
}

// TestRules has Prometheus check every generated file of rules: the YAML, the queries, the
// names and labels, the templates of annotations, and that no rule exists twice.
func TestRules(t *testing.T) {
	promtool := realprometheus.Promtool(t)
	check := func(path string) ([]byte, error) {
		return exec.Command(promtool, "check", "rules", "--lint=all", "--lint-fatal", path).CombinedOutput()
	}
	for _, path := range rulesFiles(t) {
		if out, err := check(path); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		broken := filepath.Join(t.TempDir(), "broken.rules.yaml")
		if err := os.WriteFile(broken, bytes.Replace(data, []byte(" or vector(0)"), []byte(" or vector(0"), 1), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := check(broken); err == nil {
			t.Errorf("a query without a parenthesis is accepted:\n%s", out)
		}
	}
}

// TestAnnotations has Prometheus write the texts of alerts. Texts of the schema appear as
// they are, although annotations are templates.
func TestAnnotations(t *testing.T) {
	promtool := realprometheus.Promtool(t)
	rules, err := filepath.Abs("../../../golden/prometheus/rules/ruled-orders.rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const requests = `shop_golden_prometheus_requests{job="a \"b\" \\ c",cluster="us",request_outcome="%s",key_0_code="200"}`
	alert := func(severity string) map[string]any {
		return map[string]any{
			"exp_labels": map[string]string{
				"sloth_id": "ruled-orders-bad-of-total", "sloth_service": "ruled-orders", "sloth_slo": "bad-of-total",
				"severity": severity, "sloth_severity": severity, "owner": "orders", "team": "orders", "on": "on", "on_call": "1e3",
			},
			"exp_annotations": map[string]string{
				"summary":     `Ruled {{ orders }} "and" {{{more}}}: the error budget of "99.9% of requests succeed, {{ $labels.x }}: # no comment" burns too fast`,
				"description": "Customers see an *error page* {{ .Nothing }}\ninstead of the cart: \"<&>\" 'on' 🛒.\n\n  A second paragraph with ${project}.\n\n25% of events are bad; 0.1% may be.",
				"runbook_url": "https://runbooks.example/ruled-orders/bad-of-total",
			},
		}
	}
	file := filepath.Join(t.TempDir(), "tests.yaml")
	test := toYAML(t, map[string]any{"rule_files": []string{rules}, "tests": []any{map[string]any{
		"interval": "1m",
		"input_series": []any{
			map[string]string{"series": strings.Replace(requests, "%s", "ok", 1), "values": "0+300x70"},
			map[string]string{"series": strings.Replace(requests, "%s", "error", 1), "values": "0+75x70"},
			map[string]string{"series": strings.Replace(requests, "%s", "timeout", 1), "values": "0+25x70"},
		},
		"alert_rule_test": []any{map[string]any{
			"eval_time": "65m", "alertname": "RuledOrdersBadOfTotalBurn", "exp_alerts": []any{alert("page"), alert("ticket")},
		}},
	}}})
	if err := os.WriteFile(file, []byte(test), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(promtool, "test", "rules", file).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
