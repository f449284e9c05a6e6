package console

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// NewJSON returns an exporter that writes JSON lines to w: one object for each time
// series, on a line of its own, sorted by metric and labels. The keys are always in the
// order of this table. Keys without a value are left out.
//
//	metric        the name
//	unit
//	type          cumulative_int64, cumulative_float64, cumulative_distribution,
//	              gauge_int64, gauge_float64, gauge_distribution or summary
//	monotonic     false if a total of the metric has fallen, otherwise left out
//	resource      {"type": …, "labels": {…}}, if a producer sets one
//	labels        {"key": "value"}; an absent label is left out
//	start         start of a cumulative total, RFC 3339 in UTC; gauges have none
//	time          when the value was read, RFC 3339 in UTC
//	value         of int64 and float64
//	distribution  {"count", "sum", "sum_of_squared_deviation", "bounds", "counts", "exemplars"}
//	summary       {"count", "sum", "percentiles": [{"percentile", "value"}]}
//
// counts has one number more than bounds: counts[i] is the number of values in
// [bounds[i-1], bounds[i]). An exemplar has "bucket", an index into counts, "value",
// "time", "trace_id", "span_id" and, in "attachments", other attachments as text.
//
// An int64 is written with all digits. A reader that parses all numbers as doubles, as
// JavaScript does, loses the last digits above 2^53. NaN and infinities, for which JSON
// has no numbers, are the strings "NaN", "Infinity" and "-Infinity", as in protobuf's
// JSON. Bytes that are not UTF-8 become U+FFFD.
func NewJSON(w io.Writer) *Exporter { return &Exporter{w: w, format: formatJSON} }

// A jsonSeries is one point of a time series: a line.
type jsonSeries struct {
	Metric       string            `json:"metric"`
	Unit         string            `json:"unit,omitempty"`
	Type         string            `json:"type"`
	Monotonic    *bool             `json:"monotonic,omitempty"`
	Resource     *jsonResource     `json:"resource,omitempty"`
	Labels       map[string]string `json:"labels,omitempty"`
	Start        string            `json:"start,omitempty"`
	Time         string            `json:"time,omitempty"`
	Value        any               `json:"value,omitempty"`
	Distribution *jsonDistribution `json:"distribution,omitempty"`
	Summary      *jsonSummary      `json:"summary,omitempty"`
}

type jsonResource struct {
	Type   string            `json:"type,omitempty"`
	Labels map[string]string `json:"labels,omitempty"`
}

type jsonDistribution struct {
	Count     int64          `json:"count"`
	Sum       jsonNumber     `json:"sum"`
	Deviation jsonNumber     `json:"sum_of_squared_deviation"`
	Bounds    []jsonNumber   `json:"bounds"`
	Counts    []int64        `json:"counts"`
	Exemplars []jsonExemplar `json:"exemplars,omitempty"`
}

type jsonExemplar struct {
	Bucket      int               `json:"bucket"`
	Value       jsonNumber        `json:"value"`
	Time        string            `json:"time,omitempty"`
	TraceID     string            `json:"trace_id,omitempty"`
	SpanID      string            `json:"span_id,omitempty"`
	Attachments map[string]string `json:"attachments,omitempty"`
}

type jsonSummary struct {
	Count       int64            `json:"count"`
	Sum         jsonNumber       `json:"sum"`
	Percentiles []jsonPercentile `json:"percentiles"`
}

type jsonPercentile struct {
	Percentile jsonNumber `json:"percentile"`
	Value      jsonNumber `json:"value"`
}

// A jsonNumber is a float64 that may be none of JSON's numbers.
type jsonNumber float64

func (n jsonNumber) MarshalJSON() ([]byte, error) {
	switch v := float64(n); {
	case math.IsNaN(v):
		return []byte(`"NaN"`), nil
	case math.IsInf(v, 1):
		return []byte(`"Infinity"`), nil
	case math.IsInf(v, -1):
		return []byte(`"-Infinity"`), nil
	default:
		return json.Marshal(v)
	}
}

// formatJSON returns a line for each point, and nothing for no metrics.
func formatJSON(metrics []*metric.Metric) ([]byte, error) {
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	for _, m := range sortedMetrics(metrics) {
		for _, s := range sortedSeries(m.Series) {
			if err := lines.Encode(jsonLine(m, s)); err != nil {
				return nil, fmt.Errorf("metric %q: %w", m.Descriptor.Name, err)
			}
		}
	}
	return b.Bytes(), nil
}

func jsonLine(m *metric.Metric, s *metric.Series) jsonSeries {
	line := jsonSeries{
		Metric: m.Descriptor.Name,
		Unit:   m.Descriptor.Unit,
		Type:   typeName(m.Descriptor.Type),
		Labels: map[string]string{},
		Start:  jsonTime(s.StartTime),
		Time:   jsonTime(s.Point.Time),
	}
	if m.Descriptor.Fallen {
		line.Monotonic = new(bool)
	}
	if m.Resource != nil {
		line.Resource = &jsonResource{m.Resource.Type, m.Resource.Labels}
	}
	for i, k := range m.Descriptor.LabelKeys {
		if i < len(s.LabelValues) && s.LabelValues[i].Present {
			line.Labels[k.Key] = s.LabelValues[i].Value
		}
	}
	switch v := s.Point.Value.(type) {
	case int64:
		line.Value = v
	case float64:
		line.Value = jsonNumber(v)
	case *metric.Distribution:
		line.Distribution = jsonDistributionOf(v)
	case *metric.Summary:
		line.Summary = jsonSummaryOf(v)
	default:
		line.Value = fmt.Sprintf("%v (%T)", v, v)
	}
	return line
}

func jsonDistributionOf(d *metric.Distribution) *jsonDistribution {
	j := &jsonDistribution{
		Count: d.Count, Sum: jsonNumber(d.Sum), Deviation: jsonNumber(d.SumOfSquaredDeviation),
		Bounds: []jsonNumber{}, Counts: []int64{},
	}
	for _, bound := range d.Bounds {
		j.Bounds = append(j.Bounds, jsonNumber(bound))
	}
	for i, b := range d.Buckets {
		j.Counts = append(j.Counts, b.Count)
		if b.Exemplar != nil {
			j.Exemplars = append(j.Exemplars, jsonExemplarOf(i, b.Exemplar))
		}
	}
	return j
}

func jsonExemplarOf(bucket int, e *metric.Exemplar) jsonExemplar {
	j := jsonExemplar{Bucket: bucket, Value: jsonNumber(e.Value), Time: jsonTime(e.Timestamp), Attachments: e.Attachments}
	if !e.Span.IsZero() {
		j.TraceID, j.SpanID = e.Span.TraceID.String(), e.Span.SpanID.String()
	}
	return j
}

func jsonSummaryOf(s *metric.Summary) *jsonSummary {
	j := &jsonSummary{Count: s.Count, Sum: jsonNumber(s.Sum), Percentiles: []jsonPercentile{}}
	for _, p := range slices.Sorted(maps.Keys(s.Snapshot.Percentiles)) {
		j.Percentiles = append(j.Percentiles, jsonPercentile{jsonNumber(p), jsonNumber(s.Snapshot.Percentiles[p])})
	}
	return j
}

// jsonTime returns a time as RFC 3339 has it, "" for none.
func jsonTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// typeNames are the names of types in JSON.
var typeNames = map[metric.Type]string{
	metric.TypeGaugeInt64:             "gauge_int64",
	metric.TypeGaugeFloat64:           "gauge_float64",
	metric.TypeGaugeDistribution:      "gauge_distribution",
	metric.TypeCumulativeInt64:        "cumulative_int64",
	metric.TypeCumulativeFloat64:      "cumulative_float64",
	metric.TypeCumulativeDistribution: "cumulative_distribution",
	metric.TypeSummary:                "summary",
}

func typeName(t metric.Type) string {
	if name, ok := typeNames[t]; ok {
		return name
	}
	return fmt.Sprintf("unknown_%d", t)
}

// sortedMetrics returns the metrics in the order of their names.
func sortedMetrics(metrics []*metric.Metric) []*metric.Metric {
	sorted := slices.Clone(metrics)
	slices.SortStableFunc(sorted, func(a, b *metric.Metric) int {
		return strings.Compare(a.Descriptor.Name, b.Descriptor.Name)
	})
	return sorted
}
