package main

import (
	"bytes"
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
}

//go:embed chart.svg.tmpl
var chartText string

var chartTemplate = template.Must(template.New("chart").Funcs(template.FuncMap{"xml": escaped}).Parse(chartText))

func escaped(text string) (string, error) {
	var b bytes.Buffer
	err := xml.EscapeText(&b, []byte(text))
	return b.String(), err
}

type drawing struct {
	Title, Machine, Note       string
	Width, Height, Margin, Bar int
	Left, LabelX, Top, Bottom  int
	AxisText                   int
	Ticks                      []tick
	Groups                     []group
	decades                    float64 // of the axis, which begins at 1 ns
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

// chart draws the works that are worth a picture, the slowest on top, over a
// logarithmic axis: from library to library it goes by factors of ten.
func chart(r *report) []byte {
	var shown []*workResult
	for _, w := range r.Works {
		if w.headline {
			shown = append(shown, w)
		}
	}
	d := newDrawing(r, shown)
	y := chartTop
	for _, w := range shown {
		y += groupStep
		g := group{Y: y - 12, Work: w.Work}
		for _, row := range slowestFirst(w.Rows) {
			g.Bars = append(g.Bars, d.bar(row, y))
			y += barStep
		}
		d.Groups = append(d.Groups, g)
	}
	d.Bottom, d.Height = y, y+chartMargin
	var out bytes.Buffer
	if err := chartTemplate.Execute(&out, d); err != nil {
		panic(err) // the template is ours
	}
	return out.Bytes()
}

func newDrawing(r *report, shown []*workResult) *drawing {
	slowest := 10.0
	for _, w := range shown {
		for _, row := range w.Rows {
			slowest = max(slowest, row.NS)
		}
	}
	d := &drawing{
		Title: "Time of one record", Width: chartWidth, Margin: chartMargin, Bar: barHeight,
		Machine: r.Machine,
		Note:    fmt.Sprintf("logarithmic axis, shorter is better · medians of %d alternating rounds", r.Rounds),
		Left:    chartLeft, LabelX: chartLeft - 10, Top: chartTop, AxisText: chartTop - 8,
		decades: math.Ceil(math.Log10(slowest)),
	}
	for i := range int(d.decades) + 1 {
		ns := math.Pow10(i)
		label := fmt.Sprintf("%.0f ns", ns)
		if ns >= 1000 {
			label = fmt.Sprintf("%.0f µs", ns/1000)
		}
		d.Ticks = append(d.Ticks, tick{chartLeft + d.length(ns), label})
	}
	return d
}

// length returns how long the bar of a time is.
func (d *drawing) length(ns float64) int {
	return max(0, int(math.Round(math.Log10(ns)/d.decades*(chartRight-chartLeft))))
}

func (d *drawing) bar(r row, y int) bar {
	length := d.length(r.NS)
	return bar{
		Y: y, TextY: y + barHeight - 3, Width: max(1, length), ValueX: chartLeft + length + 6,
		Name: r.Library + ", " + r.Style, Value: digits(r.NS), Fill: fills[r.Library],
		Bold: r.Library == ocgenDirect || r.Library == ocgenOTel,
	}
}

func slowestFirst(rows []row) []row {
	return slices.SortedStableFunc(slices.Values(rows), func(a, b row) int {
		switch {
		case a.NS > b.NS:
			return -1
		case a.NS < b.NS:
			return 1
		}
		return 0
	})
}
