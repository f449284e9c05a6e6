package templates

// A Dashboard is the body of dashboards.create of the Cloud Monitoring API, v1. No field
// is written with its zero value: the API drops such fields, and tools that compare the
// file with the API's answer would then report a difference for ever.
type Dashboard struct {
	DisplayName string            `json:"displayName"`
	Mosaic      Mosaic            `json:"mosaicLayout"`
	Labels      map[string]string `json:"labels"`
}

// A Mosaic is a layout of tiles on a grid.
type Mosaic struct {
	Columns int    `json:"columns"`
	Tiles   []Tile `json:"tiles"`
}

// A Tile is a widget with its place on the grid.
type Tile struct {
	X      int    `json:"xPos,omitempty"`
	Y      int    `json:"yPos,omitempty"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Widget Widget `json:"widget"`
}

// A Widget is a chart, a number, a heading or a group. Exactly one field but the title is
// set.
type Widget struct {
	Title     string     `json:"title"`
	Chart     *Chart     `json:"xyChart,omitempty"`
	Scorecard *Scorecard `json:"scorecard,omitempty"`
	Header    *Header    `json:"sectionHeader,omitempty"`
	Group     *Group     `json:"collapsibleGroup,omitempty"`
}

// A Chart shows time series over time.
type Chart struct {
	DataSets   []DataSet    `json:"dataSets"`
	Thresholds []Line       `json:"thresholds,omitempty"`
	YAxis      Axis         `json:"yAxis"`
	Options    ChartOptions `json:"chartOptions"`
}

// A DataSet is a query and how its time series are drawn.
type DataSet struct {
	Query        Query  `json:"timeSeriesQuery"`
	PlotType     string `json:"plotType"` // e.g. "LINE"
	Legend       string `json:"legendTemplate,omitempty"`
	MinAlignment string `json:"minAlignmentPeriod,omitempty"` // e.g. "60s"
}

// A Query selects time series.
type Query struct {
	Filter SeriesFilter `json:"timeSeriesFilter"`
	Unit   string       `json:"unitOverride,omitempty"` // UCUM
}

// A SeriesFilter selects time series, or the values of a selector of SLOs.
type SeriesFilter struct {
	Filter      string           `json:"filter"`
	Aggregation ChartAggregation `json:"aggregation"`
}

// A ChartAggregation makes points at equal distances, and few time series of many.
type ChartAggregation struct {
	Period  string   `json:"alignmentPeriod,omitempty"`    // e.g. "60s"
	Aligner string   `json:"perSeriesAligner"`             // e.g. "ALIGN_RATE"
	Reducer string   `json:"crossSeriesReducer,omitempty"` // e.g. "REDUCE_SUM"
	GroupBy []string `json:"groupByFields,omitempty"`
}

// A Line is a horizontal line in a chart.
type Line struct {
	Label string `json:"label"`
	Value Number `json:"value"` // not 0
}

// An Axis is the vertical axis of a chart.
type Axis struct {
	Scale string `json:"scale"` // "LINEAR"
}

// ChartOptions say how a chart looks.
type ChartOptions struct {
	Mode string `json:"mode"` // "COLOR"
}

// A Scorecard shows the latest value. Gauge or Spark is set.
type Scorecard struct {
	Query      Query      `json:"timeSeriesQuery"`
	Gauge      *Gauge     `json:"gaugeView,omitempty"`
	Spark      *Spark     `json:"sparkChartView,omitempty"`
	Thresholds []Severity `json:"thresholds"`
}

// A Gauge is a scale from 0.
type Gauge struct {
	UpperBound Number `json:"upperBound"`
}

// A Spark is a small chart behind the value.
type Spark struct {
	Type string `json:"sparkChartType"` // "SPARK_LINE"
}

// A Severity colors a scorecard.
type Severity struct {
	Value     Number `json:"value"`     // not 0
	Color     string `json:"color"`     // "YELLOW" or "RED"
	Direction string `json:"direction"` // "BELOW"
}

// A Header is a heading over the whole width.
type Header struct {
	Subtitle string `json:"subtitle,omitempty"`
	Divider  bool   `json:"dividerBelow"` // true
}

// A Group holds the tiles in its area.
type Group struct {
	Collapsed bool `json:"collapsed"` // true
}
