package golden_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"

	"github.com/ocgen/ocgen/internal/realprometheus"
)

// TestAlerts checks every alert policy of the golden cases and the examples: it has the
// type of the API and keeps the API's rules, and its SLO exists in the same schema.
func TestAlerts(t *testing.T) {
	count := 0
	for _, p := range places(t) {
		files := jsonFiles(t, p)
		var slos []string
		for _, f := range files {
			if f.kind == "slo" {
				slos = append(slos, strings.TrimSuffix(filepath.Base(f.path), ".json"))
			}
		}
		for _, f := range files {
			if f.kind != "alert" {
				continue
			}
			count++
			if err := slocheck.Alert(f.data, serviceOf(t, f), slos); err != nil {
				t.Errorf("%s: %v", f.path, err)
			}
		}
	}
	if count < 50 {
		t.Errorf("only %d alert policies", count)
	}
}

// serviceOf returns the id of the service that the labels of a policy name. They must
// also name the file.
func serviceOf(t *testing.T, f jsonFile) string {
	t.Helper()
	var body struct{ UserLabels map[string]string }
	if err := json.Unmarshal(f.data, &body); err != nil {
		t.Fatal(err)
	}
	name := strings.TrimSuffix(filepath.Base(f.path), ".json")
	if id := body.UserLabels["ocgen-id"]; id != name && (len(name) < 64 || !strings.HasPrefix(name, id[:54])) {
		t.Errorf("%s: ocgen-id is %q", f.path, id)
	}
	return body.UserLabels["ocgen-service"]
}

var query = regexp.MustCompile(`"query": ("(?:[^"\\]|\\.)*")`)

// TestQueries has every query of the alert policies parsed by Prometheus.
func TestQueries(t *testing.T) {
	promtool := realprometheus.Promtool(t)
	var rules []map[string]string
	for _, p := range places(t) {
		for _, f := range jsonFiles(t, p) {
			for _, m := range query.FindAllSubmatch(f.data, -1) {
				var text string
				if err := json.Unmarshal(m[1], &text); err != nil {
					t.Fatal(err)
				}
				rules = append(rules, map[string]string{"alert": "A" + strings.Repeat("a", len(rules)), "expr": text})
			}
		}
	}
	if len(rules) < 5 {
		t.Fatalf("only %d queries", len(rules))
	}
	check := func(rules []map[string]string) ([]byte, error) {
		file := filepath.Join(t.TempDir(), "rules.yaml")
		writeJSON(t, file, map[string]any{"groups": []any{map[string]any{"name": "g", "rules": rules}}})
		return exec.Command(promtool, "check", "rules", file).CombinedOutput()
	}
	if out, err := check(rules); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	broken := slices.Clone(rules)
	broken[0] = map[string]string{"alert": "Broken", "expr": rules[0]["expr"] + ")"}
	if out, err := check(broken); err == nil {
		t.Errorf("a query with a superfluous parenthesis is accepted:\n%s", out)
	}
}
