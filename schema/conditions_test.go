package schema_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/conditions"
	"github.com/ocgen/ocgen/schema"
)

// A domain is a tag with the texts that can be recorded for it. Absence is "". For an
// open tag it has one text of every kind that conditions on values and prefixes can
// distinguish.
type domain struct {
	yaml     string
	possible []string
	values   []string // the values in conditions
	prefixes []string
}

// closedDomain returns a closed tag whose values are prefixes of each other.
func closedDomain(rng *rand.Rand) domain {
	values := []string{"a", "ab", "abb", "b", "ba", "404", "42", "429", "500", "5"}
	rng.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	values = values[:4+rng.IntN(len(values)-3)]
	d := domain{yaml: "values: [\"" + strings.Join(values, `", "`) + "\"]"}
	switch rng.IntN(3) {
	case 0:
		d.yaml += ", catch_all: zz"
		values = append(values, "zz")
	case 1:
		d.yaml += `, catch_all: "` + values[0] + `"`
	default:
		values = append(values, "__invalid__")
	}
	d.possible, d.values = values, values
	switch rng.IntN(4) {
	case 0:
		d.yaml += ", optional: true"
		d.possible = append(slices.Clone(values), "")
	case 1:
		d.yaml += ", from: context"
		d.possible = append(slices.Clone(values), "")
	}
	for _, v := range values {
		for i := range v {
			d.prefixes = append(d.prefixes, v[:i+1])
		}
	}
	slices.Sort(d.prefixes)
	d.prefixes = slices.Compact(d.prefixes)
	return d
}

// openDomain returns an open tag. Its conditions have texts of a and b, and the
// replacements. c stands for any other character.
func openDomain() domain {
	d := domain{yaml: "description: T.", possible: []string{""}}
	texts := []string{""}
	for range 4 {
		var longer []string
		for _, text := range texts {
			longer = append(longer, text+"a", text+"b", text+"c")
		}
		d.possible = append(d.possible, longer...)
		texts = longer
	}
	for _, text := range d.possible {
		if text != "" && len(text) < 4 && !strings.Contains(text, "c") {
			d.values = append(d.values, text)
		}
	}
	replacements := []string{"__invalid__", "__other__", "__"}
	d.values = append(d.values, replacements...)
	for _, text := range replacements {
		d.possible = append(d.possible, text, text+"c")
	}
	d.prefixes = d.values
	return d
}

// TestConditionRules compares the rules that compare sets with counting. For random
// conditions on a closed and an open tag, each rule must report a problem exactly if
// enumerating all values finds a reason.
func TestConditionRules(t *testing.T) {
	const rounds, slos = 60, 100
	met := map[string]int{}
	for seed := range uint64(rounds) {
		rng := rand.New(rand.NewPCG(seed, 7))
		tags := []domain{closedDomain(rng), openDomain()}
		src := strings.ReplaceAll(fmt.Sprintf(conditionsHead, tags[0].yaml, tags[1].yaml), "\n\n", "\n")
		first := strings.Count(src, "\n") + 1
		var want []string
		for i := range slos {
			a, b := newProduct(rng, tags), newProduct(rng, tags)
			other, rule := "total", "ratio-outside-total"
			if rng.IntN(2) == 0 {
				other, rule = "bad", "ratio-overlap"
			}
			src += fmt.Sprintf("  s%d: {goal: 50%%, period: 1d, ratio: {good: {view: v, where: %s}, %s: {view: v, where: %s}}}\n", i, a.yaml(rng), other, b.yaml(rng))
			switch {
			case a.empty(tags) || b.empty(tags):
				rule = "where-value"
			case rule == "ratio-overlap" && !overlap(tags, a, b), rule == "ratio-outside-total" && !outside(tags, a, b):
				rule = ""
			}
			want = append(want, rule)
			met[rule]++
		}
		_, problems := schema.Parse([]byte(src), schema.Options{File: "metrics.yaml"})
		got := make([]string, slos)
		for _, p := range problems {
			if p.Place.Line < first {
				t.Fatalf("%v\n%s", p, src)
			}
			got[p.Place.Line-first] = p.Rule
		}
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("seed %d: got %q, want %q of\n%s\n%s\n%s", seed, got[i], want[i], tags[0].yaml, tags[1].yaml, strings.Split(src, "\n")[first-1+i])
			}
		}
	}
	for _, rule := range []string{"", "where-value", "ratio-overlap", "ratio-outside-total"} {
		if met[rule] < 20 {
			t.Errorf("only %d SLOs of %q", met[rule], rule)
		}
	}
}

const conditionsHead = `ocgen: v1
package: p
allow: [where-open]
tags:
  t0: {%s}
  t1: {%s}
measures: {v: {description: Anything., type: int64, unit: "1", constant: 1, tags: [t0, t1], aggregation: count}}
service: {id: s}
slos:
`

// A product is a condition on each tag, or none.
type product []*conditions.Condition

func newProduct(rng *rand.Rand, tags []domain) product {
	p := make(product, len(tags))
	for i, d := range tags {
		if rng.IntN(3) > 0 {
			c := conditions.Random(rng, d.values, d.prefixes)
			p[i] = &c
		}
	}
	return p
}

func (p product) yaml(rng *rand.Rand) string {
	var pairs []string
	for i, c := range p {
		if c != nil {
			pairs = append(pairs, fmt.Sprintf("t%d: %s", i, c.YAML(rng)))
		}
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}

func (p product) selects(values ...string) bool {
	for i, c := range p {
		if c != nil && !c.Selects(values[i]) {
			return false
		}
	}
	return true
}

// empty reports whether a condition of the product selects nothing.
func (p product) empty(tags []domain) bool {
	for i, c := range p {
		if c != nil && !slices.ContainsFunc(tags[i].possible, c.Selects) {
			return true
		}
	}
	return false
}

// overlap reports whether some series is in both.
func overlap(tags []domain, a, b product) bool {
	return anySeries(tags, func(x, y string) bool { return a.selects(x, y) && b.selects(x, y) })
}

// outside reports whether some series is in the part but not in the whole.
func outside(tags []domain, part, whole product) bool {
	return anySeries(tags, func(x, y string) bool { return part.selects(x, y) && !whole.selects(x, y) })
}

func anySeries(tags []domain, is func(x, y string) bool) bool {
	for _, x := range tags[0].possible {
		for _, y := range tags[1].possible {
			if is(x, y) {
				return true
			}
		}
	}
	return false
}

// TestConditionEdges checks that texts that an open tag cannot have are not treated as
// values.
func TestConditionEdges(t *testing.T) {
	each := func(prefix string) string {
		var all []string
		for c := ' '; c <= '~'; c++ {
			all = append(all, fmt.Sprintf("%q", prefix+string(c)))
		}
		return "starts_with: [" + strings.Join(all, ", ") + "]"
	}
	longest := strings.Repeat("~", 254)
	for _, c := range []struct{ tag, good, other, want string }{
		{"description: T.", "{" + each("") + "}", "bad: {view: v, where: {t1: {not: {" + each("") + "}}}}", ""},
		{"description: T.", "{starts_with: a}", "total: {view: v, where: {t1: [a, {" + each("a") + "}]}}", ""},
		{"description: T.", "{starts_with: a}", "total: {view: v, where: {t1: {" + each("a") + "}}}", "ratio-outside-total"},
		{"description: T.", "{starts_with: a}", "bad: {view: v, where: {t1: {not: [a, {" + each("a") + "}]}}}", ""},
		{"description: T.", "{starts_with: a}", "bad: {view: v, where: {t1: {not: {" + each("a") + "}}}}", "ratio-overlap"},
		{"utf8: true", "{starts_with: a}", "total: {view: v, where: {t1: [a, {" + each("a") + "}]}}", "ratio-outside-total"},
		{"description: T.", "{starts_with: " + longest + "a}", "total: {view: v, where: {t1: " + longest + "a}}", ""},
		{"description: T.", "{starts_with: " + longest + "}", "total: {view: v, where: {t1: " + longest + "a}}", "ratio-outside-total"},
		{"description: T.", "{starts_with: " + longest + "~}", "bad: {view: v, where: {t1: {not: " + longest + "~}}}", ""},
		{"utf8: true", "{starts_with: \U0010FFFD}", "bad: {view: v, where: {t1: [é, \"\U0010FFFC\"]}}", ""},
		{"utf8: true", "[é, {starts_with: \"~\"}]", "bad: {view: v, where: {t1: {starts_with: [ê, è]}}}", ""},
		{"values: [a, b]", "{starts_with: a}", "total: {view: v, where: {t1: {not: {starts_with: [b, __]}}}}", ""},
		{"values: [a, b]", "[__invalid__, a]", "total: {view: v, where: {t1: {not: b}}}", ""},
		{"values: [a, b], optional: true", "{starts_with: a}", "total: {view: v, where: {t1: [a, {starts_with: [a, b]}]}}", ""},
		{"values: [a, b], optional: true", "{not: b}", "total: {view: v, where: {t1: [a, {starts_with: __}]}}", "ratio-outside-total"},
		{"values: [a, b], catch_all: o", "{not: [a, {starts_with: [b, o]}]}", "total: v", "where-value"},
	} {
		src := fmt.Sprintf(conditionsHead, "description: Other.", c.tag) +
			"  s: {goal: 50%, period: 1d, ratio: {good: {view: v, where: {t1: " + c.good + "}}, " + c.other + "}}\n"
		if strings.Contains(c.tag, "utf8") {
			src += "generate: {recorder: direct}\n"
		}
		_, problems := schema.Parse([]byte(src), schema.Options{File: "metrics.yaml"})
		var got []string
		for _, p := range problems {
			if p.Rule != "unused-allow" {
				got = append(got, p.Rule)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("got %v, want %q of %s: good %.200s, %.200s", problems, c.want, c.tag, c.good, c.other)
		}
	}
}
