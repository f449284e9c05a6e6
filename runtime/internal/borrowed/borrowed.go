// Package borrowed lets tests of exporters overwrite the metrics that an Export was given,
// as the next reading of a Telemetry does.
package borrowed

import (
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

const gone = "used again"

// Overwrite changes everything that an exporter may only borrow: labels, points, buckets,
// bounds, exemplars and the lists that hold them.
func Overwrite(metrics []*metric.Metric) {
	for i, m := range metrics {
		d := &m.Descriptor
		d.Name, d.Description, d.Unit, d.Type = gone, gone, gone, metric.TypeSummary
		for k := range d.LabelKeys {
			d.LabelKeys[k] = metric.LabelKey{Key: gone, Description: gone}
		}
		if m.Resource != nil {
			clear(m.Resource.Labels)
			m.Resource.Type = gone
		}
		for k, s := range m.Series {
			overwriteSeries(s)
			m.Series[k] = nil
		}
		m.Series = m.Series[:0]
		metrics[i] = nil
	}
}

func overwriteSeries(s *metric.Series) {
	for i := range s.LabelValues {
		s.LabelValues[i] = metric.NewLabelValue(gone)
	}
	switch v := s.Point.Value.(type) {
	case *metric.Distribution:
		overwriteDistribution(v)
	case *metric.Summary:
		clear(v.Snapshot.Percentiles)
		*v = metric.Summary{Count: -7, Sum: -7}
	}
	*s = metric.Series{LabelValues: s.LabelValues, StartTime: time.Unix(7, 7), Point: metric.Point{Time: time.Unix(7, 7), Value: gone}}
}

func overwriteDistribution(d *metric.Distribution) {
	for i := range d.Bounds {
		d.Bounds[i] = -7
	}
	for i, b := range d.Buckets {
		if b.Exemplar != nil {
			clear(b.Exemplar.Attachments)
			*b.Exemplar = metric.Exemplar{Value: -7, Span: metric.Span{TraceID: metric.TraceID{7}, SpanID: metric.SpanID{7}}}
		}
		d.Buckets[i] = metric.Bucket{Count: -7}
	}
	d.Count, d.Sum, d.SumOfSquaredDeviation = -7, -7, -7
}
