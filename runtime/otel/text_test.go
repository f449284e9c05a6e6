package otel

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// A span is the interval of a point.
type span struct{ start, end time.Time }

// spans returns the intervals of the points by the values of the attributes.
func spans(t testing.TB, data metricdata.Aggregation) map[string]span {
	t.Helper()
	all := map[string]span{}
	each(t, data, func(values, _ string, s span) { all[values] = s })
	return all
}

// text returns data in the order of its points, without their times:
//
//	sum int64 cumulative: a 3, b 4
//
// A point has the values of its attributes, "-" for none, before its value.
func text(t testing.TB, data metricdata.Aggregation) string {
	t.Helper()
	if data == nil {
		return ""
	}
	var points []string
	kind := each(t, data, func(values, value string, _ span) { points = append(points, values+" "+value) })
	return kind + ": " + strings.Join(points, ", ")
}

// each calls f for each point, and returns the kind of the data.
func each(t testing.TB, data metricdata.Aggregation, f func(values, value string, s span)) string {
	t.Helper()
	switch d := data.(type) {
	case nil:
		return ""
	case metricdata.Gauge[int64]:
		eachNumber(t, d.DataPoints, f)
		return "gauge int64"
	case metricdata.Gauge[float64]:
		eachNumber(t, d.DataPoints, f)
		return "gauge float64"
	case metricdata.Sum[int64]:
		eachNumber(t, d.DataPoints, f)
		return "sum int64 " + kindOf(t, d.Temporality, d.IsMonotonic)
	case metricdata.Sum[float64]:
		eachNumber(t, d.DataPoints, f)
		return "sum float64 " + kindOf(t, d.Temporality, d.IsMonotonic)
	case metricdata.Histogram[float64]:
		for _, p := range d.DataPoints {
			_, hasMin := p.Min.Value()
			_, hasMax := p.Max.Value()
			if hasMin || hasMax {
				t.Error("a minimum or maximum, which no recorder keeps")
			}
			f(valuesOf(p.Attributes), fmt.Sprintf("%d of sum %v in %v by %v", p.Count, p.Sum, p.BucketCounts, p.Bounds), span{p.StartTime, p.Time})
		}
		return "histogram float64 " + kindOf(t, d.Temporality, true)
	}
	t.Fatalf("data is a %T", data)
	return ""
}

func eachNumber[N int64 | float64](t testing.TB, points []metricdata.DataPoint[N], f func(values, value string, s span)) {
	t.Helper()
	for _, p := range points {
		if len(p.Exemplars) > 0 {
			t.Error("a number has exemplars")
		}
		f(valuesOf(p.Attributes), fmt.Sprint(p.Value), span{p.StartTime, p.Time})
	}
}

func kindOf(t testing.TB, temporality metricdata.Temporality, monotonic bool) string {
	t.Helper()
	if !monotonic {
		t.Error("a sum is not monotonic")
	}
	switch temporality {
	case metricdata.CumulativeTemporality:
		return "cumulative"
	case metricdata.DeltaTemporality:
		return "delta"
	}
	t.Errorf("temporality %v", temporality)
	return ""
}

// valuesOf returns the values of a set in the order of their keys, and "-" for none.
func valuesOf(set attribute.Set) string {
	var values []string
	for _, a := range set.ToSlice() {
		values = append(values, a.Value.AsString())
	}
	if len(values) == 0 {
		return "-"
	}
	return strings.Join(values, "/")
}

// wantText compares data with its text. No text means no metric.
func wantText(t testing.TB, scopes []metricdata.ScopeMetrics, name, want string) {
	t.Helper()
	if got := text(t, found(t, scopes, name)); got != want {
		t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
	}
}

// namesOf returns the scope and the names of its metrics.
func namesOf(s metricdata.ScopeMetrics) []string {
	names := []string{s.Scope.Name}
	for _, m := range s.Metrics {
		names = append(names, m.Name)
	}
	return names
}

// wantScopes compares the scopes and the names of their metrics.
func wantScopes(t testing.TB, scopes []metricdata.ScopeMetrics, want ...[]string) {
	t.Helper()
	var got [][]string
	for _, s := range scopes {
		got = append(got, namesOf(s))
	}
	if !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}
