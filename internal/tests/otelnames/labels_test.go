package otelnames_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/otlptranslator"

	"github.com/ocgen/ocgen/schema"
)

// taken are labels that OpenTelemetry sets itself.
var taken = []string{otlptranslator.ScopeNameLabelKey, otlptranslator.ScopeVersionLabelKey, "otel_scope_schema_url", "otel_metric_overflow"}

// label returns the label that the exporter makes of a key, and whether a schema may have
// the key: the exporter and Prometheus accept the label, and no other has it.
func label(key string) (string, bool) {
	namer := otlptranslator.LabelNamer{}
	label, err := namer.Build(key)
	return label, err == nil && !strings.HasPrefix(label, "__") && !slices.Contains(taken, label)
}

// TestLabels compares the keys of two tags of a view.
func TestLabels(t *testing.T) {
	const pairs = 8_000
	r := rand.New(rand.NewPCG(3, 4))
	joined, refused, always := 0, 0, 0
	for range pairs {
		keys := []string{randomKey(r, pick(r, keyWords)), randomKey(r, pick(r, keyWords))}
		if same := pick(r, keyWords); r.IntN(2) == 0 {
			keys = []string{randomKey(r, same), randomKey(r, same)}
		}
		first, freeFirst := label(keys[0])
		second, freeSecond := label(keys[1])
		src := fmt.Sprintf("ocgen: v1\npackage: p\ngenerate: {recorder: otel}\ntags:\n  a: {key: %q}\n  b: {key: %q}\n", keys[0], keys[1]) +
			"measures:\n  m: {description: d, type: int64, unit: \"1\", constant: 1, tags: [a, b], aggregation: count}\n"
		_, problems := schema.Parse([]byte(src), schema.Options{File: "m.yaml"})
		rules := map[string]int{}
		for _, p := range problems {
			rules[p.Rule]++
			if p.Rule == "otel-name-collision" && !strings.Contains(p.Message, " both become the label "+first+" in ") {
				t.Errorf("%v, want the label %s", p, first)
			}
			if p.Rule == "reserved-key" {
				i := p.Place.Line - 5
				if _, free := label(keys[i]); free || !strings.Contains(p.Message, fmt.Sprintf("the key %q is reserved", keys[i])) {
					t.Errorf("%v in\n%s", p, src)
				}
			}
		}
		if want := count(!freeFirst) + count(!freeSecond); rules["reserved-key"] != want {
			t.Errorf("%d keys are reserved, want %d: %v in\n%s", rules["reserved-key"], want, problems, src)
		}
		if rules["name-collision"] > 0 {
			always++
			continue
		}
		if want := count(first == second && freeFirst && freeSecond); rules["otel-name-collision"] != want {
			t.Errorf("the labels are %s and %s: %v in\n%s", first, second, problems, src)
		}
		joined += rules["otel-name-collision"]
		refused += rules["reserved-key"]
	}
	t.Logf("of %d pairs %d have one label, %d have one in every exporter; %d keys are reserved", pairs, joined, always, refused)
	if joined < pairs/100 || refused < pairs/20 || always > pairs/3 {
		t.Error("the pairs are not varied")
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// keyWords are the words of keys. OpenTelemetry has some of the keys.
var keyWords = [][]string{
	{"otel", "scope", "name"}, {"otel", "scope", "version"}, {"otel", "scope", "schema", "url"}, {"otel", "metric", "overflow"},
	{"x"}, {"x", "y"}, {"x", "y", "y"}, {"7", "x"}, {"key", "7", "x"}, {"7"}, {},
}

// randomKey joins the words.
func randomKey(r *rand.Rand, list []string) string {
	separators := []string{"_", "__", ".", "-", "/", "--", "..", ":", " "}
	var b strings.Builder
	if r.IntN(4) == 0 || len(list) == 0 {
		b.WriteString(pick(r, separators))
	}
	for i, word := range list {
		if i > 0 {
			b.WriteString(pick(r, separators))
		}
		b.WriteString(word)
	}
	if r.IntN(4) == 0 {
		b.WriteString(pick(r, separators))
	}
	return b.String()
}
