package otel

import (
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// ownScope is the scope of the metric of record.Stats.
const ownScope = "github.com/ocgen/ocgen"

// stats reads the metric of record.Stats. The lock of the Producer guards it.
type stats struct {
	settings settings
	stream   *stream
	labels   map[[3]metric.LabelValue][]metric.LabelValue
}

func newStats(all settings) *stats {
	return &stats{
		settings: all,
		stream:   newStream(record.StatsDescriptor(), false, all, ""),
		labels:   map[[3]metric.LabelValue][]metric.LabelValue{},
	}
}

// read returns the metric, or nothing if no value was replaced or dropped.
func (s *stats) read() ([]metricdata.Metrics, []error) {
	m := record.StatsMetric()
	if m == nil {
		return nil, nil
	}
	for _, one := range m.Series {
		one.LabelValues = s.shared(one.LabelValues)
	}
	if s.settings.metricTypes {
		s.stream.name = cloudmonitoring.MetricType(ownPrefix(), m.Descriptor.Name)
	}
	data, err := s.stream.convert(m)
	if err != nil {
		return nil, []error{err}
	}
	if data == nil {
		return nil, nil
	}
	return []metricdata.Metrics{s.stream.named(data)}, nil
}

// shared returns the same slice for equal labels: a stream identifies series by it, and
// StatsMetric makes new slices.
func (s *stats) shared(labels []metric.LabelValue) []metric.LabelValue {
	key := [3]metric.LabelValue(labels)
	if known, ok := s.labels[key]; ok {
		return known
	}
	s.labels[key] = labels
	return labels
}

// ownPrefix returns the metric prefix of the first registered package, or of the first
// package of the program while none is registered.
func ownPrefix() string {
	for _, packages := range [][]*record.Package{record.Registered(), record.Known()} {
		if found := scoped(packages); len(found) > 0 {
			return found[0].Monitoring().MetricPrefix
		}
	}
	return ""
}
