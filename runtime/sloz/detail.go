package sloz

import (
	"fmt"
	"html/template"
	"time"

	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// A detailPage shows one SLO by combinations of tag values.
type detailPage struct {
	frame
	card
	Pictures []*picture
	Strip    []windowRow
	Keys     []string
	Series   []combination
	Gauge    bool // of mean and sum: combinations have a value instead of counts
	Rest     *combination
	RestName string
}

// A combination has the sum of the series with some tag values.
type combination struct {
	Values     []string
	Good, Bad  string
	Compliance string
	Share      string            // of all bad events
	Bar        template.HTMLAttr // Share, drawn
	Value      string            // of gauges
}

// A windowRow is a window of the form in the table of windows.
type windowRow struct {
	From, To, Class, Word, Value, Note string
}

func newDetailPage(d evaluate.Detail, now time.Time) detailPage {
	at := d.SLO.SinceStart.To
	if at.IsZero() {
		at = now
	}
	p := detailPage{
		frame: frame{At: at, Clock: clock(at, at), Live: true},
		card:  newCard(d.SLO, "slo", at),
		Keys:  d.Keys,
		Gauge: d.SLO.Form == evaluate.FormWindowsMean || d.SLO.Form == evaluate.FormWindowsSum,
	}
	p.Title = p.Name + " · " + this.Program
	p.Pictures = morePictures(d.SLO, at)
	p.Strip = windowRows(d.SLO, at)
	bad := d.Rest.Bad
	for _, c := range d.Combinations {
		bad += c.Bad
	}
	for _, c := range d.Combinations {
		p.Series = append(p.Series, newCombination(c, bad, d.SLO.Goal))
	}
	if d.RestCount > 0 || d.Rest.Total > 0 {
		rest := newCombination(d.Rest, bad, d.SLO.Goal)
		p.Rest, p.RestName = &rest, restName(d.RestCount)
	}
	return p
}

func restName(n int) string {
	if n == 0 {
		return "those that are exported no more"
	}
	return fmt.Sprintf("%s, and those that are exported no more", events(float64(n), "other", "others"))
}

func newCombination(c evaluate.Combination, allBad, goal float64) combination {
	row := combination{Good: count(c.Good), Bad: count(c.Bad), Compliance: "no data", Share: "0%", Bar: rect(0, 0, 0, 8)}
	for _, v := range c.Values {
		if v == "" {
			v = "(absent)"
		}
		row.Values = append(row.Values, v)
	}
	if c.Value != nil {
		row.Value = short(*c.Value)
	}
	if c.Total > 0 {
		row.Compliance = part(c.Good/c.Total, goal)
	}
	if allBad > 0 {
		row.Share = share(c.Bad / allBad)
		row.Bar = rect(0, 0, c.Bad/allBad*100, 8)
	}
	return row
}

// morePictures returns the pictures other than the card's.
func morePictures(s evaluate.SLO, now time.Time) []*picture {
	var all []*picture
	if s.Histogram != nil {
		if onWindows(s.Form) && s.SinceStart.Counts != nil {
			all = append(all, newHistogram(*s.Histogram, s.SinceStart, "since start"))
		}
		if len(s.Windows) > 0 && s.Windows[0].Counts != nil {
			all = append(all, newHistogram(*s.Histogram, s.Windows[0], "in the last 5 minutes"))
		}
	}
	if len(s.Chart) > 0 && s.Form != evaluate.FormRatio {
		if chart, _ := newChart(s, now); chart != nil {
			all = append(all, chart)
		}
	}
	return all
}

// windowRows returns the windows of a form on windows, the newest first.
func windowRows(s evaluate.SLO, now time.Time) []windowRow {
	if s.Strip == nil {
		return nil
	}
	var rows []windowRow
	for i := len(s.Strip.Outcomes) - 1; i >= 0; i-- {
		o := s.Strip.Outcomes[i]
		kind := kindOf(o)
		rows = append(rows, windowRow{
			From: windowClock(o.Start, s.Strip, now), To: windowClock(o.End, s.Strip, now),
			Class: kind.class, Word: kind.word, Value: outcomeValue(o, s.Strip),
		})
	}
	return rows
}
