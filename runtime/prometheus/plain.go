package prometheus

import (
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"
)

// plain reports whether textEncoder can write a family: it has series, all of them have a
// value of its type, and no name has to be escaped or quoted. A handler has only such families.
func plain(f *dto.MetricFamily) bool {
	if len(f.Metric) == 0 || !plainText(f.GetName()) {
		return false
	}
	var last []*dto.LabelPair
	for _, m := range f.Metric {
		if m.TimestampMs != nil || !plainValue(f.GetType(), m) || !plainLabels(m.Label, last) {
			return false
		}
		last = m.Label
	}
	return true
}

func plainText(name string) bool { return model.LegacyValidation.IsValidMetricName(name) }

// plainLabels reports whether no name of a label has to be escaped or quoted. The last series
// has plain names, and mostly in the same memory.
func plainLabels(labels, last []*dto.LabelPair) bool {
	for i, l := range labels {
		if i < len(last) && l.Name == last[i].Name {
			continue
		}
		if !plainText(l.GetName()) || l.GetName() == model.MetricNameLabel {
			return false
		}
	}
	return true
}

func plainValue(t dto.MetricType, m *dto.Metric) bool {
	switch t {
	case dto.MetricType_COUNTER:
		return m.Counter != nil && m.Counter.Exemplar == nil
	case dto.MetricType_GAUGE:
		return m.Gauge != nil
	case dto.MetricType_UNTYPED:
		return m.Untyped != nil
	case dto.MetricType_HISTOGRAM:
		return m.Histogram != nil && plainHistogram(m.Histogram)
	}
	return false
}

// plainHistogram reports whether a histogram has whole counts, and only valid times.
func plainHistogram(h *dto.Histogram) bool {
	if h.SampleCountFloat != nil {
		return false
	}
	for _, b := range h.Bucket {
		if b.CumulativeCountFloat != nil {
			return false
		}
		if x := b.Exemplar; x != nil && x.Timestamp != nil && x.Timestamp.CheckValid() != nil {
			return false
		}
	}
	return true
}
