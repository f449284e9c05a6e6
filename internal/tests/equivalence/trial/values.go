package trial

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
)

// text returns a value as text. If texts are equal, the values are equal to the last bit,
// except the sign of zeros and the exemplars.
func text(value any) string {
	switch v := value.(type) {
	case int64:
		return fmt.Sprintf("int %d", v)
	case float64:
		return "float " + bits(v+0)
	case *metric.Distribution:
		counts := bucketCounts(v)
		total := int64(0)
		for _, n := range counts {
			total += n
		}
		return fmt.Sprintf("count %d in buckets %d %v, bounds %v, sum %s, deviation %s",
			v.Count, total, counts, v.Bounds, bits(v.Sum+0), bits(v.SumOfSquaredDeviation+0))
	}
	return fmt.Sprintf("%T", value)
}

// bits returns a text that differs for any two values.
func bits(f float64) string { return fmt.Sprintf("%x", f) }

// bucketCounts returns the counts of the buckets.
func bucketCounts(d *metric.Distribution) []int64 {
	var all []int64
	for _, b := range d.Buckets {
		all = append(all, b.Count)
	}
	return all
}

// signs returns the signs of the floats of a value, those of zeros too.
func signs(value any) [2]bool {
	switch v := value.(type) {
	case float64:
		return [2]bool{math.Signbit(v)}
	case *metric.Distribution:
		return [2]bool{math.Signbit(v.Sum), math.Signbit(v.SumOfSquaredDeviation)}
	}
	return [2]bool{}
}

// near reports whether two values are equal except for the rounding of sums. No part of the
// sums is negative.
func near(x, y any) bool {
	const part = 1e-9
	switch a := x.(type) {
	case float64:
		b, ok := y.(float64)
		return ok && math.Abs(a-b) <= part*math.Abs(a)
	case *metric.Distribution:
		b, ok := y.(*metric.Distribution)
		if !ok || math.Abs(a.Sum-b.Sum) > part*math.Abs(a.Sum) {
			return false
		}
		squares := a.SumOfSquaredDeviation + a.Sum*a.Sum/float64(max(a.Count, 1))
		if math.Abs(a.SumOfSquaredDeviation-b.SumOfSquaredDeviation) > part*squares {
			return false
		}
		for i := range a.Buckets {
			if e := b.Buckets[i].Exemplar; (a.Buckets[i].Exemplar == nil) != (e == nil) || e != nil && bucketOf(b.Bounds, e.Value) != i {
				return false
			}
		}
		c := *b
		c.Sum, c.SumOfSquaredDeviation = a.Sum, a.SumOfSquaredDeviation
		return text(a) == text(&c)
	}
	return text(x) == text(y)
}

// bucketOf returns the index of the bucket of a value: the number of bounds that are not above
// the value.
func bucketOf(bounds []float64, v float64) int {
	i := slices.IndexFunc(bounds, func(b float64) bool { return b > v })
	if i < 0 {
		return len(bounds)
	}
	return i
}

// firstDifference returns the first lines that differ in two texts.
func (c *comparison) firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	at := func(lines []string, i int) string {
		if i < len(lines) {
			return lines[i]
		}
		return "nothing"
	}
	for i := range max(len(x), len(y)) {
		if at(x, i) != at(y, i) {
			return fmt.Sprintf("line %d: %s %s, %s %s", i+1, c.a, at(x, i), c.b, at(y, i))
		}
	}
	return "none"
}
