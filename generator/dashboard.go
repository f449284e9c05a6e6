package generator

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// dashboardFiles returns the dashboard of the schema's service. A schema without a service
// has a dashboard of its metrics, with the name of the package.
func dashboardFiles(s *schema.Schema, folder string) ([]outfiles.File, error) {
	if s.DashboardTiles() == 0 {
		return nil, nil
	}
	f, err := jsonFile(templates.NewJSONEncoder(), folder, dashboardName(s), dashboardBody(s))
	if err != nil {
		return nil, fmt.Errorf("dashboard: %w", err)
	}
	return []outfiles.File{f}, nil
}

// dashboardName returns the name of the file, without ".json".
func dashboardName(s *schema.Schema) string {
	if s.Service != nil {
		return s.Service.ID
	}
	return s.Package
}

// The grid. The API allows up to 12 columns.
const (
	gridColumns  = 12
	headerHeight = 1
	sloHeight    = 2
	chartHeight  = 3
	chartWidth   = gridColumns / 2
)

func dashboardBody(s *schema.Schema) templates.Dashboard {
	w := dashboardWriter{schema: s}
	w.writeSLOs()
	w.writeMeasures()
	title := s.Package
	if s.Service != nil {
		title = cmp.Or(s.Service.DisplayName, s.Service.ID)
	}
	return templates.Dashboard{
		DisplayName: widgetText(title) + " (ocgen)",
		Mosaic:      templates.Mosaic{Columns: gridColumns, Tiles: w.tiles},
		Labels:      map[string]string{"managed-by": "ocgen", "ocgen-id": dashboardID(s)},
	}
}

// dashboardID returns the label by which the dashboard is found again.
func dashboardID(s *schema.Schema) string {
	parts := []string{s.Package, dashboardName(s)}
	if s.Environment != "" {
		parts = append(parts, s.Environment)
	}
	return strings.ReplaceAll(labelValue(strings.Join(parts, "-")), "_", "-")
}

// A dashboardWriter fills the grid from top to bottom.
type dashboardWriter struct {
	schema *schema.Schema
	tiles  []templates.Tile
	y      int // the first free row
	charts int // in the last row: 0 or 1
}

func (w *dashboardWriter) writeSLOs() {
	if len(w.schema.SLOs) == 0 {
		return
	}
	w.header("Service level objectives", "budget left, compliance, burn rate")
	for _, o := range w.schema.SLOs {
		if !w.fits(3) {
			return
		}
		name := sloName(w.schema, o)
		title := cmp.Or(o.DisplayName, o.ResourceID)
		w.tile(0, 3, sloHeight, ": budget left", title, templates.Widget{Scorecard: budgetLeft(name)})
		w.tile(3, 3, sloHeight, ": compliance", title, templates.Widget{Scorecard: compliance(name, o.Goal)})
		w.tile(6, 6, sloHeight, ": burn rate", title, templates.Widget{Chart: burnRates(name, o)})
		w.y += sloHeight
	}
}

// writeMeasures writes the charts of the views below a header for each measure. In a large
// dashboard the charts of views that no SLO uses are in one group at the end.
func (w *dashboardWriter) writeMeasures() {
	var grouped []*schema.View
	isGrouped := w.schema.GroupedViews()
	for _, m := range w.schema.Measures {
		var shown []*schema.View
		for _, v := range m.Views {
			if isGrouped[v] {
				grouped = append(grouped, v)
			} else {
				shown = append(shown, v)
			}
		}
		if len(shown) == 0 || !w.fits(1+shown[0].Charts()) {
			continue
		}
		w.header(m.ID, m.Description)
		w.views(shown)
	}
	if len(grouped) == 0 || !w.fits(2) {
		return
	}
	at, top := len(w.tiles), w.y
	w.tile(0, gridColumns, chartHeight, "", "Views that no SLO uses", templates.Widget{Group: &templates.Group{Collapsed: true}})
	w.views(grouped)
	w.tiles[at].Height = w.y - top // the charts in its area belong to the group
}

// views writes the charts of views, two in a row.
func (w *dashboardWriter) views(views []*schema.View) {
	for _, v := range views {
		if w.charts+v.Charts() > gridColumns/chartWidth {
			w.nextRow() // charts of one view are side by side
		}
		for _, c := range w.viewCharts(v) {
			if !w.fits(1) {
				break
			}
			w.tile(w.charts*chartWidth, chartWidth, chartHeight, c.title, v.ID, templates.Widget{Chart: &c.chart})
			if w.charts++; w.charts*chartWidth == gridColumns {
				w.nextRow()
			}
		}
	}
	if w.charts > 0 {
		w.nextRow()
	}
}

// fits reports whether the dashboard has room for n more tiles.
func (w *dashboardWriter) fits(n int) bool { return len(w.tiles)+n <= schema.MaxTiles }

func (w *dashboardWriter) nextRow() { w.y, w.charts = w.y+chartHeight, 0 }

func (w *dashboardWriter) header(title, subtitle string) {
	w.tile(0, gridColumns, headerHeight, "", title, templates.Widget{Header: &templates.Header{Subtitle: widgetText(subtitle), Divider: true}})
	w.y += headerHeight
}

// tile adds a widget in the first free row. The title is cut, but not its end.
func (w *dashboardWriter) tile(x, width, height int, end, title string, widget templates.Widget) {
	widget.Title = widgetText(title) + end
	w.tiles = append(w.tiles, templates.Tile{X: x, Y: w.y, Width: width, Height: height, Widget: widget})
}

// maxWidgetText is the number of characters of a text that a widget has room for.
const maxWidgetText = 200

// widgetText returns a text of the schema as one line of a dashboard. "${" starts a variable
// there, so a space comes between the two characters.
func widgetText(text string) string {
	text = strings.ReplaceAll(oneLine(text), "${", "$ {")
	if runes := []rune(text); len(runes) > maxWidgetText {
		return strings.TrimRight(string(runes[:maxWidgetText-1]), " ") + "…"
	}
	return text
}

// sloQuery returns a query of a selector of SLOs, which allows no other aggregation.
func sloQuery(filter, unit string) templates.Query {
	return templates.Query{
		Filter: templates.SeriesFilter{Filter: filter, Aggregation: templates.ChartAggregation{Aligner: "ALIGN_NEXT_OLDER"}},
		Unit:   unit,
	}
}

// percentUnit is the unit of a fraction that is shown as a percentage.
const percentUnit = "10^2.%"

func budgetLeft(slo string) *templates.Scorecard {
	return &templates.Scorecard{
		Query: sloQuery(cloudmonitoring.BudgetLeft(slo), percentUnit),
		Gauge: &templates.Gauge{UpperBound: 1},
		Thresholds: []templates.Severity{
			{Value: 0.25, Color: "YELLOW", Direction: "BELOW"},
			{Value: 0.1, Color: "RED", Direction: "BELOW"},
		},
	}
}

func compliance(slo string, goal float64) *templates.Scorecard {
	return &templates.Scorecard{
		Query:      sloQuery(cloudmonitoring.Compliance(slo), percentUnit),
		Spark:      &templates.Spark{Type: "SPARK_LINE"},
		Thresholds: []templates.Severity{{Value: templates.Number(goal), Color: "RED", Direction: "BELOW"}},
	}
}

// burnRates returns the chart of the burn rates over the look-backs of the tiers, with the
// rates at which they fire. An SLO without such tiers has the burn rate over one hour, or
// over one window.
func burnRates(name string, o *schema.SLO) *templates.Chart {
	c := chart()
	var lookBacks []time.Duration
	if o.Alerts != nil {
		for _, t := range o.Alerts.Tiers {
			if !t.Selectable() {
				continue
			}
			if !slices.Contains(lookBacks, t.Over) {
				lookBacks = append(lookBacks, t.Over)
			}
			if t.Burn == 0 {
				continue // a line at 0 cannot be written
			}
			c.Thresholds = append(c.Thresholds, templates.Line{
				Label: t.Severity + " over " + schema.BriefDuration(t.Over),
				Value: templates.Number(t.Burn.Float()),
			})
		}
	}
	if lookBacks == nil {
		lookBacks = []time.Duration{max(time.Hour, windowLength(o))}
	}
	for _, over := range lookBacks {
		c.DataSets = append(c.DataSets, templates.DataSet{
			Query:    sloQuery(cloudmonitoring.BurnRate(name, seconds(over)), ""),
			PlotType: "LINE",
			Legend:   "over " + schema.BriefDuration(over),
		})
	}
	return &c
}

func windowLength(o *schema.SLO) time.Duration {
	if o.SLI.Windows == nil {
		return 0
	}
	return o.SLI.Windows.Length
}

func chart() templates.Chart {
	return templates.Chart{YAxis: templates.Axis{Scale: "LINEAR"}, Options: templates.ChartOptions{Mode: "COLOR"}}
}

// A viewChart is a chart of a view with the end of its title.
type viewChart struct {
	title string
	chart templates.Chart
}

// A plot is a line, an area or a heat map: how the points of a view are made and drawn.
type plot struct{ kind, aligner, reducer, legend string }

// viewCharts returns the charts of a view: [schema.View.Charts] is their number.
func (w *dashboardWriter) viewCharts(v *schema.View) []viewChart {
	perSecond := v.Unit() + "/s"
	switch v.Aggregation {
	case schema.Count:
		c := w.chartOf(v, perSecond, plot{"STACKED_AREA", "ALIGN_RATE", "REDUCE_SUM", ""})
		c.DataSets[0].Query.Filter.Aggregation.GroupBy = groupBy(v)
		return []viewChart{{": per second", c}}
	case schema.Sum:
		return []viewChart{{": per second", w.chartOf(v, perSecond, plot{"LINE", "ALIGN_RATE", "REDUCE_SUM", ""})}}
	case schema.UpDown:
		c := w.chartOf(v, v.Unit(), plot{"STACKED_AREA", "ALIGN_MEAN", "REDUCE_SUM", ""})
		c.DataSets[0].Query.Filter.Aggregation.GroupBy = groupBy(v)
		return []viewChart{{": in all processes", c}}
	case schema.LastValue:
		return []viewChart{{"", w.chartOf(v, v.Unit(),
			plot{"LINE", "ALIGN_MEAN", "REDUCE_MEAN", "mean"}, plot{"LINE", "ALIGN_MAX", "REDUCE_MAX", "max"})}}
	}
	if len(v.Bounds) == 0 { // only count and sum
		return []viewChart{{": mean", w.chartOf(v, v.Unit(), plot{"LINE", "ALIGN_DELTA", "REDUCE_MEAN", "mean"})}}
	}
	percentiles := w.chartOf(v, v.Unit(),
		plot{"LINE", "ALIGN_DELTA", "REDUCE_PERCENTILE_50", "p50"},
		plot{"LINE", "ALIGN_DELTA", "REDUCE_PERCENTILE_95", "p95"},
		plot{"LINE", "ALIGN_DELTA", "REDUCE_PERCENTILE_99", "p99"})
	percentiles.Thresholds = w.cutLines(v)
	return []viewChart{
		{": distribution", w.chartOf(v, v.Unit(), plot{"HEATMAP", "ALIGN_DELTA", "REDUCE_SUM", ""})},
		{": percentiles", percentiles},
	}
}

// chartOf returns a chart of the view's time series.
func (w *dashboardWriter) chartOf(v *schema.View, unit string, plots ...plot) templates.Chart {
	const period = "60s"
	c := chart()
	for _, p := range plots {
		c.DataSets = append(c.DataSets, templates.DataSet{
			Query: templates.Query{
				Filter: templates.SeriesFilter{
					Filter:      filter(w.schema.Monitoring, &schema.Selection{View: v}),
					Aggregation: templates.ChartAggregation{Period: period, Aligner: p.aligner, Reducer: p.reducer},
				},
				Unit: unit,
			},
			PlotType:     p.kind,
			Legend:       p.legend,
			MinAlignment: period,
		})
	}
	return c
}

// Limits of the grouping of a chart. With more groups its areas cannot be told apart.
const (
	maxGroupTags   = 2
	maxGroupValues = 10
)

// groupBy returns the fields of the first closed tags that have few values.
func groupBy(v *schema.View) []string {
	var fields []string
	for _, t := range v.Tags {
		if t.Closed() && len(t.Values) <= maxGroupValues && len(fields) < maxGroupTags {
			fields = append(fields, cloudmonitoring.GroupByLabel(t.Key))
		}
	}
	return fields
}

// cutLines returns the thresholds of the SLOs that cut the view's values.
func (w *dashboardWriter) cutLines(v *schema.View) []templates.Line {
	var lines []templates.Line
	for _, o := range w.schema.SLOs {
		c := o.Cut()
		if c == nil || c.Selection.View != v {
			continue
		}
		if c.Min > 0 {
			lines = append(lines, cutLine(o, "min", c.Min, v.Unit()))
		}
		if c.Max > 0 && !math.IsInf(c.Max, 1) {
			lines = append(lines, cutLine(o, "max", c.Max, v.Unit()))
		}
	}
	return lines
}

// cutLine returns a threshold, e.g. "fast-enough: max 500 ms".
func cutLine(o *schema.SLO, end string, value float64, unit string) templates.Line {
	text := strconv.FormatFloat(value, 'g', -1, 64)
	if unit != "1" {
		text += " " + unit
	}
	return templates.Line{Label: o.ResourceID + ": " + end + " " + text, Value: templates.Number(value)}
}
