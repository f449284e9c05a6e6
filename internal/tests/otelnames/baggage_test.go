package otelnames_test

import (
	"fmt"
	"testing"

	"go.opentelemetry.io/otel/baggage"

	"github.com/ocgen/ocgen/schema"
)

// TestBaggageKeys tries every character of printable ASCII: lint refuses a propagated key
// if and only if OpenTelemetry leaves it out of the header.
func TestBaggageKeys(t *testing.T) {
	left := 0
	for c := ' '; c <= '~'; c++ {
		key := "x" + string(c)
		member, err := baggage.NewMemberRaw(key, "value")
		if err != nil {
			t.Fatal(err)
		}
		bag, err := baggage.New(member)
		if err != nil {
			t.Fatal(err)
		}
		src := fmt.Sprintf("ocgen: v1\npackage: p\ngenerate: {recorder: otel}\ntags: {a: {key: %q, from: context, propagate: true}}\n", key) +
			"measures:\n  m: {description: d, type: int64, unit: \"1\", constant: 1, tags: [a], aggregation: count}\n"
		_, problems := schema.Parse([]byte(src), schema.Options{File: "m.yaml"})
		refused := len(problems) == 1 && problems[0].Rule == "baggage-key"
		if len(problems) > 1 || len(problems) == 1 && !refused {
			t.Fatal(problems)
		}
		if sent := bag.String() != ""; sent == refused {
			t.Errorf("%q is sent: %t; lint: %v", key, sent, problems)
		}
		if refused {
			left++
		}
	}
	if left != 18 {
		t.Errorf("%d characters are refused", left)
	}
}
