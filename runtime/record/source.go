package record

import (
	"context"
	"slices"

	"github.com/ocgen/ocgen/runtime/metric"
)

// A Source is a library that aggregates metrics itself, beside the generated packages:
// OpenCensus is one. A package that knows the library adds it in its init, so a program
// that links the package has the library's metrics in its exports. It must be safe for
// concurrent use.
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

// Sources returns the sources that were added.
func Sources() []Source {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	return slices.Clone(registry.sources)
}

// SourceConflicts returns an error for each name that a source has a metric of.
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

// A Producer gives metrics about the process itself, such as those of a Telemetry.
type Producer interface {
	Produce() []*metric.Metric // of the caller's own
}

// AddProducer adds a producer whose metrics sources give to readers of their own. It
// must be comparable.
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

// Producers returns the producers that were added.
func Producers() []Producer {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	return slices.Clone(registry.producers)
}

// A Memory holds what a reader's last reading was made of, so that the next one uses it
// again: whoever passes a Memory must no longer use what the reading before with it
// returned. nil is a Memory that holds nothing. It is not safe for concurrent use.
type Memory struct {
	last   map[any]*metric.Metric
	before map[any]*metric.Metric // of the reading before, as far as it is not used again yet
}

// Begin begins a reading. What the reading before has not used is given up: its package
// may be unregistered, or its producer gone.
func (m *Memory) Begin() {
	if m == nil {
		return
	}
	m.last, m.before = m.before, m.last
	clear(m.last)
}

// Take returns the last metric of whatever the key stands for, and nil if there is none.
func (m *Memory) Take(key any) *metric.Metric {
	if m == nil {
		return nil
	}
	if read, ok := m.last[key]; ok {
		return read
	}
	return m.before[key]
}

// Put keeps a metric for the next Take.
func (m *Memory) Put(key any, read *metric.Metric) {
	if m == nil {
		return
	}
	if m.last == nil {
		m.last = map[any]*metric.Metric{}
	}
	m.last[key] = read
}

// Rows returns n series to be filled in: of the memory of an earlier reading, as far as
// that goes. nil is no reading.
func Rows(last *metric.Metric, n int) []*metric.Series {
	var rows []*metric.Series
	if last != nil {
		rows = last.Series[:cap(last.Series)] // more than it has, if some had no value
	}
	if i := slices.Index(rows, nil); i >= 0 {
		rows = rows[:i]
	}
	if len(rows) >= n {
		return rows[:n]
	}
	more := make([]metric.Series, n-len(rows))
	for i := range more {
		rows = append(rows, &more[i])
	}
	return rows
}
