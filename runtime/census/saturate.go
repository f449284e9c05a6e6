package census

import (
	"math"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime/internal/number"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/stats/view"
)

// OpenCensus adds whole numbers up as float64 and converts the sum to int64 when it is
// read. Past the largest int64 the language leaves open what comes of it: the smallest
// int64 on amd64, the nearest on arm64, which is right, and any number on 386. So it is
// with a last value that is the largest int64. The float64 is still there to ask for;
// where it is out of reach, after view.Stop, a total that is negative is the largest
// int64.

// anyNumber reports whether this processor may make any number of a float64 that no
// int64 holds.
var anyNumber = slices.ContainsFunc([]float64{1 << 63, 1<<63 + 1<<40, 1 << 64, 1e30, -1e30}, func(f float64) bool {
	v := int64(f)
	return v != math.MinInt64 && v != number.ToInt64(f)
})

// saturate puts the largest value that its type holds, or the smallest, into the
// points of a metric that OpenCensus has brought out of range.
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

// orNearest returns v, or the int64 that is nearest to f if v may not have been made of
// it rightly. The row with f may have changed since v was read.
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

// labelsOf returns the text of a series' labels by which viewRows knows it.
func labelsOf(ts *metric.Series) string {
	labels := make([]string, len(ts.LabelValues))
	for i, v := range ts.LabelValues {
		labels[i] = v.Value
	}
	return labelsText(labels)
}

// labelsText joins values, which hold no control characters in OpenCensus.
func labelsText(values []string) string { return strings.Join(values, "\x00") }
