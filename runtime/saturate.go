package runtime

import (
	"math"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/stats/view"
)

// OpenCensus adds whole numbers up as float64 and converts the sum to int64 when
// it is read. Past the largest int64 that makes the smallest one of it, on most
// processors, and so it does of a last value that is the largest. The float64 is
// still there to ask for; where it is out of reach, after view.Stop, a total that is
// negative is the largest int64.

// saturate puts the largest value that its type holds, or the smallest, into the
// points of a metric that OpenCensus has brought out of range. The points must be
// the caller's own, though not the distributions in them.
func saturate(m *metricdata.Metric) {
	var rows []*view.Row
	for i, ts := range m.TimeSeries {
		p := &ts.Points[0]
		switch v := p.Value.(type) {
		case int64:
			if v != math.MinInt64 {
				continue
			}
			if rows == nil {
				rows = viewRows(m.Descriptor.Name)
			}
			p.Value = inRange(m, i, rows)
		case *metricdata.Distribution:
			if squares := withinFloat(v.SumOfSquaredDeviation); squares < v.SumOfSquaredDeviation {
				d := *v
				d.SumOfSquaredDeviation = squares
				p.Value = &d
			}
		}
	}
}

// inRange returns what to read as the smallest int64 in the i-th series of m.
func inRange(m *metricdata.Metric, i int, rows []*view.Row) int64 {
	for _, row := range rows {
		if !hasLabels(row, m.Descriptor.LabelKeys, m.TimeSeries[i].LabelValues) {
			continue
		}
		switch d := row.Data.(type) {
		case *view.SumData:
			return toInt64(d.Value)
		case *view.LastValueData:
			return toInt64(d.Value)
		}
	}
	if m.Descriptor.Type == metricdata.TypeCumulativeInt64 {
		return math.MaxInt64
	}
	return math.MinInt64
}

// viewRows returns the rows of a view, and none if OpenCensus does not have it.
func viewRows(name string) (rows []*view.Row) {
	var stopped error
	defer recoverStopped(&stopped)
	rows, _ = view.RetrieveData(name)
	return rows
}

// hasLabels reports whether a row has exactly these labels.
func hasLabels(row *view.Row, keys []metricdata.LabelKey, values []metricdata.LabelValue) bool {
	texts := map[string]string{} // an absent tag is like an empty one
	for _, t := range row.Tags {
		texts[t.Key.Name()] = t.Value
	}
	for i, k := range keys {
		if i < len(values) && texts[k.Key] != values[i].Value {
			return false
		}
	}
	return true
}

// toInt64 converts a whole number. Where no int64 has it, it is the nearest.
func toInt64(f float64) int64 {
	switch {
	case f >= 1<<63:
		return math.MaxInt64
	case f < -1<<63:
		return math.MinInt64
	}
	return int64(f)
}
