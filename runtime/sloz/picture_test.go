package sloz

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

var start = time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)

func ptr(v float64) *float64 { return &v }

// drawn returns the marks as "class x+width y+height".
func drawn(p *picture) string {
	var all []string
	for _, m := range p.Marks {
		v := attributes(string(m.At))
		all = append(all, fmt.Sprintf("%s %v+%v %v+%v", m.Class, v["x"], v["width"], v["y"], v["height"]))
	}
	return strings.Join(all, "\n")
}

var attribute = regexp.MustCompile(`([a-z0-9]+)="([0-9.]+)"`)

func attributes(text string) map[string]float64 {
	values := map[string]float64{}
	for _, m := range attribute.FindAllStringSubmatch(text, -1) {
		values[m[1]], _ = strconv.ParseFloat(m[2], 64)
	}
	return values
}

// inside holds that nothing leaves the picture, and that no label covers another.
func inside(t *testing.T, p *picture) {
	t.Helper()
	for _, m := range p.Marks {
		v := attributes(string(m.At))
		if v["x"] < 0 || v["x"]+v["width"] > width+0.1 || v["y"] < 0 || v["y"]+v["height"] > float64(p.Height) {
			t.Errorf("%s: the mark %s leaves the picture", p.Name, m.At)
		}
	}
	for _, l := range p.Labels {
		v := attributes(string(l.At))
		if v["x"] < 0 || v["x"] > width || v["y"] < 0 || v["y"] > float64(p.Height) {
			t.Errorf("%s: the label %s leaves the picture", p.Name, l.At)
		}
	}
}

func TestHistogram(t *testing.T) {
	h := evaluate.Histogram{Metric: "shop/latency", Unit: "ms", Bounds: []float64{5, 10, 25, 50, 100, 250}, Max: ptr(50), Min: ptr(0), GoodFrom: 0, GoodTo: 4}
	p := newHistogram(h, evaluate.Window{Counts: []int64{0, 0, 84, 42, 1, 0, 0}}, "today")
	inside(t, p)
	// Buckets 1 to 5 are shown, 64 wide each: those with values and one beside.
	want := "good 65+62 20+84\ngood 129+62 62+42\nbad 193+62 101.5+2.5"
	if got := drawn(p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if v := attributes(string(p.Lines[1].At)); p.Lines[1].Class != "threshold" || v["x1"] != 192 {
		t.Errorf("the threshold is %v", p.Lines[1])
	}
	if want := "10 to 25 ms: 84 good; 25 to 50 ms: 42 good; 50 to 100 ms: 1 bad."; p.Words != want {
		t.Errorf("got %s\nwant %s", p.Words, want)
	}
	if len(p.Legend) != 2 || p.Legend[0].Text != "126 good, below 50 ms" || p.Legend[1].Text != "1 bad" {
		t.Errorf("the legend is %v", p.Legend)
	}
}

func TestHistogramEdges(t *testing.T) {
	linear := make([]float64, 199)
	for i := range linear {
		linear[i] = float64(i+1) * 12345
	}
	wide := make([]int64, 200)
	for i := range wide {
		wide[i] = int64(i)
	}
	for _, c := range []struct {
		name   string
		h      evaluate.Histogram
		counts []int64
		words  string
	}{
		{"no values", evaluate.Histogram{Bounds: []float64{1, 2}, Max: ptr(1), GoodTo: 1}, []int64{0, 0, 0}, "No values yet."},
		{"no bounds", evaluate.Histogram{GoodTo: 1}, []int64{3}, "all values: 3 good."},
		{"both ends", evaluate.Histogram{Bounds: []float64{1, 2}, Min: ptr(1), Max: ptr(2), GoodFrom: 1, GoodTo: 2}, []int64{1, 2, 3},
			"below 1: 1 bad; 1 to 2: 2 good; from 2: 3 bad."},
		{"open above", evaluate.Histogram{Bounds: []float64{1, 2}, Unit: "1", Min: ptr(2), GoodFrom: 2, GoodTo: 3}, []int64{1, 0, 3}, "below 1: 1 bad; from 2: 3 good."},
		{"threshold far away", evaluate.Histogram{Bounds: linear, Max: ptr(linear[198]), GoodTo: 199}, append([]int64{7}, make([]int64, 199)...), "below 12,345: 7 good."},
	} {
		p := newHistogram(c.h, evaluate.Window{Counts: c.counts}, "now")
		inside(t, p)
		if p.Words != c.words {
			t.Errorf("%s: got %s\nwant %s", c.name, p.Words, c.words)
		}
	}
	p := newHistogram(evaluate.Histogram{Bounds: linear, Max: ptr(linear[50]), GoodTo: 51}, evaluate.Window{Counts: wide}, "now")
	inside(t, p)
	if n := len(p.Labels); n < 4 || n > 8 {
		t.Errorf("200 buckets have %d labels", n)
	}
}

func TestChart(t *testing.T) {
	s := evaluate.SLO{Goal: 0.9, Chart: []evaluate.Interval{
		{From: start, To: start.Add(10 * time.Second), Good: 90, Bad: 10},
		{From: start.Add(10 * time.Second), To: start.Add(20 * time.Second)},
		{From: start.Add(20 * time.Second), To: start.Add(40 * time.Second), Good: 50, Bad: 50},
	}}
	p, _ := newChart(s, start)
	inside(t, p)
	// 8 a second: the first column is 80 wide and 46 high, the last one twice as
	// wide and half as high.
	want := "good 0+79 20.6+41.4\nbad 0+79 16+4.6\nbad 0+79 110.8+7.2\ngood 160+159 50.5+11.5\nbad 160+159 39+11.5\nbad 160+159 82+36"
	if got := drawn(p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if want := "the goal allows 10%. 09:00:00 to 09:00:10: 90 good, 10 bad; 09:00:10 to 09:00:20: 0 good, 0 bad; 09:00:20 to 09:00:40: 50 good, 50 bad."; p.Words != want {
		t.Errorf("got %s", p.Words)
	}
	s.Chart = s.Chart[1:2]
	if p, why := newChart(s, start); p != nil || why != "Nothing happened from 09:00:10 to 09:00:20 UTC." {
		t.Errorf("an hour without events is drawn as %v %s", p, why)
	}
}

func TestStrip(t *testing.T) {
	strip := &evaluate.Strip{Length: 300, Threshold: ptr(0.95)}
	for i, o := range []evaluate.Outcome{
		{State: evaluate.Good, Complete: true, Value: ptr(1), Total: 10},
		{State: evaluate.Bad, Complete: true, Value: ptr(0.5), Total: 2000},
		{State: evaluate.NoData},
		{State: evaluate.Bad, Value: ptr(0.5), Total: 2},
		{State: evaluate.Good, Open: true, Value: ptr(1), Total: 1},
	} {
		o.Start = start.Add(time.Duration(i) * 5 * time.Minute)
		o.End = o.Start.Add(5 * time.Minute)
		strip.Outcomes = append(strip.Outcomes, o)
	}
	p := newStrip(evaluate.SLO{Strip: strip}, start)
	inside(t, p)
	var classes []string
	heights := map[float64]bool{}
	for _, m := range p.Marks {
		classes = append(classes, m.Class)
		heights[attributes(string(m.At))["height"]] = true
	}
	if got := strings.Join(classes, ","); got != "good,bad,none,partial bad,open good" {
		t.Errorf("the marks are %s", got)
	}
	if len(heights) != 3 {
		t.Errorf("the marks have %d heights, want full, half and nearly none", len(heights))
	}
	want := "09:00 to 09:05: good, 100% of 10 good, at least 95% is required; 09:05 to 09:10: bad, 50.00% of 2,000 good, at least 95% is required; " +
		"09:10 to 09:15: no data; 09:15 to 09:20: bad in part, does not count, 50.00% of 2 good, at least 95% is required; " +
		"09:20 to 09:25: still open, good so far, 100% of 1 good, at least 95% is required."
	if p.Words != want {
		t.Errorf("got %s\nwant %s", p.Words, want)
	}
	if got := fmt.Sprint(p.Legend); got != "[{good 1 good} {bad 1 bad} {none 1 no data} {partial 1 seen in part} {open 1 open}]" {
		t.Errorf("the legend is %s", got)
	}
}
