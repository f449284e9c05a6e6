package sloz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// The vertical positions in a histogram, from its top.
const (
	histogramTop    = 20.0 // of the highest bar; above it the threshold is named
	histogramBottom = 104.0
	histogramHeight = 122
)

// newHistogram draws the counts of a window. All buckets have the same width: bounds are
// usually close where the values matter, and on a proportional axis the first buckets would be
// too narrow. So heights are counts, not densities, and the axis names the bounds.
func newHistogram(h evaluate.Histogram, w evaluate.Window, when string) *picture {
	from, to := shownBuckets(h, w.Counts)
	slot := float64(width) / float64(to-from)
	most := float64(max(slices.Max(w.Counts), 1))
	p := &picture{
		Kind: "histogram", Height: histogramHeight,
		Name: fmt.Sprintf("Histogram of %s %s", h.Metric, when),
	}
	var words []string
	good, bad := int64(0), int64(0)
	for i := from; i < to; i++ {
		n := w.Counts[i]
		class := "bad"
		if h.GoodFrom <= i && i < h.GoodTo {
			class = "good"
			good += n
		} else {
			bad += n
		}
		if n <= 0 {
			continue
		}
		title := fmt.Sprintf("%s: %s %s", bucketName(h, i), count(float64(n)), class)
		words = append(words, title)
		tall := height(float64(n), most, histogramBottom-histogramTop)
		gap := min(2, slot/5)
		p.Marks = append(p.Marks, mark{rect(float64(i-from)*slot+gap/2, histogramBottom-tall, slot-gap, tall), class, title})
	}
	p.Lines = append(p.Lines, line{segment(0, histogramBottom, width, histogramBottom), "axis"})
	p.boundLabels(h, from, to, slot)
	p.threshold(h, h.Min, h.GoodFrom-from, slot)
	p.threshold(h, h.Max, h.GoodTo-from, slot)
	p.Legend = []entry{{"good", count(float64(good)) + " good, " + rangeName(h)}, {"bad", count(float64(bad)) + " bad"}}
	p.Words = "No values yet."
	if len(words) > 0 {
		p.Words = strings.Join(words, "; ") + "."
	}
	return p
}

// shownBuckets leaves out empty buckets at both ends, except one at each end, and keeps the
// threshold in the picture.
func shownBuckets(h evaluate.Histogram, counts []int64) (from, to int) {
	from, to = len(counts), 0
	for i, n := range counts {
		if n > 0 {
			from, to = min(from, i), i+1
		}
	}
	if to == 0 {
		return 0, len(counts)
	}
	if h.Min != nil && h.GoodFrom > 0 {
		from, to = min(from, h.GoodFrom-1), max(to, h.GoodFrom+1)
	}
	if h.Max != nil {
		from, to = min(from, h.GoodTo-1), max(to, h.GoodTo+1)
	}
	return max(from-1, 0), min(to+1, len(counts))
}

// boundLabels returns labels for as many bounds as there is room for.
func (p *picture) boundLabels(h evaluate.Histogram, from, to int, slot float64) {
	free := 0.0 // where the next label may begin
	for i := from; i < to+1; i++ {
		var text string
		switch {
		case i == 0:
			continue // the first bucket has no lower bound
		case i <= len(h.Bounds):
			text = short(h.Bounds[i-1])
		default:
			text = "∞"
		}
		x := float64(i-from) * slot
		// A digit is about 6 wide.
		half := float64(len([]rune(text))) * 3
		left, right := x-half, x+half
		if x < 24 {
			left, right = x, x+2*half
		} else if x > width-24 {
			left, right = x-2*half, x
		}
		if left < free || right > width+0.5 {
			continue
		}
		p.Labels = append(p.Labels, label{at(x, histogramBottom+14), "bound", text})
		free = right + 8
	}
}

func (p *picture) threshold(h evaluate.Histogram, bound *float64, i int, slot float64) {
	if bound == nil || i <= 0 && *bound == 0 {
		return
	}
	x := float64(i) * slot
	p.Lines = append(p.Lines, line{segment(x, histogramTop-6, x, histogramBottom), "threshold"})
	text := withUnit(*bound, h.Unit)
	if len([]rune(text)) > 24 {
		text = number(*bound) // there is no room for a unit of any length
	}
	p.Labels = append(p.Labels, label{at(x, histogramTop-9), "threshold", text})
}

// bucketName returns a bucket's interval, e.g. "5 to 10 ms".
func bucketName(h evaluate.Histogram, i int) string {
	switch {
	case len(h.Bounds) == 0:
		return "all values"
	case i == 0:
		return "below " + withUnit(h.Bounds[0], h.Unit)
	case i == len(h.Bounds):
		return "from " + withUnit(h.Bounds[i-1], h.Unit)
	default:
		return number(h.Bounds[i-1]) + " to " + withUnit(h.Bounds[i], h.Unit)
	}
}

// rangeName describes the good values, e.g. "below 500 ms".
func rangeName(h evaluate.Histogram) string {
	low := h.Min != nil && (*h.Min != 0 || h.GoodFrom > 0)
	switch {
	case low && h.Max != nil:
		return "from " + number(*h.Min) + " to below " + withUnit(*h.Max, h.Unit)
	case low:
		return "from " + withUnit(*h.Min, h.Unit)
	case h.Max != nil:
		return "below " + withUnit(*h.Max, h.Unit)
	default:
		return "any value"
	}
}

// withUnit leaves out the unit of numbers without one.
func withUnit(v float64, unit string) string {
	if unit == "" || unit == "1" {
		return number(v)
	}
	return number(v) + " " + unit
}
