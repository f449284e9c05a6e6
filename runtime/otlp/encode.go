package otlp

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/protobuf/encoding/protowire"
)

// An encoder writes series as data points, in the protobuf encoding of OTLP. It keeps what the
// series of a metric have in common.
type encoder struct {
	metric  *metric.Metric
	textErr error // no series of the metric can be sent: some text is not UTF-8
	kind    kind
	kindErr error // no series of the metric can be sent: OTLP has no such type
	labels  []label

	attachments []attachment
	quantiles   []quantile
}

// A kind is the message of OTLP that has the points of a metric, and how a point is encoded.
type kind struct {
	field  protowire.Number // of Metric: gauge, sum, histogram or summary
	suffix []byte           // the fields of gauge, sum, … that follow the points
	point  func(e *encoder, b []byte, s *metric.Series) ([]byte, error)
}

// The numbers of fields in Metric, and in Gauge, Sum, Histogram and Summary. These and the
// numbers below are from opentelemetry/proto/metrics/v1/metrics.proto.
const (
	gaugeField     = 5
	sumField       = 7
	histogramField = 9
	summaryField   = 11

	pointsField = 1 // of Gauge, Sum, Histogram and Summary
)

// A suffix of a sum or histogram has its aggregation_temporality and is_monotonic.
var (
	cumulative          = []byte{2 << 3, 2}
	cumulativeMonotonic = []byte{2 << 3, 2, 3 << 3, 1}
)

// kindOf returns the kind of a metric.
func kindOf(d *metric.Descriptor) (kind, error) {
	if d.UpDown {
		return kindOfUpDown(d.Type)
	}
	total := cumulativeMonotonic
	if d.Fallen {
		total = cumulative
	}
	switch d.Type {
	case metric.TypeGaugeInt64:
		return kind{gaugeField, nil, (*encoder).whole}, nil
	case metric.TypeGaugeFloat64:
		return kind{gaugeField, nil, (*encoder).float}, nil
	case metric.TypeCumulativeInt64:
		return kind{sumField, total, (*encoder).whole}, nil
	case metric.TypeCumulativeFloat64:
		return kind{sumField, total, (*encoder).float}, nil
	case metric.TypeCumulativeDistribution:
		return kind{histogramField, cumulative, (*encoder).distribution}, nil
	case metric.TypeSummary:
		return kind{summaryField, nil, (*encoder).summary}, nil
	}
	return kind{}, fmt.Errorf("OTLP has no counterpart for metrics of the type %q", d.Type)
}

// kindOfUpDown returns the kind of an up-down count. It is cumulative also for backends that
// prefer deltas: OpenTelemetry's preferences leave it so, because the number is of interest.
func kindOfUpDown(t metric.Type) (kind, error) {
	switch t {
	case metric.TypeGaugeInt64:
		return kind{sumField, cumulative, (*encoder).whole}, nil
	case metric.TypeGaugeFloat64:
		return kind{sumField, cumulative, (*encoder).float}, nil
	}
	return kind{}, fmt.Errorf("OTLP has no up-down counts of the type %q", t)
}

// appendPoint appends the point of a series, with its tag and length. After an error the
// result may end with a part of the point.
func (e *encoder) appendPoint(b []byte, m *metric.Metric, s *metric.Series) ([]byte, error) {
	if e.metric != m {
		e.begin(m)
	}
	if e.textErr != nil {
		return b, e.textErr
	}
	if s == nil {
		return b, errors.New("the series is nil")
	}
	if err := checkLabels(m.Descriptor.LabelKeys, s.LabelValues); err != nil {
		return b, err
	}
	if e.kindErr != nil {
		return b, e.kindErr
	}
	b = protowire.AppendTag(b, pointsField, protowire.BytesType)
	start := len(b)
	b, err := e.kind.point(e, b, s)
	if err != nil {
		return b, err
	}
	return insertLength(b, start), nil
}

// begin prepares the encoder for the series of a metric.
func (e *encoder) begin(m *metric.Metric) {
	e.metric = m
	e.textErr = checkTexts(&m.Descriptor)
	e.kind, e.kindErr = kindOf(&m.Descriptor)
	e.labels = appendSorted(e.labels[:0], m.Descriptor.LabelKeys)
}

// insertLength inserts the length of a message whose bytes begin at start.
func insertLength(b []byte, start int) []byte {
	length := len(b) - start
	var prefix [10]byte
	n := len(protowire.AppendVarint(prefix[:0], uint64(length)))
	b = append(b, prefix[:n]...)
	copy(b[start+n:], b[start:start+length])
	copy(b[start:], prefix[:n])
	return b
}

// The times of all data points.
const (
	startField = 2
	timeField  = 3
)

// appendTimes appends the times of a data point.
func appendTimes(b []byte, s *metric.Series) []byte {
	b = appendTime(b, startField, s.StartTime)
	return appendTime(b, timeField, s.Point.Time)
}

// appendTime appends a time. Times before 1970, such as the zero time, are left out. Years
// before 1678 and after 2262 overflow, as in OpenTelemetry's exporters.
func appendTime(b []byte, field protowire.Number, t time.Time) []byte {
	nanos := t.UnixNano()
	if nanos <= 0 {
		return b
	}
	return appendFixed(b, field, uint64(nanos))
}

func appendFixed(b []byte, field protowire.Number, v uint64) []byte {
	b = protowire.AppendTag(b, field, protowire.Fixed64Type)
	return protowire.AppendFixed64(b, v)
}

func appendFloat(b []byte, field protowire.Number, v float64) []byte {
	return appendFixed(b, field, math.Float64bits(v))
}

// The fields of NumberDataPoint. A zero value is sent too.
const (
	numberFloatField  = 4
	numberWholeField  = 6
	numberLabelsField = 7
)

func (e *encoder) whole(b []byte, s *metric.Series) ([]byte, error) {
	v, ok := s.Point.Value.(int64)
	if !ok {
		return b, misfit(s.Point.Value)
	}
	b = appendTimes(b, s)
	b = appendFixed(b, numberWholeField, uint64(v))
	return e.appendLabels(b, numberLabelsField, s.LabelValues), nil
}

func (e *encoder) float(b []byte, s *metric.Series) ([]byte, error) {
	v, ok := s.Point.Value.(float64)
	if !ok {
		return b, misfit(s.Point.Value)
	}
	b = appendTimes(b, s)
	b = appendFloat(b, numberFloatField, v)
	return e.appendLabels(b, numberLabelsField, s.LabelValues), nil
}

func misfit(value any) error {
	return fmt.Errorf("a point of type %T does not fit the metric's type", value)
}

// The fields of SummaryDataPoint, and of its ValueAtQuantile.
const (
	summaryCountField     = 4
	summarySumField       = 5
	summaryQuantilesField = 6
	summaryLabelsField    = 7

	quantileField      = 1
	quantileValueField = 2
)

// A quantile is a percentile in OTLP: 0 to 1, not 0 to 100.
type quantile struct{ quantile, value float64 }

func (e *encoder) summary(b []byte, s *metric.Series) ([]byte, error) {
	summary, ok := s.Point.Value.(*metric.Summary)
	if !ok || summary == nil {
		return b, misfit(s.Point.Value)
	}
	if summary.Count < 0 {
		return b, fmt.Errorf("the summary has a negative count, %d", summary.Count)
	}
	e.quantiles = e.quantiles[:0]
	for percentile, value := range summary.Snapshot.Percentiles {
		e.quantiles = append(e.quantiles, quantile{percentile / 100, value})
	}
	slices.SortFunc(e.quantiles, func(a, b quantile) int {
		return cmp.Or(cmp.Compare(a.quantile, b.quantile), cmp.Compare(a.value, b.value))
	})

	b = appendTimes(b, s)
	b = appendFixed(b, summaryCountField, uint64(summary.Count))
	b = appendFloat(b, summarySumField, summary.Sum)
	for _, q := range e.quantiles {
		b = protowire.AppendTag(b, summaryQuantilesField, protowire.BytesType)
		b = protowire.AppendVarint(b, 18) // two fields with a tag of one byte and 8 bytes each
		b = appendFloat(b, quantileField, q.quantile)
		b = appendFloat(b, quantileValueField, q.value)
	}
	return e.appendLabels(b, summaryLabelsField, s.LabelValues), nil
}

// encodable returns a text that protobuf can encode.
func encodable(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
