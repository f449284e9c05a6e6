package schema_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// A slip is one mistake in testdata/pairs.yaml: a text of the file and its replacement.
type slip struct {
	old, new string
	// hides are other slips whose problem this slip hides for a good reason: their facts
	// cannot be known any more. Each has its new text and the reason.
	hides []string
}

// slips are mistakes in all facts of the language. A slip after which the reader gives
// up an element would hide the problems in it, so the test fails for it.
var slips = []slip{
	{old: "package: shopmetrics", new: "package: shop-metrics"},
	{old: "growth: 4", new: "growth: 0.5"},
	{old: "[1, 2, 5]\ntags", new: "[1, 5, 2]\ntags"},
	{old: "HTTP method of the request.", new: "[HTTP]"},
	{old: "key: http.method", new: "key: le"},
	{old: "key: http.method", new: "key: job"},
	{old: "prefix: shop/", new: "prefix: é/"},
	{old: "constant: 1", new: "exemplars: true"},
	{old: "aggregation: last_value", new: "aggregation: sum"},
	{old: "from: 1, to: 1000", new: "from: 1ms, to: 1000", hides: []string{"max: 300ms"}},
	{old: "[GET, POST, PUT]", new: "[GET, GET, PUT]"},
	{old: "catch_all: OTHER", new: "catch_all: \"\""},
	{old: "ok: All went well.", new: "ok: yes"},
	{old: "go: Failed", new: "go: failed"},
	{old: "optional: true", new: "optional: maybe"},
	{old: "[timeout, refused]", new: "[timeout, \"re\\nfused\"]"},
	{old: "max_values: 100", new: "max_values: 0"},
	{old: "[/cart, /pay]", new: "[/cart, /pay, /cart]"},
	{old: "utf8: true", new: "utf8: sometimes"},
	{old: "from: context", new: "from: contextt"},
	{old: "Version of the binary.", new: "7"},
	{old: "unit: ms", new: "unit: millis"},
	{old: "[method, outcome, error_class, route]", new: "[method, outcome, error_class, route, nope]", hides: []string{
		"error_class, city]", // it is not known whether the measure has the tag: nope may be city
	}},
	{old: "5, 10, 25, 50, 100, 250", new: "5, 10, 25, 20, 100, 250", hides: []string{
		"max: 99", // it is not known whether it is a bound: the right list is not known
	}},
	{old: "[outcome, method]", new: "[outcome, methdo]"},
	{old: "description: Requests.", new: "description: 5"},
	{old: "[method, outcome, error_class]\n", new: "[method, outcome, error_class, city]\n"},
	{old: "max_series: 500", new: "max_series: many"},
	{old: "from: 1, to: 1000", new: "from: 1, to: 0.5", hides: []string{
		"max: 300ms", // it is not known whether it is a bound: the bounds are not known
	}},
	{old: "steps: [1, 2, 5]", new: "steps: [1, 2, 50]", hides: []string{"max: 300ms"}},
	{old: "Body bytes.", new: "\"\""},
	{old: "unit: By", new: "unit: bytes"},
	{old: "buckets: sizes", new: "buckets: size"},
	{old: "constant: 1", new: "constant: 1.5"},
	{old: "observe: true", new: "observe: yes"},
	{old: "aggregation: last_value", new: "aggregation: latest"},
	{old: "Scale of it.", new: "true"},
	{old: "buckets: spare", new: "buckets: 5"},
	{old: "One request.", new: "{}"},
	{old: "[latency, response]", new: "[latency, response, respons]"},
	{old: "set: {outcome: ok}", new: "set: {outcome: okk}"},
	{old: "tags: [method, route]", new: "tags: [method, route, method]"},
	{old: "id: shop", new: "id: Shop"},
	{old: "display_name: Shop", new: "display_name: 5"},
	{old: "owner: storefront", new: "owner: Storefront"},
	{old: "display_name: Requests that succeed", new: "display_name: no"},
	{old: "goal: 99.9%", new: "goal: 101%"},
	{old: "period: 28d", new: "period: 31d"},
	{old: "where: {outcome: error}", new: "where: {outcome: eror}"},
	{old: "total: {view: requests}", new: "total: {view: requestss}"},
	{old: "team: storefront", new: "Team: storefront"},
	{old: "display_name: Fast", new: "display_name: \"\""},
	{old: "calendar: week", new: "calendar: weak"},
	{old: "where: {outcome: ok}, max: 100", new: "where: {outcome: [ok, ok]}, max: 100"},
	{old: "max: 100}\n  routes", new: "max: 99}\n  routes"},
	{old: "goal: 95%", new: "goal: high"},
	{old: "where: {route: /cart}", new: "where: {route: /card}"},
	{old: "max: 200ms", new: "max: 300ms"},
	{old: "goal: 99%\n    period: 14d", new: "goal: 0\n    period: 14d"},
	{old: "length: 5m", new: "length: 7m"},
	{old: "threshold: 95%", new: "threshold: 0%"},
	{old: "max: 50}", new: "min: 100, max: 50}"},
	{old: "period: 3d", new: "period: 3"},
	{old: "length: 10m", new: "length: 10"},
	{old: "view: depth, max: 100", new: "view: depth, where: {nope: x}, max: 100"},
	{old: "metric_prefix: custom.googleapis.com/opencensus", new: "metric_prefix: /x"},
	{old: "namespace_name: shop", new: "namespace: shop"},
	{old: "recorder: direct", new: "recorder: fast"},
	{old: "slo: slo/", new: "slo: ../slo"},
}

// TestPairsOfMistakes makes two mistakes at a time. Both must be reported as if each
// were alone, except for the pairs that are listed as hidden, and nothing else.
func TestPairsOfMistakes(t *testing.T) {
	good := string(read(t, "testdata/pairs.yaml"))
	if got := lint("x.yaml", []byte(good)); got != "" {
		t.Fatal(got)
	}
	alone := make([][]string, len(slips))
	for i, s := range slips {
		if strings.Count(good, s.old) != 1 || strings.Count(s.old, "\n") != strings.Count(s.new, "\n") {
			t.Fatalf("%q is not one text", s.old)
		}
		if alone[i] = said(strings.Replace(good, s.old, s.new, 1)); len(alone[i]) == 0 {
			t.Fatalf("%q is no mistake", s.new)
		}
	}
	for i, a := range slips {
		for j, b := range slips[:i] {
			src := strings.Replace(strings.Replace(good, a.old, a.new, 1), b.old, b.new, 1)
			if strings.Count(src, b.new) == 0 || strings.Count(src, a.new) == 0 {
				continue // they overlap
			}
			got := said(src)
			for _, problem := range slices.Concat(alone[i], alone[j]) {
				if !slices.Contains(got, problem) && !hidden(problem, a, b, alone[i], alone[j]) {
					t.Errorf("%q and %q hide %s", a.new, b.new, problem)
				}
			}
			for _, problem := range got {
				if !slices.Contains(alone[i], problem) && !slices.Contains(alone[j], problem) {
					t.Errorf("%q and %q add %s", a.new, b.new, problem)
				}
			}
		}
	}
}

func hidden(problem string, a, b slip, ofA, ofB []string) bool {
	return slices.ContainsFunc(a.hides, func(text string) bool { return strings.Contains(b.new, text) && slices.Contains(ofB, problem) }) ||
		slices.ContainsFunc(b.hides, func(text string) bool { return strings.Contains(a.new, text) && slices.Contains(ofA, problem) })
}

// said lists the problems by line, rule and message. It drops the column, which depends
// on the text before it, and the cure, which depends on the text around it.
func said(src string) []string {
	_, problems := schema.Parse([]byte(src), schema.Options{File: "x.yaml"})
	var list []string
	for _, p := range problems {
		p.Place.Col = 1
		p.Message, _, _ = strings.Cut(p.Message, "; ")
		list = append(list, p.String())
	}
	return list
}
