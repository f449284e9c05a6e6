package generator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// testNames returns the names of the tests of the rules of a schema.
func testNames(t *testing.T, text string) []string {
	t.Helper()
	s, problems := schema.Parse([]byte(text), schema.Options{File: "metrics.yaml"})
	if s == nil {
		t.Fatal(problems)
	}
	files, err := prometheusFiles(s, "rules")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range regexp.MustCompile(`\n  - name: (.*)`).FindAllSubmatch(files[1].Data, -1) {
		names = append(names, strings.Trim(string(name[1]), "'"))
	}
	return names
}

const sharedHead = `ocgen: v1
package: shop
generate: {recorder: direct, prometheus: rules}
tags:
  outcome: {description: The outcome., values: [ok, error]}
  route: {description: The route., known: [/a, /b], max_values: 5}
service: {id: shop}
`

// TestTestsAreShared checks which SLOs share a test: those that do not select each other's
// series.
func TestTestsAreShared(t *testing.T) {
	names := testNames(t, sharedHead+`
measures:
  requests: {description: Requests., type: int64, unit: "1", constant: 1, tags: [outcome, route], aggregation: count}
  jobs: {description: Jobs., type: int64, unit: "1", constant: 1, tags: [outcome], aggregation: count}
slos:
  a: {goal: 99%, period: 28d, ratio: {bad: {view: requests, where: {outcome: error, route: /a}}, total: {view: requests, where: {route: /a}}}}
  b: {goal: 99%, period: 28d, ratio: {bad: {view: requests, where: {outcome: error, route: /b}}, total: {view: requests, where: {route: /b}}}}
  all: {goal: 99%, period: 28d, ratio: {bad: {view: requests, where: {outcome: error}}, total: requests}}
  jobs: {goal: 99%, period: 28d, ratio: {bad: {view: jobs, where: {outcome: error}}, total: jobs}}
`)
	for _, want := range []string{"only good events: a, b, jobs", "only good events: all"} {
		if !slices.Contains(names, want) {
			t.Errorf("no test %q in %q", want, names)
		}
	}
}

// TestNumberOfTests checks that the number of tests does not grow with the number of SLOs,
// since each test evaluates the rules of all.
func TestNumberOfTests(t *testing.T) {
	count := func(slos int) int {
		measures, list := "measures:\n", "slos:\n"
		for i := range slos {
			measures += fmt.Sprintf("  m%d: {description: Events., type: int64, unit: \"1\", constant: 1, tags: [outcome], aggregation: count}\n", i)
			list += fmt.Sprintf("  s%d: {goal: 99%%, period: 28d, ratio: {bad: {view: m%d, where: {outcome: error}}, total: m%d}}\n", i, i, i)
		}
		names := testNames(t, sharedHead+measures+list)
		if slos > mostNamed && !slices.Contains(names, fmt.Sprintf("only good events: s0, s1, s2 and %d more", slos-3)) {
			t.Errorf("the names are %q", names)
		}
		return len(names)
	}
	if few, many := count(1), count(30); few != many || few < 5 {
		t.Errorf("%d tests for 1 SLO, %d for 30", few, many)
	}
}
