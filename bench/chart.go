package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/xml"
	"fmt"
	"math"
	"slices"
	"text/template"
)

// The chart's measures, in pixels.
const (
	chartWidth  = 900
	chartMargin = 24
	chartLeft   = 330 // where bars begin
	chartRight  = 830 // where the axis ends; the longest bar's number stands behind it
	chartTop    = 92
	barHeight   = 14
	barStep     = 19
	groupStep   = 46 // from the last bar of a group to the first one of the next
)

// fills are colours that can be told from each other on white and on black.
var fills = map[string]string{
	openCensus:     "#d4793a",
	ocgenViews:     "#5b9bd5",
	ocgenDirect:    "#2f6fe0",
	ocgenOTel:      "#2aa6b8",
	openTelemetry:  "#9a6dd7",
	prometheusName: "#d9534f",
	victoria:       "#3f9e6b",
	floor:          "#8c959f",
	readingAlone:   "#8c959f",
}

//go:embed chart.svg.tmpl
var chartText string

var chartTemplate = template.Must(template.New("chart").Funcs(template.FuncMap{"xml": escaped}).Parse(chartText))

func escaped(text string) (string, error) {
	var b bytes.Buffer
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

// A picture is what a chart shows: groups of bars over a logarithmic axis, since it goes from
// library to library by factors of ten.
type picture struct {
	title, note string
	label       func(value float64) string // of the axis, at powers of ten
	groups      []pictureGroup
}

type pictureGroup struct {
	name string
	bars []pictureBar
}

type pictureBar struct {
	name, library string
	value         float64
}

type drawing struct {
	Title, Machine, Note       string
	Width, Height, Margin, Bar int
	Left, LabelX, Top, Bottom  int
	AxisText                   int
	Ticks                      []tick
	Groups                     []group
	decades                    float64 // of the axis, which begins at 1
}

type tick struct {
	X     int
	Label string
}

type group struct {
	Y    int
	Work string
	Bars []bar
}

type bar struct {
	Y, TextY, Width, ValueX int
	Name, Value, Fill       string
	Bold                    bool // ours
}

// chart draws the works that are worth a picture.
func chart(r *report) []byte {
	p := picture{
		title: "Time of one record",
		note:  fmt.Sprintf("logarithmic axis, shorter is better · medians of %d alternating rounds", r.Rounds),
		label: func(ns float64) string {
			if ns >= 1000 {
				return fmt.Sprintf("%.0f µs", ns/1000)
			}
			return fmt.Sprintf("%.0f ns", ns)
		},
	}
	for _, w := range r.Works {
		if !w.headline {
			continue
		}
		g := pictureGroup{name: w.Work}
		for _, row := range w.Rows {
			g.bars = append(g.bars, pictureBar{row.Library + ", " + row.Style, row.Library, row.NS})
		}
		p.groups = append(p.groups, g)
	}
	return p.draw(r.Machine)
}

// exportChart draws scrapes and exports of 20,000 series that have all changed.
func exportChart(r *report) []byte {
	p := picture{
		title: "Processor time of one scrape or export of 20,000 series",
		note:  fmt.Sprintf("logarithmic axis, shorter is better · medians of %d alternating rounds", min(r.Rounds, exportRounds)),
		label: func(ms float64) string { return fmt.Sprintf("%.0f ms", ms) },
	}
	for _, e := range r.allExports() {
		if g := (pictureGroup{name: e.title}); e.compared() {
			for _, l := range e.libraries {
				if c := l.costs(exportKind{someScraped, 1}).CPU; c > 0 {
					g.bars = append(g.bars, pictureBar{l.library, l.library, c})
				}
			}
			p.groups = append(p.groups, g)
		}
	}
	return p.draw(r.Machine)
}

// draw draws each group with the slowest on top.
func (p picture) draw(machine string) []byte {
	d := p.drawing(machine)
	y := chartTop
	for _, g := range p.groups {
		y += groupStep
		drawn := group{Y: y - 12, Work: g.name}
		for _, b := range slowestFirst(g.bars) {
			drawn.Bars = append(drawn.Bars, d.bar(b, y))
			y += barStep
		}
		d.Groups = append(d.Groups, drawn)
	}
	d.Bottom, d.Height = y, y+chartMargin
	var out bytes.Buffer
	if err := chartTemplate.Execute(&out, d); err != nil {
		panic(err) // the template is ours
	}
	return out.Bytes()
}

// drawing returns the frame, without groups.
func (p picture) drawing(machine string) *drawing {
	slowest := 10.0
	for _, g := range p.groups {
		for _, b := range g.bars {
			slowest = max(slowest, b.value)
		}
	}
	d := &drawing{
		Title: p.title, Width: chartWidth, Margin: chartMargin, Bar: barHeight,
		Machine: machine, Note: p.note,
		Left: chartLeft, LabelX: chartLeft - 10, Top: chartTop, AxisText: chartTop - 8,
		decades: math.Ceil(math.Log10(slowest)),
	}
	for i := range int(d.decades) + 1 {
		value := math.Pow10(i)
		d.Ticks = append(d.Ticks, tick{chartLeft + d.length(value), p.label(value)})
	}
	return d
}

// length returns how long the bar of a value is.
func (d *drawing) length(value float64) int {
	return max(0, int(math.Round(math.Log10(value)/d.decades*(chartRight-chartLeft))))
}

func (d *drawing) bar(b pictureBar, y int) bar {
	length := d.length(b.value)
	return bar{
		Y: y, TextY: y + barHeight - 3, Width: max(1, length), ValueX: chartLeft + length + 6,
		Name: b.name, Value: digits(b.value), Fill: fills[b.library],
		Bold: b.library == ocgenDirect || b.library == ocgenOTel,
	}
}

func slowestFirst(bars []pictureBar) []pictureBar {
	return slices.SortedStableFunc(slices.Values(bars), func(a, b pictureBar) int { return cmp.Compare(b.value, a.value) })
}
