package ruletests_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/ocgen/ocgen/internal/realprometheus"
)

// A ruleSet is the rules of one SLO, and their tests. Prometheus evaluates all groups for
// each test, so tests of one group alone take much less time.
type ruleSet struct {
	slo   string
	rules string // YAML
	tests string // YAML
}

// ruleSets splits a file of rules and its tests by SLO. Every group and every test is in
// one set.
func ruleSets(t *testing.T, rulesFile string) []ruleSet {
	t.Helper()
	var rules struct {
		Groups []map[string]any
	}
	var tests struct {
		RuleFiles []string `yaml:"rule_files"`
		Interval  string   `yaml:"evaluation_interval"`
		Tests     []map[string]any
	}
	testsFile := strings.TrimSuffix(rulesFile, ".rules.yaml") + ".tests.yaml"
	readYAML(t, rulesFile, &rules)
	readYAML(t, testsFile, &tests)
	if len(tests.RuleFiles) != 1 || tests.RuleFiles[0] != filepath.Base(rulesFile) {
		t.Fatalf("%s tests %q", testsFile, tests.RuleFiles)
	}
	service := strings.TrimSuffix(filepath.Base(rulesFile), ".rules.yaml")
	var sets []ruleSet
	split := 0
	for _, group := range rules.Groups {
		slo := strings.TrimPrefix(group["name"].(string), "ocgen-"+service+"-")
		isOwn := expectationsOf(service+"-"+slo, group)
		var own []any
		for _, test := range tests.Tests {
			mine, some := maps.Clone(test), 0
			for _, kind := range expectations {
				list, _ := test[kind].([]any)
				list = slices.DeleteFunc(slices.Clone(list), func(e any) bool { return !isOwn(e.(map[string]any)) })
				mine[kind] = list
				some += len(list)
			}
			if some > 0 {
				own = append(own, mine)
			}
			split += some
		}
		sets = append(sets, ruleSet{slo, toYAML(t, map[string]any{"groups": []any{group}}), toYAML(t, map[string]any{
			"rule_files": []string{"rules.yaml"}, "evaluation_interval": tests.Interval, "tests": own,
		})})
	}
	all := 0
	for _, test := range tests.Tests {
		for _, kind := range expectations {
			list, _ := test[kind].([]any)
			all += len(list)
		}
	}
	if split != all {
		t.Fatalf("%s has %d expectations, of which %d belong to one SLO", testsFile, all, split)
	}
	return sets
}

// expectations are the keys of a test that have expectations.
var expectations = []string{"promql_expr_test", "alert_rule_test"}

// expectationsOf returns whether an expectation is about the rules of a group, which is of
// the SLO with the id.
func expectationsOf(id string, group map[string]any) func(map[string]any) bool {
	alerts := map[any]bool{}
	for _, rule := range group["rules"].([]any) {
		if name := rule.(map[string]any)["alert"]; name != nil {
			alerts[name] = true
		}
	}
	return func(e map[string]any) bool {
		expr, isQuery := e["expr"].(string)
		if isQuery {
			return strings.Contains(expr, `sloth_id="`+id+`"`)
		}
		return alerts[e["alertname"]]
	}
}

func readYAML(t *testing.T, file string, v any) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err == nil {
		err = yaml.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func toYAML(t *testing.T, v any) string {
	t.Helper()
	data, err := yaml.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// run has Prometheus run the tests. It returns false if one fails.
func (s ruleSet) run(t *testing.T, promtool string) (output string, ok bool) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"rules.yaml": s.rules, "tests.yaml": s.tests} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(promtool, "test", "rules", filepath.Join(dir, "tests.yaml")).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), err == nil
}

// TestRuleTests has Prometheus run all generated tests of rules.
func TestRuleTests(t *testing.T) {
	promtool := realprometheus.Promtool(t)
	for _, file := range rulesFiles(t) {
		for _, s := range ruleSets(t, file) {
			t.Run(fmt.Sprintf("%s/%s", filepath.Base(file), s.slo), func(t *testing.T) {
				t.Parallel()
				if out, ok := s.run(t, promtool); !ok {
					t.Error(out)
				}
			})
		}
	}
}
