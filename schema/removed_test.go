package schema_test

import (
	"fmt"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// TestStability checks that a view is as stable as its measure unless it says otherwise.
func TestStability(t *testing.T) {
	s := parse(t, `tags: {a: {stability: experimental}, b: {stability: stable}}
measures:
  m:
    {description: d, type: int64, unit: "1", constant: 1, tags: [a, b], stability: experimental, views: {inherits: {aggregation: count}, settled: {aggregation: count, description: e, stability: stable}}}
  short: {description: d, type: int64, unit: "1", constant: 1, stability: experimental, aggregation: count}
  stable: {description: d, type: int64, unit: "1", constant: 1, views: {tried: {aggregation: count, stability: experimental}}}
service: {id: s}
slos: {o: {goal: 99%, period: 1d, stability: experimental, ratio: {good: tried, total: short}}}
`)
	got := fmt.Sprint(s.Tags[0].Experimental, s.Tags[1].Experimental, s.SLOs[0].Experimental)
	for _, v := range s.Views() {
		got += fmt.Sprintf(" %s %t", v.ID, v.Experimental)
	}
	if want := "true false true inherits true settled false short true tried true"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestAllowsOfBreaking checks that the model keeps the entries of "allow" that ocgen
// breaking needs, and that none of them is called unused.
func TestAllowsOfBreaking(t *testing.T) {
	s, problems := schema.Parse([]byte(`ocgen: v1
package: p
allow: [api-removed]
tags: {a: {allow: [unused-tag, value-removed, tag-closed]}}
measures:
  m: {description: d, type: int64, unit: "1", constant: 1, aggregation: count, allow: [metric-unit]}
  k: {description: d, type: int64, unit: "1", constant: 1, aggregation: count}
  o: {description: d, type: int64, unit: "1", constant: 1, views: {v: {aggregation: count, allow: [label-added]}}}
events: {e: {measures: [m, k], allow: [api-changed]}}
`), schema.Options{File: "x.yaml"})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, c := range []struct {
		what string
		has  []schema.Allowance
		want string
	}{
		{"schema", s.Allows, "[{{3 9} api-removed}]"},
		{"tag", s.Tags[0].Allows, "[{{4 32} value-removed} {{4 47} tag-closed}]"},
		{"measure", s.Measures[0].Allows, "[{{6 88} metric-unit}]"},
		{"view in the short form", s.Measures[0].Views[0].Allows, "[]"},
		{"view", s.Measures[2].Views[0].Allows, "[{{8 100} label-added}]"},
		{"event", s.Events[0].Allows, "[{{9 40} api-changed}]"},
	} {
		if got := fmt.Sprint(c.has); got != c.want {
			t.Errorf("%s: got %s, want %s", c.what, got, c.want)
		}
	}
}

// TestBreakingRulesAreRows checks the texts of the table.
func TestBreakingRulesAreRows(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range schema.Rules() {
		seen[row.ID] = true
	}
	for _, row := range schema.BreakingRules() {
		if row.ID == "" || row.Purpose == "" || row.Class == "" || seen[row.ID] || row.Severity == schema.Info && row.Allowable {
			t.Errorf("%+v", row)
		}
		seen[row.ID] = true
	}
}

// TestOnlyAllowableBreakingRulesAreAllowed tries to silence every rule of ocgen breaking.
// Lint cannot know whether an entry silences something.
func TestOnlyAllowableBreakingRulesAreAllowed(t *testing.T) {
	for _, row := range schema.BreakingRules() {
		got := lint("x.yaml", []byte("ocgen: v1\npackage: p\nallow: ["+row.ID+"]\n"))
		want := ""
		if !row.Allowable {
			want = fmt.Sprintf("x.yaml:3:9: error: the rule %q cannot be silenced; delete it here, and correct the problems that it reports [unknown-rule]\n", row.ID)
		}
		if got != want {
			t.Errorf("%s: got %swant %s", row.ID, got, want)
		}
	}
}
