package metric

import (
	"encoding/hex"
	"time"
)

// A Metric is one metric of a process: the current point of each of its time series.
type Metric struct {
	Descriptor Descriptor
	Resource   *Resource // what the metric is about, if its producer says so; nil: the process
	Series     []*Series
}

// A Descriptor says what a metric is.
type Descriptor struct {
	Name        string // e.g. "shop/request_latency"
	Description string
	Unit        string // in UCUM, e.g. "ms", "By", "1"
	Type        Type
	LabelKeys   []LabelKey // sorted by key
}

// A Type is what the points of a metric are.
type Type uint8

// The types of metrics. A gauge has a value at a moment. A cumulative value is a total
// since Series.StartTime, which only grows.
const (
	TypeGaugeInt64 Type = iota
	TypeGaugeFloat64
	TypeGaugeDistribution
	TypeCumulativeInt64
	TypeCumulativeFloat64
	TypeCumulativeDistribution
	TypeSummary // only of producers other than generated code
)

// Cumulative reports whether values are totals since a start.
func (t Type) Cumulative() bool {
	return t == TypeCumulativeInt64 || t == TypeCumulativeFloat64 || t == TypeCumulativeDistribution
}

var typeNames = [...]string{
	TypeGaugeInt64:             "gauge int64",
	TypeGaugeFloat64:           "gauge float64",
	TypeGaugeDistribution:      "gauge distribution",
	TypeCumulativeInt64:        "cumulative int64",
	TypeCumulativeFloat64:      "cumulative float64",
	TypeCumulativeDistribution: "cumulative distribution",
	TypeSummary:                "summary",
}

// String returns the type in words, e.g. "cumulative int64".
func (t Type) String() string {
	if int(t) < len(typeNames) {
		return typeNames[t]
	}
	return "unknown type"
}

// A LabelKey is the key of a label.
type LabelKey struct {
	Key, Description string
}

// A LabelValue is the value of a label. A series may lack the label: then Present is
// false, and Value empty.
type LabelValue struct {
	Value   string
	Present bool
}

// NewLabelValue returns a value that is present.
func NewLabelValue(value string) LabelValue { return LabelValue{Value: value, Present: true} }

// A Series is one time series: a combination of label values, and its current point.
type Series struct {
	LabelValues []LabelValue // one for each of the descriptor's LabelKeys; several readings may share them
	StartTime   time.Time    // of a cumulative value: when the total began
	Point       Point
}

// A Point is a value at a time.
type Point struct {
	Time  time.Time
	Value any // an int64, a float64, a *Distribution or a *Summary, as the descriptor's Type says
}

// A Distribution is a histogram. Without Bounds all values are in one bucket.
type Distribution struct {
	Count                 int64
	Sum                   float64 // in the descriptor's unit, as Bounds are
	SumOfSquaredDeviation float64 // from the mean
	Bounds                []float64
	Buckets               []Bucket // one more than Bounds; a value equal to a bound lies above it
}

// A Bucket counts values.
type Bucket struct {
	Count    int64
	Exemplar *Exemplar // nil: none
}

// An Exemplar is one of the values of a bucket, and where it came from.
type Exemplar struct {
	Value       float64
	Timestamp   time.Time
	Span        Span              // zero: none
	Attachments map[string]string // what else a producer attached, as text; nil: nothing
}

// A Span identifies the span of a trace in which something was recorded.
type Span struct {
	TraceID TraceID
	SpanID  SpanID
	Sampled bool // the trace is kept, so that a link to it leads somewhere
}

// IsZero reports whether there is no span.
func (s Span) IsZero() bool { return s.TraceID == TraceID{} && s.SpanID == SpanID{} }

// A TraceID identifies a trace.
type TraceID [16]byte

// String returns 32 hexadecimal digits.
func (id TraceID) String() string { return hex.EncodeToString(id[:]) }

// A SpanID identifies a span within its trace.
type SpanID [8]byte

// String returns 16 hexadecimal digits.
func (id SpanID) String() string { return hex.EncodeToString(id[:]) }

// A Summary is what a producer other than generated code has computed of values:
// their count and sum since Series.StartTime, and percentiles of the recent ones.
type Summary struct {
	Count          int64
	Sum            float64
	HasCountAndSum bool
	Snapshot       Snapshot
}

// A Snapshot is the percentiles of the recent values.
type Snapshot struct {
	Count       int64
	Sum         float64
	Percentiles map[float64]float64 // by percentage in (0, 100]
}

// A Resource is what a metric is about, such as a container.
type Resource struct {
	Type   string
	Labels map[string]string
}
