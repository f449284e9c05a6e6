package metric

import (
	"encoding/hex"
	"time"
)

// A Metric is one metric of a process: the current point of each of its time series.
type Metric struct {
	Descriptor Descriptor
	Resource   *Resource // what the metric describes, if its producer sets it; nil: the process
	Series     []*Series
}

// A Descriptor has the name, description, unit, type and label keys of a metric.
type Descriptor struct {
	Name        string // e.g. "shop/request_latency"
	Description string
	Unit        string // in UCUM, e.g. "ms", "By", "1"
	Type        Type
	LabelKeys   []LabelKey // sorted by key

	// Fallen means that a total of this metric has fallen since the process began, so the
	// metric is not monotonic. It stays set. Only a cumulative int64 or float64 of
	// OpenCensus can have it, such as view.Sum over +1 and -1; OpenCensus has no type for
	// such a total. Totals of generated recorders never fall.
	Fallen bool

	// UpDown marks a gauge that is a total of amounts added and subtracted, such as the
	// number of open connections. For OTLP it is a sum that is not monotonic, and for
	// other formats a gauge.
	UpDown bool
}

// A Type is the type of the points of a metric.
type Type uint8

// The types of metrics. A gauge is a value at one time. A cumulative value is a total
// since Series.StartTime.
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
	LabelValues []LabelValue // one for each of the descriptor's LabelKeys; readings share them, so they must not be changed
	StartTime   time.Time    // start of a cumulative total, or of the total of an up-down count
	Point       Point
}

// A Point is a value at a time.
type Point struct {
	Time  time.Time
	Value any // int64, float64, *Distribution or *Summary, according to the descriptor's Type
}

// A Distribution is a histogram. Bucket i counts the values in [Bounds[i-1], Bounds[i]);
// the first bucket has no lower bound and the last has no upper bound. Without Bounds all
// values are in one bucket.
type Distribution struct {
	Count                 int64
	Sum                   float64 // in the descriptor's unit, like Bounds
	SumOfSquaredDeviation float64 // from the mean
	Bounds                []float64
	Buckets               []Bucket // one more than Bounds
}

// A Bucket counts values.
type Bucket struct {
	Count    int64
	Exemplar *Exemplar // nil: none
}

// An Exemplar is one of the values of a bucket, with its time and span.
type Exemplar struct {
	Value       float64
	Timestamp   time.Time
	Span        Span              // zero: none
	Attachments map[string]string // other attachments of a producer, as text; nil: none
}

// A Span identifies the span of the trace in which a value was recorded.
type Span struct {
	TraceID TraceID
	SpanID  SpanID
	Sampled bool // the trace is kept, so a link to it works
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

// A Summary has the count and sum of values since Series.StartTime, and percentiles of the
// recent values. Only producers other than generated code have summaries.
type Summary struct {
	Count          int64
	Sum            float64
	HasCountAndSum bool
	Snapshot       Snapshot
}

// A Snapshot has the percentiles of the recent values.
type Snapshot struct {
	Count       int64
	Sum         float64
	Percentiles map[float64]float64 // by percentage in (0, 100]
}

// A Resource is what a metric describes, such as a container.
type Resource struct {
	Type   string
	Labels map[string]string
}
