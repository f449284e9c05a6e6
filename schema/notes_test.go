package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// TestNotes checks the notes on outcomes that count as good when the caller passes no
// value.
func TestNotes(t *testing.T) {
	const noted = `10:38 slo "s": a record without a listed value of "outcome" gets the value __invalid__; "bad" does not select it, so the record counts as good; give the tag a "catch_all" that counts as bad, or write "good" instead of "bad"`
	for _, c := range []struct{ name, tag, ratio, want string }{
		{"bad of a required tag", "values: [ok, error]", "bad: {view: m, where: {outcome: error}}, total: m", noted + ", or outcome: {not: ok}"},
		{"a value to be quoted", "values: [\"yes\", error]", "bad: {view: m, where: {outcome: error}}, total: m", noted + `, or outcome: {not: "yes"}`},
		{"several that are good", "values: [ok, cached, error]", "bad: {view: m, where: {outcome: error}}, total: m", noted + ", or outcome: {not: [ok, cached]}"},
		{"many that are good", "values: [a, b, c, d, e, error]", "bad: {view: m, where: {outcome: error}}, total: m", noted},
		{"several that are bad", "values: [ok, late, error]", "bad: {view: m, where: {outcome: [late, error]}}, total: m", noted + ", or outcome: {not: ok}"},
		{"how bad ones begin", "values: [ok, err_a, err_b]", "bad: {view: m, where: {outcome: {starts_with: err}}}, total: m", noted + ", or outcome: {not: ok}"},
		{"a catch-all", "values: [ok, error], catch_all: error", "bad: {view: m, where: {outcome: error}}, total: m", ""},
		{"good", "values: [ok, error]", "good: {view: m, where: {outcome: ok}}, total: m", ""},
		{"not", "values: [ok, error]", "bad: {view: m, where: {outcome: {not: ok}}}, total: m", ""},
		{"invalid counts as bad", "values: [ok, error]", "bad: {view: m, where: {outcome: [error, __invalid__]}}, total: m", ""},
		{"no total", "values: [ok, error]", "bad: {view: m, where: {outcome: error}}, good: {view: m, where: {outcome: ok}}", ""},
		{"a total without it", "values: [ok, error]", "bad: {view: m, where: {outcome: error}}, total: {view: m, where: {outcome: [ok, error]}}", ""},
		{"an optional tag", "values: [ok, error], optional: true", "bad: {view: m, where: {outcome: error}}, total: m", ""},
		{"an open tag", "known: [ok, error]", "bad: {view: m, where: {outcome: error}}, total: m", ""},
	} {
		src := head + "tags:\n  outcome: {" + c.tag + "}\nmeasures:\n  m: {description: d, type: int64, unit: \"1\", constant: 1, tags: [outcome], aggregation: count}\nservice: {id: s}\nslos:\n  s: {goal: 99%, period: 1d,\n      ratio: {" + c.ratio + "}}\n"
		s, problems := schema.Parse([]byte(src), schema.Options{File: "x.yaml"})
		if len(problems) > 0 {
			t.Fatalf("%s: %v", c.name, problems)
		}
		var got []string
		for _, n := range s.Notes() {
			got = append(got, fmt.Sprintf("%d:%d %s", n.Place.Line, n.Place.Col, n.Text))
		}
		if strings.Join(got, "\n") != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, strings.Join(got, "\n"), c.want)
		}
	}
}
