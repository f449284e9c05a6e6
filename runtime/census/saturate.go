package census

import (
	"math"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/internal/number"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/stats/view"
)

// OpenCensus adds up whole numbers as float64 and converts the sum to int64 when it is
// read. Beyond the largest int64 the result is not defined by the language: it is the
// smallest int64 on amd64, the nearest int64 on arm64, which is right, and any number on
// 386. The same applies to a last value of the largest int64. The float64 can be read from
// OpenCensus; where it cannot, after view.Stop, a negative total becomes the largest int64.

// anyNumber reports whether this processor may convert a float64 beyond the range of int64
// to any number.
var anyNumber = slices.ContainsFunc([]float64{1 << 63, 1<<63 + 1<<40, 1 << 64, 1e30, -1e30}, func(f float64) bool {
	v := int64(f)
	return v != math.MinInt64 && v != number.ToInt64(f)
})

// saturate replaces values of a metric that OpenCensus has converted out of range by the
// largest or smallest value of their type.
func saturate(m *metric.Metric) {
	var rows map[string]*view.Row
	for _, ts := range m.Series {
		p := &ts.Point
		switch v := p.Value.(type) {
		case int64:
			if v != math.MinInt64 && !anyNumber {
				continue
			}
			if rows == nil {
				rows = viewRows(m.Descriptor)
			}
			p.Value = inRange(v, m.Descriptor.Type, rows[labelsOf(ts)])
		case *metric.Distribution:
			v.SumOfSquaredDeviation = number.WithinFloat(v.SumOfSquaredDeviation)
		}
	}
}

// inRange returns the total or last value that OpenCensus converted to v. row is the
// view's row with the same labels, or nil.
func inRange(v int64, kind metric.Type, row *view.Row) int64 {
	if row != nil {
		switch d := row.Data.(type) {
		case *view.SumData:
			return orNearest(v, d.Value)
		case *view.LastValueData:
			return orNearest(v, d.Value)
		}
	}
	if v < 0 && kind == metric.TypeCumulativeInt64 {
		return math.MaxInt64
	}
	return v
}

// orNearest returns v, or the int64 nearest to f if the conversion from f to v may be
// wrong. The row with f may have changed since v was read.
func orNearest(v int64, f float64) int64 {
	nearest := number.ToInt64(f)
	if v == math.MinInt64 || nearest == math.MaxInt64 || nearest == math.MinInt64 {
		return nearest
	}
	return v
}

// viewRows returns the rows of a view by the values of their labels, and none if
// OpenCensus does not have the view.
func viewRows(d metric.Descriptor) map[string]*view.Row {
	byLabels := map[string]*view.Row{}
	for _, row := range retrieve(d.Name) {
		texts := make(map[string]string, len(row.Tags))
		for _, t := range row.Tags {
			texts[t.Key.Name()] = t.Value
		}
		labels := make([]string, len(d.LabelKeys))
		for i, k := range d.LabelKeys {
			labels[i] = texts[k.Key] // an absent tag is like an empty one
		}
		byLabels[labelsText(labels)] = row
	}
	return byLabels
}

// retrieve returns the rows of a view, and none after view.Stop.
func retrieve(name string) (rows []*view.Row) {
	_ = recovered(func() (err error) {
		rows, err = view.RetrieveData(name)
		return err
	})
	return rows
}

// labelsOf returns the key of a series in the result of viewRows.
func labelsOf(ts *metric.Series) string {
	labels := make([]string, len(ts.LabelValues))
	for i, v := range ts.LabelValues {
		labels[i] = v.Value
	}
	return labelsText(labels)
}

// labelsText joins values, which hold no control characters in OpenCensus.
func labelsText(values []string) string { return strings.Join(values, "\x00") }
