package fakeotlp

import (
	"fmt"
	"slices"
	"strings"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// A Point is one data point, with all that says which series it is of.
type Point struct {
	Metric, Description, Unit string
	Kind                      string // "gauge", "sum", "histogram" or "summary"
	Scope, ScopeVersion       string
	Resource, Attributes      map[string]string
	Start, Time               time.Time // Start is zero if none was sent

	Temporality metrics.AggregationTemporality // of a sum or histogram
	Monotonic   bool                           // of a sum

	Value    float64 // of a gauge or sum
	Int      int64   // of a gauge or sum of integers
	Integer  bool    // whether the point has an Int
	Count    uint64  // of a histogram or summary
	Sum      float64
	Min, Max *float64 // of a histogram; nil: not sent
	Bounds   []float64
	Buckets  []uint64

	Quantiles map[float64]float64 // of a summary: values by quantile

	Exemplars []*metrics.Exemplar
}

// PointsOf returns the points of a request, in its order.
func PointsOf(request *collector.ExportMetricsServiceRequest) []Point {
	var points []Point
	for _, rm := range request.ResourceMetrics {
		for _, sm := range rm.ScopeMetrics {
			for _, m := range sm.Metrics {
				for _, p := range pointsOfMetric(m) {
					p.Metric, p.Description, p.Unit = m.Name, m.Description, m.Unit
					p.Scope, p.ScopeVersion = sm.GetScope().GetName(), sm.GetScope().GetVersion()
					p.Resource = texts(rm.GetResource().GetAttributes())
					points = append(points, p)
				}
			}
		}
	}
	return points
}

func pointsOfMetric(m *metrics.Metric) []Point {
	var points []Point
	switch data := m.Data.(type) {
	case *metrics.Metric_Gauge:
		for _, p := range data.Gauge.DataPoints {
			points = append(points, number("gauge", p))
		}
	case *metrics.Metric_Sum:
		for _, p := range data.Sum.DataPoints {
			sum := number("sum", p)
			sum.Temporality, sum.Monotonic = data.Sum.AggregationTemporality, data.Sum.IsMonotonic
			points = append(points, sum)
		}
	case *metrics.Metric_Histogram:
		for _, p := range data.Histogram.DataPoints {
			points = append(points, Point{
				Kind: "histogram", Attributes: texts(p.Attributes), Start: at(p.StartTimeUnixNano), Time: at(p.TimeUnixNano),
				Temporality: data.Histogram.AggregationTemporality, Count: p.Count, Sum: p.GetSum(), Min: p.Min, Max: p.Max,
				Bounds: p.ExplicitBounds, Buckets: p.BucketCounts, Exemplars: p.Exemplars,
			})
		}
	case *metrics.Metric_Summary:
		for _, p := range data.Summary.DataPoints {
			points = append(points, Point{
				Kind: "summary", Attributes: texts(p.Attributes), Start: at(p.StartTimeUnixNano), Time: at(p.TimeUnixNano),
				Count: p.Count, Sum: p.Sum, Quantiles: quantiles(p.QuantileValues),
			})
		}
	}
	return points
}

func number(kind string, p *metrics.NumberDataPoint) Point {
	value := p.GetAsDouble()
	_, integer := p.Value.(*metrics.NumberDataPoint_AsInt)
	if integer {
		value = float64(p.GetAsInt())
	}
	return Point{
		Kind: kind, Attributes: texts(p.Attributes), Start: at(p.StartTimeUnixNano), Time: at(p.TimeUnixNano),
		Value: value, Int: p.GetAsInt(), Integer: integer, Exemplars: p.Exemplars,
	}
}

func quantiles(values []*metrics.SummaryDataPoint_ValueAtQuantile) map[float64]float64 {
	all := map[float64]float64{}
	for _, v := range values {
		all[v.Quantile] = v.Value
	}
	return all
}

func at(nanos uint64) time.Time {
	if nanos == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(nanos)).UTC()
}

func texts(attributes []*common.KeyValue) map[string]string {
	all := map[string]string{}
	for _, a := range attributes {
		all[a.Key] = a.GetValue().GetStringValue()
	}
	return all
}

// A Total is what was recorded under some attributes, by all processes and over
// all restarts.
type Total struct {
	Count   uint64   // of a histogram; else 0
	Sum     float64  // of a histogram or sum; the last value of a gauge
	Buckets []uint64 // of a histogram
}

// Totals adds up the last points of a metric's series, by attributes such as
// "method=GET,outcome=ok", in the order of their keys.
func (s *Server) Totals(metric string) map[string]Total {
	last := map[string]Point{}
	for _, p := range s.Points() {
		if p.Metric != metric {
			continue
		}
		series := fmt.Sprint(Key(p.Resource), "\n", Key(p.Attributes), "\n", p.Start)
		if q, ok := last[series]; !ok || !p.Time.Before(q.Time) {
			last[series] = p
		}
	}
	totals := map[string]Total{}
	for _, p := range last {
		key := Key(p.Attributes)
		total := totals[key]
		total.Count += p.Count
		total.Sum += p.Sum + p.Value
		if total.Buckets == nil {
			total.Buckets = make([]uint64, len(p.Buckets))
		}
		for i := range min(len(p.Buckets), len(total.Buckets)) {
			total.Buckets[i] += p.Buckets[i]
		}
		totals[key] = total
	}
	return totals
}

// Key returns attributes as [Server.Totals] has them.
func Key(attributes map[string]string) string {
	var pairs []string
	for key, value := range attributes {
		pairs = append(pairs, key+"="+value)
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ",")
}
