package collector_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime/metric"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	otlp "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// text returns a point as one line, for a comparison in one process. It has no resource
// and no scope, which depend on the way of the metrics.
func text(p fakeotlp.Point) string {
	var exemplars []string
	for _, e := range p.Exemplars {
		exemplars = append(exemplars, fmt.Sprintf("%v at %d of %x in %x %v", e.GetAsDouble(), e.TimeUnixNano, e.SpanId, e.TraceId, e.FilteredAttributes))
	}
	slices.Sort(exemplars)
	return fmt.Sprintf("%s %s: %q in %q\n\t{%s} from %d to %d\n\t%v monotonic %t integer %t\n\t%v %d, count %d sum %v min %v max %v bounds %v buckets %v quantiles %v\n\texemplars %q\n",
		p.Kind, p.Metric, p.Description, p.Unit, fakeotlp.Key(p.Attributes), nanos(p.Start), nanos(p.Time), p.Temporality, p.Monotonic, p.Integer,
		p.Value, p.Int, p.Count, p.Sum, number(p.Min), number(p.Max), p.Bounds, p.Buckets, p.Quantiles, exemplars)
}

// nanos returns a time as OTLP has it: 0 for none.
func nanos(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}

func number(n *float64) string {
	if n == nil {
		return "none"
	}
	return fmt.Sprint(*n)
}

// wantSame compares points in any order.
func wantSame(t *testing.T, got, want []fakeotlp.Point) {
	t.Helper()
	gotTexts, wantTexts := texts(got), texts(want)
	for _, w := range wantTexts {
		if !slices.Contains(gotTexts, w) {
			t.Errorf("missing: %s", w)
		}
	}
	for _, g := range gotTexts {
		if !slices.Contains(wantTexts, g) {
			t.Errorf("not wanted: %s", g)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d points, want %d", len(got), len(want))
	}
}

func texts(points []fakeotlp.Point) []string {
	var all []string
	for _, p := range points {
		all = append(all, text(p))
	}
	return all
}

// timeless returns copies of points without the time of the reading.
func timeless(points []fakeotlp.Point) []fakeotlp.Point {
	points = slices.Clone(points)
	for i := range points {
		points[i].Time = time.Time{}
	}
	return points
}

// last returns the last point of each series, in the order of their first points.
func last(points []fakeotlp.Point) []fakeotlp.Point {
	places := map[string]int{}
	var all []fakeotlp.Point
	for _, p := range points {
		series := fmt.Sprintf("%q %q %q %q", p.Scope, p.Metric, fakeotlp.Key(p.Resource), fakeotlp.Key(p.Attributes))
		place, found := places[series]
		if !found {
			places[series] = len(all)
			all = append(all, p)
			continue
		}
		all[place] = p
	}
	return all
}

// named returns the points whose metrics have a prefix.
func named(points []fakeotlp.Point, prefix string) []fakeotlp.Point {
	return slices.DeleteFunc(slices.Clone(points), func(p fakeotlp.Point) bool { return !strings.HasPrefix(p.Metric, prefix) })
}

// expected returns the points that a receiver should have of metrics, by OTLP's data model
// and docs/exporters.md.
func expected(metrics []*metric.Metric) []fakeotlp.Point {
	var all []fakeotlp.Point
	for _, m := range metrics {
		for _, s := range m.Series {
			p := expectedValue(m.Descriptor.Type, s.Point.Value)
			p.Metric, p.Description, p.Unit = m.Descriptor.Name, m.Descriptor.Description, m.Descriptor.Unit
			p.Start, p.Time = s.StartTime, s.Point.Time
			p.Attributes = map[string]string{}
			for i, v := range s.LabelValues {
				if v.Present {
					p.Attributes[m.Descriptor.LabelKeys[i].Key] = v.Value
				}
			}
			all = append(all, p)
		}
	}
	return all
}

func expectedValue(kind metric.Type, value any) fakeotlp.Point {
	p := fakeotlp.Point{Kind: "gauge"}
	if kind == metric.TypeCumulativeInt64 || kind == metric.TypeCumulativeFloat64 {
		p.Kind, p.Temporality, p.Monotonic = "sum", otlp.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE, true
	}
	switch v := value.(type) {
	case int64:
		p.Value, p.Int, p.Integer = float64(v), v, true
	case float64:
		p.Value = v
	case *metric.Distribution:
		p.Kind, p.Temporality = "histogram", otlp.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE
		p.Count, p.Sum, p.Bounds = uint64(v.Count), v.Sum, v.Bounds
		for _, b := range v.Buckets {
			p.Buckets = append(p.Buckets, uint64(b.Count))
			if b.Exemplar != nil {
				p.Exemplars = append(p.Exemplars, expectedExemplar(b.Exemplar))
			}
		}
	case *metric.Summary:
		p.Kind, p.Count, p.Sum, p.Quantiles = "summary", uint64(v.Count), v.Sum, map[float64]float64{}
		for percentage, value := range v.Snapshot.Percentiles {
			p.Quantiles[percentage/100] = value
		}
	}
	return p
}

func expectedExemplar(e *metric.Exemplar) *otlp.Exemplar {
	sent := &otlp.Exemplar{TimeUnixNano: uint64(nanos(e.Timestamp)), Value: &otlp.Exemplar_AsDouble{AsDouble: e.Value}}
	if e.Span != (metric.Span{}) {
		sent.TraceId, sent.SpanId = e.Span.TraceID[:], e.Span.SpanID[:]
	}
	for key, value := range e.Attachments {
		sent.FilteredAttributes = append(sent.FilteredAttributes, &common.KeyValue{
			Key: key, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: value}},
		})
	}
	slices.SortFunc(sent.FilteredAttributes, func(a, b *common.KeyValue) int { return strings.Compare(a.Key, b.Key) })
	return sent
}
