package sloz

import (
	"html/template"
	"strconv"
)

// width is the width of all pictures, in units of about a pixel on a phone, so that text is
// readable there and not much larger on other screens.
const width = 320

// A picture has marks, lines and labels. Its Words describe everything that it shows.
type picture struct {
	Kind   string // "histogram", "chart" or "strip"
	Name   string
	Height int
	Marks  []mark
	Lines  []line
	Labels []label
	Legend []entry
	Words  string
}

// A mark is a rectangle. Its class determines colour and pattern.
type mark struct {
	At           template.HTMLAttr
	Class, Title string
}

// A line goes from one edge of the plot to the other.
type line struct {
	At    template.HTMLAttr
	Class string
}

// A label is a text on a picture.
type label struct {
	At          template.HTMLAttr
	Class, Text string
}

// An entry of the legend has the meaning of a class of marks.
type entry struct{ Class, Text string }

// rect returns the attributes of a rectangle. They are made of numbers only, so
// they need no escaping.
func rect(x, y, w, h float64) template.HTMLAttr {
	return template.HTMLAttr(`x="` + coordinate(x) + `" y="` + coordinate(y) + `" width="` + coordinate(w) + `" height="` + coordinate(h) + `"`)
}

func segment(x1, y1, x2, y2 float64) template.HTMLAttr {
	return template.HTMLAttr(`x1="` + coordinate(x1) + `" y1="` + coordinate(y1) + `" x2="` + coordinate(x2) + `" y2="` + coordinate(y2) + `"`)
}

// at returns the position of a label. Near an edge the label is anchored at the edge.
func at(x, y float64) template.HTMLAttr {
	anchor := "middle"
	switch {
	case x < 24:
		anchor = "start"
	case x > width-24:
		anchor = "end"
	}
	return template.HTMLAttr(`x="` + coordinate(x) + `" y="` + coordinate(y) + `" text-anchor="` + anchor + `"`)
}

func coordinate(v float64) string {
	return strconv.FormatFloat(float64(int64(v*100+0.5))/100, 'f', -1, 64)
}

// height scales a quantity to at most full. A quantity above 0 is always visible.
func height(v, most, full float64) float64 {
	if v <= 0 || most <= 0 {
		return 0
	}
	return max(v/most*full, 2.5)
}
