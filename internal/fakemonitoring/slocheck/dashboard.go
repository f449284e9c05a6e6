package slocheck

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cloud.google.com/go/monitoring/dashboard/apiv1/dashboardpb"
	"google.golang.org/genproto/googleapis/api/label"
	"google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/ocgen/ocgen/internal/monitoringfilter"
)

// Limits of dashboards. The API documents 12 columns and 100 widgets.
const (
	maxColumns = 12
	maxWidgets = 100
)

// Dashboard checks a file with the body of dashboards.create: it keeps the rules of the API,
// and has no field that the API would drop, and queries that fit their metrics. SLOs are the
// ids that it may name.
func (p Project) Dashboard(data []byte, service string, slos []string) error {
	var d dashboardpb.Dashboard
	if err := protojson.Unmarshal(data, &d); err != nil {
		return err
	}
	var f faults
	f.add(sameAgain(data, &d))
	p.HasSLO = func(_, of, slo string) bool { return of == service && slices.Contains(slos, slo) }
	f.add(p.DashboardRules(&d))
	if d.Name != "" || d.Etag != "" {
		f.addf("name and etag belong to the API")
	}
	if d.DisplayName == "" || strings.Contains(string(data), "${") {
		f.addf("display name %q, or a text with a variable", d.DisplayName)
	}
	for key, value := range d.Labels {
		if !dashboardLabel.MatchString(key) || !dashboardLabel.MatchString(value) {
			f.addf("label %q: %q", key, value)
		}
	}
	layout := d.GetMosaicLayout()
	if layout.GetColumns() != maxColumns || len(layout.GetTiles()) == 0 || len(layout.GetTiles()) > maxWidgets {
		f.addf("%d columns and %d tiles: want %d columns, and 1 to %d tiles", layout.GetColumns(), len(layout.GetTiles()), maxColumns, maxWidgets)
	}
	for _, t := range layout.GetTiles() {
		if err := p.widget(t.GetWidget()); err != nil {
			f.addf("%q: %w", t.GetWidget().GetTitle(), err)
		}
	}
	return f.err()
}

var dashboardLabel = regexp.MustCompile(`^[a-z0-9-]{1,63}$`)

// sameAgain compares the file with the message in JSON again. The API keeps no member with
// its default.
func sameAgain(data []byte, d *dashboardpb.Dashboard) error {
	again, err := protojson.Marshal(d)
	if err != nil {
		return err
	}
	var want, got any
	if err := json.Unmarshal(data, &want); err != nil {
		return err
	}
	if err := json.Unmarshal(again, &got); err != nil {
		return err
	}
	if zero := zeroIn(want, ""); zero != "" {
		return fmt.Errorf("%s is a default, which the API drops", zero)
	}
	if !reflect.DeepEqual(want, got) {
		return fmt.Errorf("the API would keep it as %s", again)
	}
	return nil
}

// zeroIn returns the path of a value that is the default of its type, or "".
func zeroIn(v any, path string) string {
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return path
		}
		for key, inner := range v {
			if zero := zeroIn(inner, path+"."+key); zero != "" {
				return zero
			}
		}
	case []any:
		if len(v) == 0 {
			return path
		}
		for i, inner := range v {
			if zero := zeroIn(inner, path+"."+strconv.Itoa(i)); zero != "" {
				return zero
			}
		}
	default:
		if v == nil || reflect.ValueOf(v).IsZero() {
			return path
		}
	}
	return ""
}

// grid checks that tiles are on the grid and do not overlap, but for a group, which covers
// whole tiles.
func grid(tiles []*dashboardpb.MosaicLayout_Tile, columns int32) error {
	var f faults
	isGroup := func(t *dashboardpb.MosaicLayout_Tile) bool { return t.GetWidget().GetCollapsibleGroup() != nil }
	for i, a := range tiles {
		if a.XPos < 0 || a.YPos < 0 || a.Width < 1 || a.Height < 1 || a.XPos+a.Width > columns {
			f.addf("tile %d is %d wide at %d: want at most %d columns", i, a.Width, a.XPos, columns)
		}
		for j, b := range tiles[:i] {
			apart := a.XPos+a.Width <= b.XPos || b.XPos+b.Width <= a.XPos || a.YPos+a.Height <= b.YPos || b.YPos+b.Height <= a.YPos
			inside := isGroup(b) && !isGroup(a) && a.XPos >= b.XPos && a.XPos+a.Width <= b.XPos+b.Width && a.YPos >= b.YPos && a.YPos+a.Height <= b.YPos+b.Height
			if !apart && !inside {
				f.addf("tiles %d and %d overlap", j, i)
			}
		}
	}
	return f.err()
}

func (p Project) widget(w *dashboardpb.Widget) error {
	var f faults
	if n := utf8.RuneCountInString(w.Title); n == 0 || n > 220 || strings.ContainsAny(w.Title, "\n\t") {
		f.addf("a title of %d characters", n)
	}
	switch c := w.Content.(type) {
	case *dashboardpb.Widget_SectionHeader, *dashboardpb.Widget_CollapsibleGroup:
	case *dashboardpb.Widget_Scorecard:
		f.add(p.series(c.Scorecard.GetTimeSeriesQuery(), dashboardpb.XyChart_DataSet_LINE))
	case *dashboardpb.Widget_XyChart:
		for _, s := range c.XyChart.DataSets {
			f.add(p.series(s.TimeSeriesQuery, s.PlotType))
		}
		for _, t := range c.XyChart.Thresholds {
			if t.Label == "" {
				f.addf("a threshold of a chart has no label")
			}
		}
	default:
		f.addf("a widget %T", c)
	}
	return f.err()
}

// series checks a query: of a selector of SLOs, or of a metric.
func (p Project) series(q *dashboardpb.TimeSeriesQuery, plot dashboardpb.XyChart_DataSet_PlotType) error {
	var f faults
	filter := q.GetTimeSeriesFilter().GetFilter()
	a := q.GetTimeSeriesFilter().GetAggregation()
	if sloSelector.MatchString(filter) {
		if a.GetPerSeriesAligner() != dashboardpb.Aggregation_ALIGN_NEXT_OLDER || a.GetCrossSeriesReducer() != 0 {
			f.addf("%s is aligned by %v", filter, a.GetPerSeriesAligner())
		}
		return f.err()
	}
	parsed, err := monitoringfilter.Parse(filter)
	d := p.Metrics[parsed.MetricType()]
	if err != nil || d == nil {
		return nil // DashboardRules reports it
	}
	if a.GetAlignmentPeriod() == nil {
		f.addf("no alignmentPeriod")
	}
	for _, field := range a.GetGroupByFields() {
		key := strings.TrimSuffix(strings.TrimPrefix(field, `metric.label."`), `"`)
		if !slices.ContainsFunc(d.Labels, func(l *label.LabelDescriptor) bool { return l.Key == key }) || key == field {
			f.addf("grouped by %s, which metric %q has not", field, d.Type)
		}
	}
	f.add(aligned(d, a, plot))
	return f.err()
}

// aligned checks that the aligner, the reducer and the plot fit the kind and the type of
// the metric: see the comments of google/monitoring/dashboard/v1/common.proto.
func aligned(d *metric.MetricDescriptor, a *dashboardpb.Aggregation, plot dashboardpb.XyChart_DataSet_PlotType) error {
	var f faults
	distribution := d.ValueType == metric.MetricDescriptor_DISTRIBUTION
	gauge := d.MetricKind == metric.MetricDescriptor_GAUGE
	fits := false
	switch a.PerSeriesAligner {
	case dashboardpb.Aggregation_ALIGN_RATE:
		fits = !gauge && !distribution
	case dashboardpb.Aggregation_ALIGN_DELTA:
		fits = !gauge
	case dashboardpb.Aggregation_ALIGN_MEAN, dashboardpb.Aggregation_ALIGN_MAX:
		fits = gauge && !distribution
	}
	if !fits {
		f.addf("%v does not fit metric %q, a %v %v", a.PerSeriesAligner, d.Type, d.MetricKind, d.ValueType)
	}
	if percentile := strings.HasPrefix(a.CrossSeriesReducer.String(), "REDUCE_PERCENTILE"); percentile && !distribution {
		f.addf("%v of metric %q, which is no distribution", a.CrossSeriesReducer, d.Type)
	}
	if a.CrossSeriesReducer == 0 {
		f.addf("metric %q is not reduced", d.Type)
	}
	// A sum of distributions is a distribution, which only a heat map can show.
	shown := distribution && a.CrossSeriesReducer == dashboardpb.Aggregation_REDUCE_SUM
	if shown != (plot == dashboardpb.XyChart_DataSet_HEATMAP) {
		f.addf("metric %q is drawn as %v", d.Type, plot)
	}
	return f.err()
}
