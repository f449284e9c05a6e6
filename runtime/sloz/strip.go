package sloz

import (
	"fmt"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// The vertical positions in a strip, from its top.
const (
	stripTop    = 2.0
	stripBottom = 44.0
	stripHeight = 62
)

// fewestSlots is the least number of slots, so that the first windows are not too wide.
const fewestSlots = 24

// A kind of window has a class, which determines colour, pattern and height.
type kind struct {
	class, word string
	part        float64 // of the strip's height
}

func kindOf(o evaluate.Outcome) kind {
	switch {
	case o.Open && o.State == evaluate.NoData:
		return kind{"open none", "still open, no data yet", 0.12}
	case o.Open:
		return kind{"open " + string(o.State), "still open, " + string(o.State) + " so far", 1}
	case o.State == evaluate.NoData:
		return kind{"none", "no data", 0.12}
	case !o.Complete:
		return kind{"partial " + string(o.State), string(o.State) + " in part, does not count", 0.5}
	default:
		return kind{string(o.State), string(o.State), 1}
	}
}

// newStrip draws the windows of a form on windows, the newest at the right.
func newStrip(s evaluate.SLO, now time.Time) *picture {
	strip := s.Strip
	slots := max(len(strip.Outcomes), fewestSlots)
	slot := float64(width) / float64(slots)
	p := &picture{
		Kind: "strip", Height: stripHeight,
		Name: "The first window of " + span(seconds(strip.Length)),
	}
	if n := len(strip.Outcomes); n > 1 {
		p.Name = fmt.Sprintf("The last %d windows of %s", n, span(seconds(strip.Length)))
	}
	offset := slots - len(strip.Outcomes)
	var words []string
	for i, o := range strip.Outcomes {
		k := kindOf(o)
		title := fmt.Sprintf("%s to %s: %s", windowClock(o.Start, strip, now), windowClock(o.End, strip, now), k.word)
		if value := outcomeValue(o, strip); value != "" {
			title += ", " + value
		}
		words = append(words, title)
		tall := (stripBottom - stripTop) * k.part
		p.Marks = append(p.Marks, mark{rect(float64(offset+i)*slot+0.75, stripBottom-tall, slot-1.5, tall), k.class, title})
	}
	first, last := strip.Outcomes[0], strip.Outcomes[len(strip.Outcomes)-1]
	p.Lines = []line{{segment(0, stripBottom, width, stripBottom), "axis"}}
	p.Labels = []label{{at(width, stripBottom+14), "bound", windowClock(last.End, strip, now)}}
	if x := float64(offset) * slot; x < width-90 {
		p.Labels = append(p.Labels, label{at(x, stripBottom+14), "bound", windowClock(first.Start, strip, now)})
	}
	p.Legend = stripLegend(strip)
	p.Words = strings.Join(words, "; ") + "."
	return p
}

// stripLegend counts the kinds that there are.
func stripLegend(strip *evaluate.Strip) []entry {
	entries := []struct {
		entry
		n   int
		has func(evaluate.Outcome) bool
	}{
		{entry{"good", "good"}, 0, func(o evaluate.Outcome) bool { return o.Complete && !o.Open && o.State == evaluate.Good }},
		{entry{"bad", "bad"}, 0, func(o evaluate.Outcome) bool { return o.Complete && !o.Open && o.State == evaluate.Bad }},
		{entry{"none", "no data"}, 0, func(o evaluate.Outcome) bool { return !o.Open && o.State == evaluate.NoData }},
		{entry{"partial", "seen in part"}, 0, func(o evaluate.Outcome) bool { return !o.Open && !o.Complete && o.State != evaluate.NoData }},
		{entry{"open", "open"}, 0, func(o evaluate.Outcome) bool { return o.Open }},
	}
	var legend []entry
	for _, e := range entries {
		for _, o := range strip.Outcomes {
			if e.has(o) {
				e.n++
			}
		}
		if e.n > 0 || e.Class == "good" || e.Class == "bad" {
			legend = append(legend, entry{e.Class, fmt.Sprintf("%d %s", e.n, e.Text)})
		}
	}
	return legend
}

// outcomeValue returns the value that decides about a window; "": no data.
func outcomeValue(o evaluate.Outcome, strip *evaluate.Strip) string {
	switch {
	case o.Value == nil:
		return ""
	case strip.Threshold != nil:
		return fmt.Sprintf("%s of %s good, at least %s is required", part(*o.Value, *strip.Threshold), count(o.Total), goalPercent(*strip.Threshold))
	default:
		return fmt.Sprintf("%s, %s is required", withUnit(*o.Value, strip.Unit), limits(strip))
	}
}

func limits(strip *evaluate.Strip) string {
	switch {
	case strip.Min != nil && strip.Max != nil:
		return number(*strip.Min) + " to " + withUnit(*strip.Max, strip.Unit)
	case strip.Min != nil:
		return "at least " + withUnit(*strip.Min, strip.Unit)
	case strip.Max != nil:
		return "at most " + withUnit(*strip.Max, strip.Unit)
	default:
		return "any value"
	}
}

// windowClock leaves out the seconds of windows that begin with a minute.
func windowClock(t time.Time, strip *evaluate.Strip, now time.Time) string {
	if seconds(strip.Length)%time.Minute == 0 {
		return minute(t, now)
	}
	return clock(t, now)
}
