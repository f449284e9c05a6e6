package slocheck

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/monitoring/dashboard/apiv1/dashboardpb"
	"google.golang.org/genproto/googleapis/api/metric"
)

// DashboardRules checks only the rules of the API, not the rules of ocgen's own files: those of
// the comments in google/monitoring/dashboard/v1.
func (p Project) DashboardRules(d *dashboardpb.Dashboard) error {
	var f faults
	if d.DisplayName == "" {
		f.addf("no displayName")
	}
	f.add(userLabels(d.Labels))
	switch l := d.Layout.(type) {
	case *dashboardpb.Dashboard_MosaicLayout:
		f.add(p.mosaic(l.MosaicLayout))
	case *dashboardpb.Dashboard_GridLayout:
		for i, w := range l.GridLayout.Widgets {
			f.add(p.widgetRules(fmt.Sprintf("widget %d", i), w))
		}
	case *dashboardpb.Dashboard_RowLayout:
		for i, row := range l.RowLayout.Rows {
			for j, w := range row.Widgets {
				f.add(p.widgetRules(fmt.Sprintf("widget %d of row %d", j, i), w))
			}
		}
	case *dashboardpb.Dashboard_ColumnLayout:
		for i, column := range l.ColumnLayout.Columns {
			for j, w := range column.Widgets {
				f.add(p.widgetRules(fmt.Sprintf("widget %d of column %d", j, i), w))
			}
		}
	default:
		f.addf("there is no layout")
	}
	return f.err()
}

func (p Project) mosaic(m *dashboardpb.MosaicLayout) error {
	var f faults
	if m.Columns < 1 || m.Columns > maxColumns {
		f.addf("there are %d columns: want 1 to %d", m.Columns, maxColumns)
	}
	f.add(grid(m.Tiles, m.Columns))
	for i, t := range m.Tiles {
		f.add(p.widgetRules(fmt.Sprintf("tile %d %q", i, t.GetWidget().GetTitle()), t.Widget))
	}
	return f.err()
}

func (p Project) widgetRules(name string, w *dashboardpb.Widget) error {
	var f faults
	switch {
	case w.GetContent() == nil:
		f.addf("%s has no content", name)
	case w.GetXyChart() != nil:
		c := w.GetXyChart()
		if len(c.DataSets) == 0 {
			f.addf("%s has no data sets", name)
		}
		for _, d := range c.DataSets {
			f.add(p.dataSet(name, d))
		}
		for _, t := range c.Thresholds {
			if t.Color != dashboardpb.Threshold_COLOR_UNSPECIFIED || t.Direction != dashboardpb.Threshold_DIRECTION_UNSPECIFIED {
				f.addf("%s: a threshold of a chart has no color and no direction", name)
			}
		}
	case w.GetScorecard() != nil:
		c := w.GetScorecard()
		_, err := p.query(name, c.TimeSeriesQuery)
		f.add(err)
		for _, t := range c.Thresholds {
			if t.Color == dashboardpb.Threshold_COLOR_UNSPECIFIED || t.Direction == dashboardpb.Threshold_DIRECTION_UNSPECIFIED {
				f.addf("%s: a threshold of a scorecard has a color and a direction", name)
			}
		}
		if g := c.GetGaugeView(); g != nil && !(g.LowerBound < g.UpperBound) {
			f.addf("%s: the gauge is [%v, %v]", name, g.LowerBound, g.UpperBound)
		}
	}
	return f.err()
}

func (p Project) dataSet(name string, d *dashboardpb.XyChart_DataSet) error {
	var f faults
	measured, err := p.query(name, d.TimeSeriesQuery)
	f.add(err)
	if d.PlotType == dashboardpb.XyChart_DataSet_PLOT_TYPE_UNSPECIFIED {
		f.addf("%s has no plot type", name)
	}
	if d.PlotType == dashboardpb.XyChart_DataSet_HEATMAP && measured != nil && measured.ValueType != metric.MetricDescriptor_DISTRIBUTION {
		f.addf("%s: a heatmap of %s, which is %v", name, measured.Type, measured.ValueType)
	}
	if m := d.MinAlignmentPeriod; m != nil && m.AsDuration() <= 0 {
		f.addf("%s: minAlignmentPeriod is %v", name, m.AsDuration())
	}
	return f.err()
}

// query checks a query, and returns the descriptor of its metric if that is known.
func (p Project) query(name string, q *dashboardpb.TimeSeriesQuery) (*metric.MetricDescriptor, error) {
	switch s := q.GetSource().(type) {
	case *dashboardpb.TimeSeriesQuery_TimeSeriesFilter:
		return p.measured(name, s.TimeSeriesFilter.Filter, s.TimeSeriesFilter.Aggregation)
	case *dashboardpb.TimeSeriesQuery_TimeSeriesFilterRatio:
		var f faults
		for _, part := range []*dashboardpb.TimeSeriesFilterRatio_RatioPart{s.TimeSeriesFilterRatio.Numerator, s.TimeSeriesFilterRatio.Denominator} {
			_, err := p.measured(name, part.GetFilter(), part.GetAggregation())
			f.add(err)
		}
		return nil, f.err()
	case *dashboardpb.TimeSeriesQuery_PrometheusQuery:
		if s.PrometheusQuery != "" {
			return nil, nil
		}
	case *dashboardpb.TimeSeriesQuery_TimeSeriesQueryLanguage:
		if s.TimeSeriesQueryLanguage != "" {
			return nil, nil
		}
	}
	return nil, fmt.Errorf("%s has no query", name)
}

// measured checks a filter with its aggregation.
func (p Project) measured(name, filter string, a *dashboardpb.Aggregation) (*metric.MetricDescriptor, error) {
	var f faults
	f.add(aggregation(name, a))
	if strings.HasPrefix(filter, "select_slo_") {
		if err := p.selector(filter); err != nil {
			f.addf("%s: %w", name, err)
		}
		return nil, f.err()
	}
	d, err := p.metricOf(filter)
	if err != nil {
		f.addf("%s: %w", name, err)
	}
	onlyDeltas := []dashboardpb.Aggregation_Aligner{dashboardpb.Aggregation_ALIGN_DELTA, dashboardpb.Aggregation_ALIGN_RATE}
	if d != nil && slices.Contains(onlyDeltas, a.GetPerSeriesAligner()) && !slices.Contains(deltas, d.MetricKind) {
		f.addf("%s: %v of %s, which is %v", name, a.GetPerSeriesAligner(), d.Type, d.MetricKind)
	}
	return d, f.err()
}

func aggregation(name string, a *dashboardpb.Aggregation) error {
	var f faults
	aligned := a.GetPerSeriesAligner() != dashboardpb.Aggregation_ALIGN_NONE
	if a.GetCrossSeriesReducer() != dashboardpb.Aggregation_REDUCE_NONE && !aligned {
		f.addf("%s: %v without a perSeriesAligner", name, a.GetCrossSeriesReducer())
	}
	if period := a.GetAlignmentPeriod(); period != nil && period.AsDuration() < time.Minute {
		f.addf("%s: alignmentPeriod is %v: want at least 60s", name, period.AsDuration())
	}
	if len(a.GetGroupByFields()) > 0 && a.GetCrossSeriesReducer() == dashboardpb.Aggregation_REDUCE_NONE {
		f.addf("%s: groupByFields without a crossSeriesReducer", name)
	}
	return f.err()
}
