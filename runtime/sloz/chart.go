package sloz

import (
	"fmt"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// The vertical positions in a chart, from its top: the rate of events, and below it the
// fraction of bad events.
const (
	rateTop     = 16.0
	rateBottom  = 62.0
	badTop      = 82.0
	badBottom   = 118.0
	chartHeight = 136
)

// newChart draws the events of each interval. Intervals differ in length, so a column has the
// width of its interval and the height of the events per second. A fraction of bad events that
// an SLO allows is too small to be seen above the good events, so it is drawn again, in
// proportion to the allowed fraction.
func newChart(s evaluate.SLO, now time.Time) (*picture, string) {
	first, last := s.Chart[0].From, s.Chart[len(s.Chart)-1].To
	p := &picture{
		Kind: "chart", Height: chartHeight,
		Name: fmt.Sprintf("Good against bad from %s to %s UTC", clock(first, now), clock(last, now)),
	}
	allowed, limit := allowance(s)
	most, worst, good, bad := extremes(s.Chart)
	if most == 0 {
		return nil, fmt.Sprintf("Nothing happened from %s to %s UTC.", clock(first, now), clock(last, now))
	}
	worst = max(worst, 1.6*allowed)
	scale := float64(width) / last.Sub(first).Seconds()
	var words []string
	for _, i := range s.Chart {
		title := fmt.Sprintf("%s to %s: %s good, %s bad", clock(i.From, now), clock(i.To, now), count(i.Good), count(i.Bad))
		words = append(words, title)
		p.columns(i, i.From.Sub(first).Seconds()*scale, length(i)*scale, most, worst, title)
	}
	limitY := badBottom - allowed/worst*(badBottom-badTop)
	p.Lines = []line{
		{segment(0, rateBottom, width, rateBottom), "axis"},
		{segment(0, badBottom, width, badBottom), "axis"},
		{segment(0, limitY, width, limitY), "allowed"},
	}
	p.Labels = []label{
		{at(0, rateTop-5), "bound", rateWords(most)},
		{at(0, badTop-6), "bound", "bad, up to " + percent(worst)},
		{at(width, badTop-6), "threshold", limit},
		{at(0, badBottom+14), "bound", clock(first, now)},
		{at(width, badBottom+14), "bound", clock(last, now)},
	}
	p.Legend = []entry{{"good", count(good) + " good"}, {"bad", count(bad) + " bad"}}
	p.Words = limit + ". " + strings.Join(words, "; ") + "."
	return p, ""
}

// columns draws an interval.
func (p *picture) columns(i evaluate.Interval, x, w, most, worst float64, title string) {
	w -= min(1, w/5)
	full := rateBottom - rateTop
	tall := height((i.Good+i.Bad)/length(i), most, full)
	low := min(height(i.Bad/length(i), most, full), tall)
	if tall > low {
		p.Marks = append(p.Marks, mark{rect(x, rateBottom-tall+low, w, tall-low), "good", title})
	}
	if low > 0 {
		p.Marks = append(p.Marks, mark{rect(x, rateBottom-tall, w, low), "bad", title})
		part := height(i.Bad/(i.Good+i.Bad), worst, badBottom-badTop)
		p.Marks = append(p.Marks, mark{rect(x, badBottom-part, w, part), "bad", title})
	}
}

// allowance returns the fraction of events that may be bad, and its text.
func allowance(s evaluate.SLO) (part float64, words string) {
	good, what := s.Goal, "the goal allows "
	if s.Strip != nil && s.Strip.Threshold != nil {
		good, what = *s.Strip.Threshold, "a good window allows "
	}
	return 1 - good, what + goalPercent(1-good)
}

// extremes returns the highest rate per second, the largest fraction of bad events, and the
// sums.
func extremes(chart []evaluate.Interval) (rate, part, good, bad float64) {
	for _, i := range chart {
		good, bad = good+i.Good, bad+i.Bad
		if total := i.Good + i.Bad; total > 0 {
			rate, part = max(rate, total/length(i)), max(part, i.Bad/total)
		}
	}
	return rate, part, good, bad
}

// length returns an interval's length in seconds.
func length(i evaluate.Interval) float64 { return max(i.To.Sub(i.From).Seconds(), 1e-9) }

func rateWords(rate float64) string {
	if rate < 1 {
		return "events, up to " + times(rate*60) + " a minute"
	}
	return "events, up to " + times(rate) + " a second"
}
