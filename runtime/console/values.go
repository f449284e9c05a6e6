package console

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ocgen/ocgen/runtime/metric"
)

// valueRow returns the numbers of a point, and for a distribution its
// histogram.
func valueRow(p metric.Point) row {
	switch v := p.Value.(type) {
	case int64:
		return row{cells: []string{strconv.FormatInt(v, 10)}}
	case float64:
		return row{cells: []string{number(v)}}
	case *metric.Distribution:
		mean := 0.0
		if v.Count > 0 {
			mean = v.Sum / float64(v.Count)
		}
		return row{
			cells: []string{strconv.FormatInt(v.Count, 10), rounded(mean), rounded(v.Sum)},
			below: histogram(v),
		}
	case *metric.Summary:
		return row{
			cells: []string{strconv.FormatInt(v.Count, 10), rounded(v.Sum)},
			below: percentiles(v.Snapshot),
		}
	default:
		return row{cells: []string{fmt.Sprintf("%v (%T)", v, v)}}
	}
}

// number returns the shortest text of a number that is read back as itself,
// without an exponent where that is readable.
func number(v float64) string {
	if plain(v) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// rounded returns a number with six significant digits and all of its integer
// digits: of a mean, and of a sum that OpenCensus has computed from a mean, the
// rest is noise.
func rounded(v float64) string {
	if plain(v) && math.Abs(v) >= 1e5 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 6, 64)
}

// plain reports whether a number is readable without an exponent.
func plain(v float64) bool {
	size := math.Abs(v)
	return v == 0 || size >= 1e-4 && size < 1e15
}

// barLength is the length of the longest bar of a histogram.
const barLength = 40

// histogram returns a line for each bucket from the first to the last that
// holds something, e.g. "[5, 10)   12  ####".
func histogram(d *metric.Distribution) []string {
	first, last, most := -1, -1, int64(0)
	for i, b := range d.Buckets {
		if b.Count == 0 {
			continue
		}
		if first < 0 {
			first = i
		}
		last, most = i, max(most, b.Count)
	}
	if first < 0 {
		return nil
	}
	var ranges, counts []string
	for i := first; i <= last; i++ {
		ranges = append(ranges, bucketRange(d.Bounds, i))
		counts = append(counts, strconv.FormatInt(d.Buckets[i].Count, 10))
	}
	var lines []string
	for i := range ranges {
		line := fmt.Sprintf("%*s  %*s  %s", longest(ranges), ranges[i], longest(counts), counts[i],
			bar(d.Buckets[first+i].Count, most))
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return lines
}

// bucketRange returns the range of a bucket's values, e.g. "[5, 10)". Recorders
// put negative values into the first bucket too.
func bucketRange(bounds []float64, i int) string {
	switch {
	case len(bounds) == 0:
		return "all"
	case i == 0:
		return "under " + number(bounds[0])
	case i >= len(bounds):
		return "from " + number(bounds[len(bounds)-1])
	}
	return fmt.Sprintf("[%s, %s)", number(bounds[i-1]), number(bounds[i]))
}

// bar returns a bar that is as long in barLength as count is in most, and at
// least one long if there is anything to show.
func bar(count, most int64) string {
	n := int(float64(count) / float64(most) * barLength)
	if count > 0 {
		n = max(n, 1)
	}
	return strings.Repeat("#", max(n, 0))
}

func longest(texts []string) int {
	n := 0
	for _, t := range texts {
		n = max(n, utf8.RuneCountInString(t))
	}
	return n
}

// percentiles returns a line for each percentile of a summary.
func percentiles(s metric.Snapshot) []string {
	var lines []string
	for _, p := range slices.Sorted(maps.Keys(s.Percentiles)) {
		lines = append(lines, fmt.Sprintf("%s%%  %s", number(p), number(s.Percentiles[p])))
	}
	return lines
}
