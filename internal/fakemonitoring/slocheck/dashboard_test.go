package slocheck

import (
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/label"
	"google.golang.org/genproto/googleapis/api/metric"
)

const dashboard = `{
  "displayName": "Shop",
  "mosaicLayout": {
    "columns": 12,
    "tiles": [
      {"width": 12, "height": 1, "widget": {"title": "SLOs", "sectionHeader": {"dividerBelow": true}}},
      {"yPos": 1, "width": 3, "height": 2, "widget": {"title": "left", "scorecard": {
        "timeSeriesQuery": {"timeSeriesFilter": {"filter": "select_slo_budget_fraction(\"projects/p/services/shop/serviceLevelObjectives/a\")", "aggregation": {"perSeriesAligner": "ALIGN_NEXT_OLDER"}}},
        "thresholds": [{"value": 0.1, "color": "RED", "direction": "BELOW"}]}}},
      {"xPos": 3, "yPos": 1, "width": 9, "height": 2, "widget": {"title": "burn", "xyChart": {"dataSets": [
        {"plotType": "LINE", "timeSeriesQuery": {"timeSeriesFilter": {"filter": "select_slo_burn_rate(\"projects/p/services/shop/serviceLevelObjectives/a\", \"3600s\")", "aggregation": {"perSeriesAligner": "ALIGN_NEXT_OLDER"}}}}],
        "thresholds": [{"label": "page", "value": 14.4}]}}},
      {"yPos": 3, "width": 12, "height": 3, "widget": {"title": "more", "collapsibleGroup": {"collapsed": true}}},
      {"yPos": 3, "width": 6, "height": 3, "widget": {"title": "rate", "xyChart": {"dataSets": [
        {"plotType": "STACKED_AREA", "timeSeriesQuery": {"timeSeriesFilter": {"filter": "metric.type=\"custom.googleapis.com/n\"", "aggregation": {"alignmentPeriod": "60s", "perSeriesAligner": "ALIGN_RATE", "crossSeriesReducer": "REDUCE_SUM", "groupByFields": ["metric.label.\"k\""]}}}}]}}},
      {"xPos": 6, "yPos": 3, "width": 6, "height": 3, "widget": {"title": "heat", "xyChart": {"dataSets": [
        {"plotType": "HEATMAP", "timeSeriesQuery": {"timeSeriesFilter": {"filter": "metric.type=\"custom.googleapis.com/d\"", "aggregation": {"alignmentPeriod": "60s", "perSeriesAligner": "ALIGN_DELTA", "crossSeriesReducer": "REDUCE_SUM"}}}}]}}}
    ]
  },
  "labels": {"managed-by": "ocgen"}
}`

// TestDashboard makes one mistake in a dashboard at a time.
func TestDashboard(t *testing.T) {
	p := Project{Metrics: map[string]*metric.MetricDescriptor{
		"custom.googleapis.com/n": {Type: "n", MetricKind: metric.MetricDescriptor_CUMULATIVE, ValueType: metric.MetricDescriptor_INT64, Labels: []*label.LabelDescriptor{{Key: "k"}}},
		"custom.googleapis.com/d": {Type: "d", MetricKind: metric.MetricDescriptor_CUMULATIVE, ValueType: metric.MetricDescriptor_DISTRIBUTION},
		"custom.googleapis.com/g": {Type: "g", MetricKind: metric.MetricDescriptor_GAUGE, ValueType: metric.MetricDescriptor_DOUBLE, Labels: []*label.LabelDescriptor{{Key: "k"}}},
	}}
	check := func(text string) error { return p.Dashboard([]byte(text), "shop", []string{"a"}) }
	if err := check(dashboard); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ old, new, want string }{
		{`{"width": 12, "height": 1,`, `{"xPos": 0, "width": 12, "height": 1,`, ".xPos is a default"},
		{`"dividerBelow": true`, `"dividerBelow": false`, ".dividerBelow is a default"},
		{`{"dividerBelow": true}`, `{}`, ".sectionHeader is a default"},
		{`"title": "rate"`, `"title": ""`, ".title is a default"},
		{`"columns": 12`, `"columns": 48`, "48 columns"},
		{`"columns"`, `"colums"`, "unknown field"},
		{`"xPos": 3, "yPos": 1, "width": 9`, `"xPos": 3, "yPos": 1, "width": 10`, "10 wide at 3"},
		{`"xPos": 3, "yPos": 1`, `"xPos": 2, "yPos": 1`, "tiles 1 and 2 overlap"},
		{`"xPos": 6, "yPos": 3, "width": 6, "height": 3`, `"xPos": 6, "yPos": 3, "width": 6, "height": 4`, "tiles 3 and 5 overlap"},
		{`"color": "RED", `, ``, "has a color and a direction"},
		{`"label": "page"`, `"label": "page", "color": "RED"`, "has no color and no direction"},
		{`Objectives/a\"`, `Objectives/b\"`, `no SLO "b"`},
		{`services/shop`, `services/cart`, `of a service "cart"`},
		{`\"3600s\"`, `\"86460s\"`, "look-back of 86460s"},
		{`, \"3600s\"`, ``, "has a look-back"},
		{`ALIGN_NEXT_OLDER"}}}}]`, `ALIGN_MEAN"}}}}]`, "aligned by ALIGN_MEAN"},
		{`"ALIGN_RATE"`, `"ALIGN_MEAN"`, "ALIGN_MEAN does not fit"},
		{`googleapis.com/n`, `googleapis.com/g`, "ALIGN_RATE does not fit"},
		{`googleapis.com/n`, `googleapis.com/d`, "ALIGN_RATE does not fit"},
		{`googleapis.com/n`, `googleapis.com/x`, "no descriptor"},
		{`metric.type=\"custom.googleapis.com/n\"`, `metric.type=custom`, "filter"},
		{`"HEATMAP"`, `"LINE"`, "drawn as LINE"},
		{`"REDUCE_SUM", "groupBy`, `"REDUCE_PERCENTILE_50", "groupBy`, "no distribution"},
		{`\"k\"`, `\"l\"`, "grouped by"},
		{`"alignmentPeriod": "60s"`, `"alignmentPeriod": "10s"`, "alignmentPeriod is 10s"},
		{`"Shop"`, `"${Shop}"`, "text with a variable"},
		{`"managed-by": "ocgen"`, `"managed-by": "o_c"`, "label"},
	} {
		text := strings.Replace(dashboard, test.old, test.new, 1)
		if err := check(text); text == dashboard || err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.new, err, test.want)
		}
	}
}
