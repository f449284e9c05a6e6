package ruletests_test

import (
	"cmp"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/ocgen/ocgen/internal/realprometheus"
)

// A mutation is an error that rules could have. It is made at one place at a time: the
// pattern's group is replaced.
type mutation struct {
	what    string
	pattern *regexp.Regexp
	by      func(string) string
}

// threshold matches the error ratio at which a tier fires.
var threshold = regexp.MustCompile(`"\} > ([0-9.]+)\)`)

var mutations = []mutation{
	{"without or vector(0)", regexp.MustCompile(`( or vector\(0\))`), nothing},
	{"without > 0", regexp.MustCompile(`( > 0)\)`), nothing},
	{"without the second spelling of a bound", regexp.MustCompile(`(\(\\\\\.0\)\?)`), nothing},
	{"the bucket +Inf", regexp.MustCompile(`le=~?("[^"]*")`), func(string) string { return `"+Inf"` }},
	{"the next bucket", regexp.MustCompile(`le=~?("[^"]*")`), func(matcher string) string { return neighbours[matcher] }},
	{"without (sloth_window)", regexp.MustCompile(`( without \(sloth_window\))`), nothing},
	{"without the short look-back", regexp.MustCompile(`(\s+and\n\s+max\([^\n]*)`), nothing},
}

func nothing(string) string { return "" }

// neighbours are matchers of bounds, and of bounds beside them in the same view.
var neighbours = map[string]string{
	`"1500(\\.0)?"`:  `"500(\\.0)?"`,
	`"1.048576e+06"`: `"2e+06"`,
}

var allMutants = flag.Bool("mutants.all", false, "TestMutants makes errors also in the rules of other forms of SLOs, in all their tickets and in the last record")

func times(factor float64) func(string) string {
	return func(number string) string {
		f, err := strconv.ParseFloat(number, 64)
		if err != nil {
			panic(err)
		}
		return strconv.FormatFloat(f*factor, 'f', -1, 64)
	}
}

// harmless are errors that change no alert of a scenario. The second "or vector(0)" is for the
// number of bad events in the condition of min_events. Without it, the condition has no result
// if no series of bad events has two samples in the long look-back. For the page, the ratio
// over the same look-back then has no bad events either. For the ticket, the look-back of 3 days
// holds the whole scenario, so no rate in it has bad events. Both ratios are 0, and no tier fires
// at 0.
var harmless = []string{
	"good-and-bad: without or vector(0): RuledOrdersGoodAndBadBurn page, place 2",
	"good-and-bad: without or vector(0): RuledOrdersGoodAndBadBurn ticket, place 2",
}

// TestMutants makes errors in generated rules, one at a time. The generated tests must find
// each.
func TestMutants(t *testing.T) {
	promtool := realprometheus.Promtool(t)
	slos := []string{"bad-of-total", "between", "windows-of-ratio"}
	if *allMutants {
		slos = append(slos, "good-of-total", "good-and-bad", "at-least", "chosen-tiers")
	}
	made := map[string]bool{}
	for _, s := range ruleSets(t, "../../../golden/prometheus/rules/ruled-orders.rules.yaml") {
		if !slices.Contains(slos, s.slo) {
			continue
		}
		for _, m := range s.mutants(t) {
			made[m.kind] = true
			if slices.Contains(harmless, s.slo+": "+m.what) {
				continue
			}
			if strings.Contains(m.what, "Burn ticket") && s.slo != "bad-of-total" && s.slo != "windows-of-ratio" && !*allMutants {
				continue
			}
			t.Run(s.slo+"/"+m.what, func(t *testing.T) {
				t.Parallel()
				if !s.kills(t, promtool, m.rules) {
					t.Error("no test fails")
				}
			})
		}
	}
	for _, m := range mutations {
		if !made[m.what] {
			t.Errorf("%s: no rule can have this error", m.what)
		}
	}
}

// A mutant is a file of rules with an error.
type mutant struct{ kind, what, rules string }

// mutants returns the rules with each error at each place of the alerts. Of the records,
// which differ in their look-backs, the first with a place is taken, and with -mutants.all
// also the last.
func (s ruleSet) mutants(t *testing.T) []mutant {
	t.Helper()
	var file struct {
		Groups []struct {
			Name  string
			Rules []map[string]any
		}
	}
	if err := yaml.Unmarshal([]byte(s.rules), &file); err != nil {
		t.Fatal(err)
	}
	var all []mutant
	add := func(rule map[string]any, kind, what, expr string) mutant {
		original := rule["expr"]
		rule["expr"] = expr
		defer func() { rule["expr"] = original }()
		return mutant{kind, kind + ": " + what, toYAML(t, map[string]any{"groups": file.Groups})}
	}
	records := map[string][]mutant{}
	for _, rule := range file.Groups[0].Rules {
		expr := rule["expr"].(string)
		labels := rule["labels"].(map[string]any)
		name, isRecord := rule["record"].(string)
		if !isRecord {
			name = fmt.Sprint(rule["alert"], " ", labels["severity"])
		}
		if name == "slo:error_budget:ratio" {
			number := strings.TrimSuffix(strings.TrimPrefix(expr, "vector("), ")")
			all = append(all, add(rule, "budget", "× 0.9", "vector("+times(0.9)(number)+")"), add(rule, "budget", "× 1.1", "vector("+times(1.1)(number)+")"))
		}
		if !isRecord {
			all = append(all, wrongThresholds(expr, func(what, expr string) mutant { return add(rule, "threshold", name+", "+what, expr) })...)
		}
		for _, m := range mutations {
			for i, at := range m.pattern.FindAllStringSubmatchIndex(expr, -1) {
				wrong := add(rule, m.what, fmt.Sprintf("%s, place %d", name, i+1), expr[:at[2]]+m.by(expr[at[2]:at[3]])+expr[at[3]:])
				if isRecord {
					records[m.what] = append(records[m.what], wrong)
				} else {
					all = append(all, wrong)
				}
			}
		}
	}
	for _, m := range mutations {
		if list := records[m.what]; len(list) > 0 {
			all = append(all, list[0])
			if *allMutants {
				all = append(all, list[len(list)-1])
			}
		}
	}
	return all
}

// wrongThresholds returns mutants with a wrong threshold of one tier, for both look-backs.
func wrongThresholds(expr string, add func(what, expr string) mutant) []mutant {
	var all []mutant
	seen := map[string]bool{}
	for _, found := range threshold.FindAllStringSubmatch(expr, -1) {
		if seen[found[1]] {
			continue
		}
		seen[found[1]] = true
		for _, factor := range []float64{0.9, 1.1} {
			wrong := strings.ReplaceAll(expr, "> "+found[1]+")", "> "+times(factor)(found[1])+")")
			all = append(all, add(fmt.Sprintf("%s × %v", found[1], factor), wrong))
		}
	}
	return all
}

// kills reports whether a test fails with other rules. Tests of up to an hour, which find
// most errors, run first. Then each longer one runs alone, the shortest first.
func (s ruleSet) kills(t *testing.T, promtool, rules string) bool {
	t.Helper()
	var tests map[string]any
	if err := yaml.Unmarshal([]byte(s.tests), &tests); err != nil {
		t.Fatal(err)
	}
	var brief, long []any
	for _, test := range tests["tests"].([]any) {
		if duration(t, test) > time.Hour {
			long = append(long, test)
		} else {
			brief = append(brief, test)
		}
	}
	slices.SortStableFunc(long, func(a, b any) int { return cmp.Compare(duration(t, a), duration(t, b)) })
	for _, list := range append([][]any{brief}, slices.Collect(slices.Chunk(long, 1))...) {
		tests["tests"] = list
		if _, ok := (ruleSet{rules: rules, tests: toYAML(t, tests)}).run(t, promtool); !ok {
			return true
		}
	}
	return false
}

// duration returns how long a test lasts.
func duration(t *testing.T, test any) time.Duration {
	t.Helper()
	longest := time.Duration(0)
	for _, kind := range []string{"promql_expr_test", "alert_rule_test"} {
		questions, _ := test.(map[string]any)[kind].([]any)
		for _, q := range questions {
			at, err := time.ParseDuration(q.(map[string]any)["eval_time"].(string))
			if err != nil {
				t.Fatal(err)
			}
			longest = max(longest, at)
		}
	}
	return longest
}
