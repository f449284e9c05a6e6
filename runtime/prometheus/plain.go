package prometheus

import (
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"
)

// plainHead reports whether our encoders can write a family: it has series of a type that they
// know, and its name needs neither escaping nor quotes. A handler has only such families, and only
// series for which plainSeries is true.
func plainHead(f *dto.MetricFamily) bool {
	switch f.GetType() {
	case dto.MetricType_COUNTER, dto.MetricType_GAUGE, dto.MetricType_UNTYPED, dto.MetricType_HISTOGRAM:
		return len(f.Metric) > 0 && plainText(f.GetName())
	}
	return false
}

// checkedAtOnce is the number of series that are checked and then encoded. They stay in the
// processor's cache meanwhile. The series of a whole family may be too many for it.
const checkedAtOnce = 64

// plainSeries reports whether our encoders can write the series: all have a value of the type, and
// no name of a label needs escaping or quotes.
func plainSeries(t dto.MetricType, series []*dto.Metric) bool {
	var last []*dto.LabelPair
	for _, m := range series {
		if m.TimestampMs != nil || !plainValue(t, m) || !plainLabels(m.Label, last) {
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
