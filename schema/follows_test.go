package schema_test

import (
	"strings"
	"testing"
)

// TestNothingFollowsFromAMistake makes one mistake at a time in a fact that another
// rule uses. The other rule must report nothing.
func TestNothingFollowsFromAMistake(t *testing.T) {
	const good = `ocgen: v1
package: p
tags:
  outcome: {description: d, values: [ok, error]}
  method: {description: d, values: [GET]}
measures:
  latency: {description: d, type: float64, unit: ms, tags: [outcome, method], aggregation: distribution, buckets: [1, 2, 4]}
  bytes: {description: d, type: int64, unit: By, aggregation: sum}
events:
  probe:
    measures: [latency, bytes]
    set: {outcome: ok}
    tags: [method]
service:
  id: shop
  type: CLOUD_RUN
  service_labels: {service_name: s, location: l}
slos:
  fast:
    goal: 99%
    period: 1d
    distribution: {view: latency, max: 3ms}
    allow: [threshold-not-a-bound]
  up: {goal: 99%, period: 1d, basic: {availability: {}}}
  quick: {goal: 99%, period: 1d, basic: {latency: 300ms}}
`
	if got := lint("x.yaml", []byte(good)); got != "" {
		t.Fatal(got)
	}
	for _, c := range []struct{ old, new, want string }{
		{"set: {", "sett: {", `12:5: error: event "probe" has no key "sett"`},
		{"set: {", "pinned: {", `12:5: error: event "probe" has no key "pinned"`},
		{"set: {outcome:", "set: {outcom:", `12:11: error: the tag "outcom" is not declared`},
		{"set: {outcome: ok}", "set: [outcome]", `12:10: error: set is a list and must be a mapping`},
		{"set: {outcome:", "set: {yes:", `12:11: error: a tag's id must be text`},
		{"    allow:", "    alow:", `23:5: error: slo "fast" has no key "alow"`},
		{"[threshold-not-a-bound]", "[threshold-not-bound]", `23:13: error: the rule "threshold-not-bound" does not exist`},
		{"  type: CLOUD_RUN\n", "\n", `17:3: error: service: "service_labels" is only for services with a "type"`},
	} {
		got := lint("x.yaml", []byte(strings.Replace(good, c.old, c.new, 1)))
		if !strings.HasPrefix(got, "x.yaml:"+c.want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: got\n%swant %s", c.new, got, c.want)
		}
	}
}

// TestAliasesRepeatNothing checks that a mistake that an alias gives to several
// elements is reported once, and that two mistakes at one place are both reported.
func TestAliasesRepeatNothing(t *testing.T) {
	const good = `ocgen: v1
package: p
tags: {a: {values: [x]}, b: {values: [x]}}
measures:
  m: {description: d, type: int64, unit: "1", constant: 1, tags: &tags [a, b], aggregation: count}
  k: {description: d, type: int64, unit: "1", constant: 1, tags: *tags, aggregation: count}
events:
  one: {measures: &both [m, k]}
  two: {measures: *both}
`
	for _, c := range []struct{ old, new, want string }{
		{"[a, b]", "[a, b, 7]", "x.yaml:5:79: error: an item of tags must be text"},
		{"[m, k]}", "[m, k], tags: []}", "x.yaml:8:39: error: the tag \"a\" is not listed|x.yaml:8:39: error: the tag \"b\" is not listed"},
	} {
		got := strings.Split(strings.TrimSpace(lint("x.yaml", []byte(strings.Replace(good, c.old, c.new, 1)))), "\n")
		want := strings.Split(c.want, "|")
		if len(got) != len(want) {
			t.Errorf("%s: got\n%s", c.new, strings.Join(got, "\n"))
			continue
		}
		for i := range want {
			if !strings.HasPrefix(got[i], want[i]) {
				t.Errorf("%s: got\n%s\nwant %s", c.new, got[i], want[i])
			}
		}
	}
}
