// Package conditions makes random conditions of SLOs, and says what they mean in
// the plainest way. Tests hold against it what the language's rules, the filters,
// the generated values and runtime/slo make of a condition.
package conditions

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Condition is one on a tag, as docs/schema.md describes it.
type Condition struct {
	Not      bool
	Values   []string
	Prefixes []string
}

// Random returns a condition with up to four of the values and three of the
// prefixes, and at least one of either. There are at least four values and three
// prefixes.
func Random(rng *rand.Rand, values, prefixes []string) Condition {
	pick := func(from []string, n int) []string {
		var list []string
		for _, i := range rng.Perm(len(from))[:n] {
			list = append(list, from[i])
		}
		return list
	}
	c := Condition{Not: rng.IntN(2) == 0, Values: pick(values, rng.IntN(5)), Prefixes: pick(prefixes, rng.IntN(4))}
	if len(c.Values)+len(c.Prefixes) == 0 {
		c.Values = pick(values, 1)
	}
	return c
}

// Selects reports whether a series whose tag has the value, "" if it is absent,
// meets the condition.
func (c Condition) Selects(value string) bool {
	startsWith := func(prefix string) bool { return strings.HasPrefix(value, prefix) }
	listed := slices.Contains(c.Values, value) || slices.ContainsFunc(c.Prefixes, startsWith)
	return listed != c.Not
}

// YAML returns the condition in one of the ways in which it can be written.
func (c Condition) YAML(rng *rand.Rand) string {
	terms := quoted(c.Values)
	for rest := c.Prefixes; len(rest) > 0; {
		n := 1 + rng.IntN(len(rest))
		terms = append(terms, "{starts_with: "+list(rng, quoted(rest[:n]))+"}")
		rest = rest[n:]
	}
	rng.Shuffle(len(terms), func(i, j int) { terms[i], terms[j] = terms[j], terms[i] })
	text := list(rng, terms)
	if c.Not {
		return "{not: " + text + "}"
	}
	return text
}

// list returns a list, of a single item mostly without its brackets.
func list(rng *rand.Rand, items []string) string {
	if len(items) == 1 && rng.IntN(3) > 0 {
		return items[0]
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func quoted(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, fmt.Sprintf("%q", text))
	}
	return all
}
