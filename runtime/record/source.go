package record

import (
	"context"
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A Source is a library that aggregates metrics itself, such as OpenCensus. The package
// that knows the library adds the source in its init, so the library's metrics are in
// the exports of every program that links the package. It must be safe for concurrent
// use.
type Source interface {
	// Drain waits until every record that was made before can be read, or until ctx
	// is done.
	Drain(ctx context.Context) error
	// Records returns how many records generated code has made through the library.
	Records() uint64
	// Read returns all metrics of the library, with the descriptors of registered
	// packages. It may use the memory of the reading before. The error names each
	// part that could not be read; the metrics of all others are returned beside it.
	Read(memory *Memory) ([]*metric.Metric, error)
	// Conflict returns an error if the library exports a metric of the name.
	Conflict(name string) error
}

// AddSource adds a source, for the life of the process.
func AddSource(s Source) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	registry.sources = append(registry.sources, s)
}

// Sources returns all added sources.
func Sources() []Source {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	return slices.Clone(registry.sources)
}

// SourceConflicts returns an error for each name that is also the name of a metric of a
// source.
func SourceConflicts(names []string) []error {
	var all []error
	for _, name := range names {
		for _, s := range Sources() {
			if err := s.Conflict(name); err != nil {
				all = append(all, err)
			}
		}
	}
	return all
}

// A Producer returns metrics about the process itself, such as those of a Telemetry.
type Producer interface {
	Produce() []*metric.Metric // the result belongs to the caller
}

// AddProducer adds a producer. Sources pass its metrics to their library's own readers.
// It must be comparable.
func AddProducer(p Producer) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	registry.producers = append(registry.producers, p)
}

// RemoveProducer removes a producer.
func RemoveProducer(p Producer) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	registry.producers = slices.DeleteFunc(registry.producers, func(other Producer) bool { return other == p })
}

// Producers returns all added producers.
func Producers() []Producer {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	return slices.Clone(registry.producers)
}
