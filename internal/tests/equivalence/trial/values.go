package trial

import (
	"fmt"
	"math"
	"strings"

	"github.com/ocgen/ocgen/runtime/metric"
)

// text returns a value so that equal texts are equal to the bit, but for the
// sign of zero and for exemplars.
func text(value any) string {
	float := func(f float64) string { return fmt.Sprintf("%x", f+0) }
	switch v := value.(type) {
	case int64:
		return fmt.Sprintf("int %d", v)
	case float64:
		return "float " + float(v)
	case *metric.Distribution:
		var counts []int64
		total := int64(0)
		for _, b := range v.Buckets {
			counts = append(counts, b.Count)
			total += b.Count
		}
		return fmt.Sprintf("count %d in buckets %d %v, bounds %v, sum %s, deviation %s",
			v.Count, total, counts, v.Bounds, float(v.Sum), float(v.SumOfSquaredDeviation))
	}
	return fmt.Sprintf("%T", value)
}

// near reports whether two values are equal but for the rounding of sums, of
// which no part is negative.
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
			if e := b.Buckets[i].Exemplar; (a.Buckets[i].Exemplar == nil) != (e == nil) || e != nil && !inBucket(b, i, e.Value) {
				return false
			}
		}
		c := *b
		c.Sum, c.SumOfSquaredDeviation = a.Sum, a.SumOfSquaredDeviation
		return text(a) == text(&c)
	}
	return text(x) == text(y)
}

func inBucket(d *metric.Distribution, i int, v float64) bool {
	bounds := d.Bounds
	return (i == 0 || v >= bounds[i-1]) && (i == len(bounds) || v < bounds[i])
}

// firstDifference returns the first lines that differ in two texts.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(x), len(y)) {
		if i >= len(x) || i >= len(y) || x[i] != y[i] {
			at := func(lines []string) string {
				if i < len(lines) {
					return lines[i]
				}
				return "nothing"
			}
			return fmt.Sprintf("line %d: views %s, direct %s", i+1, at(x), at(y))
		}
	}
	return "none"
}
