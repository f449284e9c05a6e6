package otel

import (
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// A source is a package and what a Producer remembers of it. The lock of the Producer
// guards it.
type source struct {
	pkg          *record.Package
	registration uint64         // of the last reading
	streams      []*stream      // in the order of the schema
	places       map[string]int // of the streams, by the metric's name in the schema
}

func newSource(pkg *record.Package, all settings) *source {
	s := &source{pkg: pkg, places: map[string]int{}}
	observed, prefix := pkg.Observed(), pkg.Monitoring().MetricPrefix
	for i, d := range pkg.Descriptors() {
		s.streams = append(s.streams, newStream(d, slices.Contains(observed, d.Name), all, prefix))
		s.places[d.Name] = i
	}
	return s
}

// forget drops what is remembered of a registration that has ended.
func (s *source) forget() {
	for _, st := range s.streams {
		st.forget()
	}
}

// read returns the metrics of the package in the order of the schema, or none of them if
// the package is registered or unregistered meanwhile.
func (s *source) read(memory *record.Memory) (metrics []metricdata.Metrics, problems []error) {
	registration := s.pkg.Registrations()
	read := make([]*metric.Metric, len(s.streams))
	for _, m := range s.pkg.Read(memory) {
		if i, ok := s.places[m.Descriptor.Name]; ok {
			read[i] = m
		}
	}
	if s.pkg.Registrations() != registration {
		return nil, nil
	}
	if s.registration != registration {
		s.forget()
		s.registration = registration
	}
	metrics = make([]metricdata.Metrics, 0, len(s.streams))
	for i, st := range s.streams {
		problems = append(problems, st.panics()...)
		if read[i] == nil {
			st.forget() // all functions that observe it have been stopped, if it had series
			continue
		}
		data, err := st.convert(read[i])
		if err != nil {
			problems = append(problems, err)
		}
		if data != nil {
			metrics = append(metrics, st.named(data))
		}
	}
	return metrics, problems
}
