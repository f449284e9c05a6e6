package prometheus

import (
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/model"
)

// wantPlain checks that families have only what our encoders write. The encoders themselves do not
// check it.
func wantPlain(t testing.TB, families []*dto.MetricFamily) {
	t.Helper()
	for _, f := range families {
		if !plain(f) {
			t.Errorf("our encoders cannot write %s", f)
		}
	}
}

// plain reports whether our encoders can write a family: its name needs no quotes, and it has series,
// all with values of its type.
func plain(f *dto.MetricFamily) bool {
	if len(f.Metric) == 0 || !plainText(f.GetName()) {
		return false
	}
	for _, m := range f.Metric {
		if m.TimestampMs != nil || !plainLabels(m.Label) || !plainValue(f.GetType(), m) {
			return false
		}
	}
	return true
}

func plainText(name string) bool { return model.LegacyValidation.IsValidMetricName(name) }

func plainLabels(labels []*dto.LabelPair) bool {
	for _, l := range labels {
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

// plainHistogram reports whether a histogram has whole counts, and only valid exemplars.
func plainHistogram(h *dto.Histogram) bool {
	if h.SampleCountFloat != nil {
		return false
	}
	for _, b := range h.Bucket {
		if b.CumulativeCountFloat != nil {
			return false
		}
		if x := b.Exemplar; x != nil && (!plainLabels(x.Label) || x.Timestamp != nil && x.Timestamp.CheckValid() != nil) {
			return false
		}
	}
	return true
}
