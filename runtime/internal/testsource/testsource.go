// Package testsource lets tests give the process metrics that no generated package has,
// as a library beside the generated packages does.
package testsource

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A Producer returns metrics. It must be comparable.
type Producer interface{ Read() []*metric.Metric }

// Produce adds the metrics to the process until the test ends. They belong to the test:
// readers get copies.
func Produce(t testing.TB, metrics ...*metric.Metric) {
	p := &fixed{metrics}
	Add(p)
	t.Cleanup(func() { Remove(p) })
}

type fixed struct{ metrics []*metric.Metric }

func (p *fixed) Read() []*metric.Metric { return p.metrics }

// Add adds the metrics of a producer to the process until Remove.
func Add(p Producer) {
	addOnce.Do(func() { record.AddSource(source{}) })
	added.mu.Lock()
	defer added.mu.Unlock()
	added.producers = append(added.producers, p)
}

// Remove ends what Add began.
func Remove(p Producer) {
	added.mu.Lock()
	defer added.mu.Unlock()
	added.producers = slices.DeleteFunc(added.producers, func(other Producer) bool { return other == p })
}

var (
	addOnce sync.Once
	added   struct {
		mu        sync.Mutex
		producers []Producer
	}
)

// source has all producers. It has no queue.
type source struct{}

func (source) Drain(context.Context) error { return nil }
func (source) Records() uint64             { return 0 }

// Read reads all producers. If a producer panics or ends its goroutine, only its metrics are
// missing.
func (source) Read(*record.Memory) (all []*metric.Metric, failed error) {
	for _, p := range producers() {
		err := callback.Call(fmt.Sprintf("the producer %T of metrics", p), func() error {
			for _, m := range p.Read() {
				all = append(all, clone(m))
			}
			return nil
		})
		failed = errors.Join(failed, err)
	}
	return all, failed
}

func producers() []Producer {
	added.mu.Lock()
	defer added.mu.Unlock()
	return slices.Clone(added.producers)
}

// Conflict returns nil: the names of a producer's metrics are not known.
func (source) Conflict(string) error { return nil }

// clone returns a metric that shares no memory with another one.
func clone(m *metric.Metric) *metric.Metric {
	c := *m
	c.Descriptor.LabelKeys = slices.Clone(m.Descriptor.LabelKeys)
	if m.Resource != nil {
		c.Resource = &metric.Resource{Type: m.Resource.Type, Labels: maps.Clone(m.Resource.Labels)}
	}
	c.Series = make([]*metric.Series, len(m.Series))
	for i, s := range m.Series {
		copied := *s
		copied.LabelValues = slices.Clone(s.LabelValues)
		copied.Point.Value = cloneValue(s.Point.Value)
		c.Series[i] = &copied
	}
	return &c
}

func cloneValue(v any) any {
	switch v := v.(type) {
	case *metric.Distribution:
		d := *v
		d.Bounds, d.Buckets = slices.Clone(v.Bounds), slices.Clone(v.Buckets)
		for i, b := range d.Buckets {
			if b.Exemplar != nil {
				e := *b.Exemplar
				e.Attachments = maps.Clone(e.Attachments)
				d.Buckets[i].Exemplar = &e
			}
		}
		return &d
	case *metric.Summary:
		s := *v
		s.Snapshot.Percentiles = maps.Clone(v.Snapshot.Percentiles)
		return &s
	}
	return v
}
