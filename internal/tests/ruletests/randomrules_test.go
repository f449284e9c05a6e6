package ruletests_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"

	"github.com/ocgen/ocgen/internal/realprometheus"
)

var randomSchemas = flag.Int("ruletests.schemas", 9, "how many random schemas TestRandomRules generates rules for")

// TestRandomRules generates rules and tests of random SLOs of every form, with random goals,
// periods and tiers, and has Prometheus run them. The seeds are fixed.
func TestRandomRules(t *testing.T) {
	promtool := realprometheus.Promtool(t)
	for seed := range *randomSchemas {
		text := randomSchema(rand.New(rand.NewPCG(uint64(seed), 13)), seed)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			s, problems := schema.Parse([]byte(text), schema.Options{File: "metrics.yaml"})
			if s == nil {
				t.Fatalf("%v\n%s", problems, text)
			}
			files, err := generator.Generate(s)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			for _, f := range files {
				if err := os.WriteFile(filepath.Join(dir, filepath.Base(f.Path)), f.Data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			out, err := exec.Command(promtool, "test", "rules", filepath.Join(dir, "shop.tests.yaml")).CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s\n%s", err, out, text)
			}
		})
	}
}

// randomForms are SLIs on the views of a random schema.
var randomForms = []string{
	`ratio: {bad: {view: requests, where: {outcome: error}}, total: requests}`,
	`ratio: {good: {view: requests, where: {outcome: [ok, error], code: {not: ["500", {starts_with: "4"}]}}}, total: {view: requests, where: {outcome: [ok, error]}}}`,
	`ratio: {good: {view: requests, where: {route: {starts_with: "/a"}}}, bad: {view: requests, where: {route: {not: {starts_with: "/a"}}}}}`,
	`distribution: {view: latency, where: {outcome: {not: error}}, max: 500}`,
	`distribution: {view: latency, min: 100}`,
	`distribution: {view: latency, min: 2.5, max: 1000}`,
	`windows: {length: %s, threshold: 90%%, ratio: {bad: {view: requests, where: {outcome: [error, late]}}, total: requests}}`,
	`windows: {length: %s, threshold: 95%%, distribution: {view: latency, max: 100}}`,
	`windows: {length: %s, mean: {view: depth, min: -1.5, max: 12.25}}`,
}

func randomSchema(r *rand.Rand, form int) string {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	sli := randomForms[form%len(randomForms)]
	if form%len(randomForms) >= 6 {
		sli = fmt.Sprintf(sli, pick("2m", "5m", "10m", "1h"))
	}
	return fmt.Sprintf(`ocgen: v1
package: random
tags:
  outcome: {description: How it ended., values: [ok, error, late]}
  code: {description: Status., values: ["200", "404", "500"], optional: true}
  route: {description: Route., max_values: 9, known: [/b, /a/x]}
measures:
  requests: {description: Requests., type: int64, unit: "1", constant: 1, tags: [outcome, code, route], aggregation: count}
  latency: {description: Time., type: float64, unit: ms, tags: [outcome], aggregation: distribution, buckets: [2.5, 100, 500, 1000, 1048576]}
  depth: {description: Waiting., type: int64, unit: "1", aggregation: last_value}
service: {id: shop}
slos:
  random:
    goal: %s
    %s
    %s
    alerts: {%s}
prometheus: {matchers: {job: %q}}
allow: [prometheus-first-error, prometheus-short-window, prometheus-min-events, alert-within-budget, alert-none]
generate: {recorder: direct, prometheus: rules}
`, pick("50%", "90%", "99%", "99.5%", "99.9%", "99.99%"), pick("period: 1d", "period: 3d", "period: 7d", "period: 28d", "calendar: week"), sli,
		pick("absent: 10m", "min_events: 50", "burn: [{severity: page, over: 30m, rate: 1.9}, {severity: ticket, over: 4h, short: 4h, rate: 1.1}]",
			"min_events: 7, burn: [{severity: page, over: 1h, short: 2m, budget: 5%}, {severity: page, over: 3h, rate: 1.01}]"),
		pick("a", `a "b" \ c`))
}
