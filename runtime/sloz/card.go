package sloz

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// A verdict is an SLO's state in words. Its class determines colour and icon.
type verdict struct {
	Class  string
	Word   string
	Plural string // of a number of SLOs, e.g. "miss their goal"
}

// verdicts are sorted, the worst first.
var verdicts = []verdict{
	{"bad", "Misses goal", "missing the goal"},
	{"burning", "Burning budget", "burning budget"},
	{"good", "Meets goal", "meeting the goal"},
	{"none", "No data", "without data"},
	{"broken", "Not computable", "not computable"},
}

func verdictOf(class string) verdict {
	for _, v := range verdicts {
		if v.Class == class {
			return v
		}
	}
	panic("ocgen bug: no verdict " + class)
}

// A card is an SLO on the page.
type card struct {
	ID, Key, Name string
	Meta          string // e.g. "shopmetrics/fast_enough, a distribution"
	Indicator     string
	Verdict       verdict
	Notice        string // additional information to the verdict
	Computable    bool
	Goal          string
	Compliance    string // "" without data
	Counted       string // e.g. "1,233 of 1,234 events were good"
	Budget        *budget
	Tiles         []tile
	Alerts        []alert // the tiers
	Holding       []alert // those of Alerts that hold
	AlertsWords   string  // how many hold
	Rows          []row
	Picture       *picture
	NoPicture     string // why there is no picture
	Since         string // e.g. "counted since 14:02:11 UTC (12 min)"
}

// A budget is what is left of an error budget.
type budget struct {
	Class string
	Left  string
	Words string
	Bar   template.HTMLAttr // of the fraction that is left
}

// A tile is the burn rate of a sliding window.
type tile struct {
	Class, Window, Rate, Note string
}

// A row is a window in the table of windows.
type row struct {
	Window, From, To, Note string
	Class                  string
	Good, Bad              string
	Compliance, Rate       string
}

func newCard(s evaluate.SLO, id string, now time.Time) card {
	c := card{
		ID: id, Key: s.Key, Name: s.DisplayName, Indicator: s.Indicator,
		Computable: s.Computable, Meta: formWords[s.Form], Verdict: verdictFor(s), Since: since(s, now),
		Goal: goalPercent(s.Goal) + " " + periodWords(s),
	}
	if c.Name == "" {
		c.Name = s.ID
	}
	c.Notice = notice(s)
	if !s.Computable {
		return c
	}
	things := eventWords(s.Form)
	if p := s.Period; p.Ratio != nil {
		c.Compliance = part(*p.Ratio, s.Goal)
		c.Counted = fmt.Sprintf("%s of %s good", count(p.Good), events(p.Total, things.one, things.many))
	}
	c.Budget = newBudget(s, things)
	for _, w := range s.Windows {
		c.Tiles = append(c.Tiles, newTile(w))
	}
	c.Alerts, c.Holding = newAlerts(s)
	c.AlertsWords = alertsSummary(len(c.Alerts), len(c.Holding))
	for _, w := range append([]evaluate.Window{s.SinceStart, s.Period}, s.Windows...) {
		c.Rows = append(c.Rows, newRow(w, s.Goal, now))
	}
	c.Picture, c.NoPicture = mainPicture(s, now)
	return c
}

var formWords = map[evaluate.Form]string{
	evaluate.FormRatio:               "ratio",
	evaluate.FormDistribution:        "distribution",
	evaluate.FormWindowsRatio:        "windows, each by a ratio",
	evaluate.FormWindowsDistribution: "windows, each by a distribution",
	evaluate.FormWindowsMean:         "windows, each by a mean",
	evaluate.FormWindowsSum:          "windows, each by a sum",
	evaluate.FormBasic:               "basic",
	evaluate.FormWindowsBasic:        "windows, each by a basic indicator",
}

type noun struct{ one, many string }

// eventWords returns the words for the events that an SLO of the form counts.
func eventWords(f evaluate.Form) noun {
	if onWindows(f) {
		return noun{"window", "windows"}
	}
	return noun{"event", "events"}
}

func onWindows(f evaluate.Form) bool { return strings.HasPrefix(string(f), "windows_") }

// verdictFor returns the verdict. An SLO that meets its goal has another verdict if the last
// five minutes spend more than the budget.
func verdictFor(s evaluate.SLO) verdict {
	switch {
	case !s.Computable:
		return verdictOf("broken")
	case s.State == evaluate.NoData:
		return verdictOf("none")
	case s.State == evaluate.Bad:
		return verdictOf("bad")
	case len(s.Windows) > 0 && s.Windows[0].State == evaluate.Bad:
		return verdictOf("burning")
	default:
		return verdictOf("good")
	}
}

func notice(s evaluate.SLO) string {
	if s.Status != "" {
		return s.Status // not capitalized, because it may begin with the name of a metric
	}
	if len(s.Windows) == 0 || s.Windows[0].BurnRate == nil {
		if s.State == evaluate.Bad {
			return "The goal is missed. Nothing was counted in the last 5 minutes."
		}
		return ""
	}
	rate, last := burn(*s.Windows[0].BurnRate), "the last "+lengthOf(s.Windows[0])
	switch recent := s.Windows[0].State; {
	case s.State == evaluate.Bad && recent == evaluate.Bad:
		return "The goal is missed, and " + last + " burn on at " + rate + "."
	case s.State == evaluate.Bad:
		return "The goal is missed, but " + last + " are within it, at " + rate + "."
	case s.State == evaluate.Good && recent == evaluate.Bad:
		return "The goal is met, but " + last + " burn the budget at " + rate + "."
	default:
		return ""
	}
}

// lengthOf describes the length of the window of five minutes, which is shorter while it is
// incomplete.
func lengthOf(w evaluate.Window) string {
	if w.Complete || w.From.IsZero() {
		return "5 minutes"
	}
	return roughly(w.To.Sub(w.From))
}

func periodWords(s evaluate.SLO) string {
	switch {
	case s.Calendar != "":
		return "over the calendar " + strings.ToLower(s.Calendar)
	case s.Days == 1:
		return "over a day"
	default:
		return fmt.Sprintf("over %d days", s.Days)
	}
}

func since(s evaluate.SLO, now time.Time) string {
	if s.SinceStart.From.IsZero() {
		return "nothing counted yet"
	}
	return fmt.Sprintf("counted since %s UTC (%s)", clock(s.SinceStart.From, now), span(now.Sub(s.SinceStart.From)))
}

func newBudget(s evaluate.SLO, things noun) *budget {
	if s.Budget == nil {
		return nil
	}
	left := s.Budget.Left
	b := &budget{
		Class: "good", Left: share(left) + " left", Bar: rect(0, 0, max(0, min(left, 1))*100, 8),
		Words: fmt.Sprintf("%s bad, %s allowed for %s so far",
			count(s.Budget.Spent), short(s.Budget.Allowed), events(s.Period.Total, things.one, things.many)),
	}
	switch {
	case left < 0:
		b.Class, b.Left, b.Bar = "bad", "overspent", rect(0, 0, 100, 8)
		b.Words = fmt.Sprintf("%s bad, %s times the %s allowed for %s so far", count(s.Budget.Spent), times(1-left),
			short(s.Budget.Allowed), events(s.Period.Total, things.one, things.many))
	case left < 0.25:
		b.Class = "burning"
	}
	return b
}

var windowWords = map[string]string{
	"since_start": "Since start", "period": "Period", "5m": "5 min", "1h": "1 h", "6h": "6 h",
}

func newTile(w evaluate.Window) tile {
	t := tile{Class: "none", Window: windowWords[w.Name], Rate: "no data", Note: soFar(w)}
	if w.BurnRate != nil {
		t.Class, t.Rate = string(w.State), burn(*w.BurnRate)
	}
	return t
}

// soFar describes the length of an incomplete window.
func soFar(w evaluate.Window) string {
	switch {
	case w.From.IsZero():
		return "not read yet"
	case w.Complete:
		return "complete"
	default:
		return roughly(w.To.Sub(w.From)) + " so far"
	}
}

func newRow(w evaluate.Window, goal float64, now time.Time) row {
	r := row{Window: windowWords[w.Name], Note: soFar(w), Class: "none", Compliance: "no data", Rate: "no data"}
	if w.Name == "since_start" {
		r.Note = ""
	}
	if w.Ratio != nil {
		r.Class, r.Compliance, r.Rate = string(w.State), part(*w.Ratio, goal), burn(*w.BurnRate)
	}
	if !w.From.IsZero() {
		r.From, r.To = clock(w.From, now), clock(w.To, now)
	}
	r.Good, r.Bad = count(w.Good), count(w.Bad)
	return r
}

// mainPicture returns the best picture for an SLO's form, or the reason why there is none.
func mainPicture(s evaluate.SLO, now time.Time) (*picture, string) {
	switch {
	case onWindows(s.Form):
		if s.Strip != nil && len(s.Strip.Outcomes) > 0 {
			return newStrip(s, now), ""
		}
		return nil, "The windows show from the first look on."
	case s.Histogram != nil && s.Period.Counts != nil:
		return newHistogram(*s.Histogram, s.Period, "in the period so far"), ""
	case len(s.Chart) > 0:
		return newChart(s, now)
	case s.Form == evaluate.FormRatio:
		return nil, "Good against bad shows from the second look on."
	default:
		return nil, "The histogram shows with the first value."
	}
}
