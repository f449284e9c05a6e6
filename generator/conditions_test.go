package generator

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/conditions"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// TestConditionsAgree checks that a condition selects the same values in three forms:
// in the schema, in the filter as the checker of Cloud Monitoring's rules reads it, and
// in the generated value as runtime/slo/evaluate evaluates it. It tries every value
// that a condition names, and neighbours of these.
func TestConditionsAgree(t *testing.T) {
	texts := slices.Concat(hostileTexts, []string{"4", "40", "404", "429", "5", "50", "500", "503", "__invalid__", "__other__", "__", "a", "aa", "ab"})
	values := append(slices.Clone(texts), "") // absent
	for _, text := range texts {
		values = append(values, text+"x", text+`\`, text+"🛒", "x"+text, strings.ToUpper(text), text[:len(text)-len(lastRune(text))])
	}
	slices.Sort(values)
	values = slices.Compact(values)
	const rounds, slos = 40, 100
	for seed := range uint64(rounds) {
		rng := rand.New(rand.NewPCG(seed, 9))
		var all []conditions.Condition
		var b strings.Builder
		b.WriteString(conditionsHead)
		for i := range slos {
			c := conditions.Random(rng, texts, texts)
			all = append(all, c)
			fmt.Fprintf(&b, "  s%d: {goal: 50%%, period: 1d, ratio: {good: {view: v, where: {k: %s}}, total: v}}\n", i, c.YAML(rng))
		}
		s, problems := schema.Parse([]byte(b.String()), schema.Options{File: "metrics.yaml"})
		if s == nil {
			t.Fatalf("seed %d: %v\n%s", seed, problems, b.String())
		}
		checkAgreement(t, s, all, values)
	}
}

const conditionsHead = `ocgen: v1
package: p
allow: [where-open]
tags: {k: {description: Any text., utf8: true}}
measures: {v: {description: Anything., type: int64, unit: "1", constant: 1, tags: [k], aggregation: count}}
generate: {recorder: direct}
service: {id: s}
slos:
`

func lastRune(s string) string {
	runes := []rune(s)
	return string(runes[len(runes)-1:])
}

func checkAgreement(t *testing.T, s *schema.Schema, all []conditions.Condition, values []string) {
	t.Helper()
	evaluated := evaluateEach(s, values)
	for i, c := range all {
		sel := s.SLOs[i].SLI.Ratio.Good
		read := readFilter(t, sel.Where[0])
		for j, value := range values {
			labels := map[string]string{"k": value}
			if value == "" {
				labels = nil
			}
			want := c.Selects(value)
			if got := read.Match("custom.googleapis.com/opencensus/v", labels); got != want {
				t.Fatalf("%s selects %q: %t, want %t", filter(s.Monitoring, sel), value, got, want)
			}
			if got := evaluated[i][j]; got != want {
				t.Fatalf("runtime/slo: %+v selects %q: %t, want %t", goSelection(*sel).Where, value, got, want)
			}
		}
	}
}

// evaluateEach returns for each SLO which of the values it counts as good. Each value's
// series counts a different power of two, so that one number contains the answer for
// many values.
func evaluateEach(s *schema.Schema, values []string) [][]bool {
	var slos []slo.SLO
	for _, o := range s.SLOs {
		good := runtimeSelection(goSelection(*o.SLI.Ratio.Good))
		slos = append(slos, slo.SLO{ID: o.ID, Goal: o.Goal, Days: o.Days, Ratio: &slo.Ratio{Good: good, Total: &slo.Selection{Metric: good.Metric}}})
	}
	all := make([][]bool, len(slos))
	for some := range slices.Chunk(values, 50) {
		e := evaluate.New(evaluate.Options{SLOs: slos, Gather: func(context.Context) ([]*metric.Metric, error) {
			return []*metric.Metric{powersOfTwo(some)}, nil
		}})
		for i, o := range e.Evaluate(context.Background()).SLOs {
			for j := range some {
				all[i] = append(all[i], uint64(o.SinceStart.Good)>>j&1 == 1)
			}
		}
		e.Close()
	}
	return all
}

func runtimeSelection(sel templates.GoSelection) *slo.Selection {
	s := &slo.Selection{Metric: sel.Metric, Unit: sel.Unit}
	for _, c := range sel.Where {
		op := map[string]slo.ConditionOp{"AnyOf": slo.AnyOf, "Not": slo.Not}[c.Op]
		s.Where = append(s.Where, slo.Condition{Key: c.Key, Op: op, Values: c.Values, Prefixes: c.Prefixes})
	}
	return s
}

func powersOfTwo(values []string) *metric.Metric {
	m := &metric.Metric{Descriptor: metric.Descriptor{Name: "v", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "k"}}}}
	now := time.Now()
	for j, value := range values {
		m.Series = append(m.Series, &metric.Series{
			StartTime:   now.Add(-time.Hour),
			LabelValues: []metric.LabelValue{{Value: value, Present: value != ""}},
			Point:       metric.Point{Time: now, Value: int64(1) << j},
		})
	}
	return m
}
