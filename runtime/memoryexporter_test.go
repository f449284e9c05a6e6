package runtime

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// memory is an exporter that keeps copies of what it gets. Its tests read real series.
type memory struct {
	mu       sync.Mutex
	exports  [][]*metric.Metric
	prepared chan []string // names of the descriptors of each Prepare; nil: not kept
	refuse   error         // what Prepare returns
	shut     bool
}

func (e *memory) Export(_ context.Context, metrics []*metric.Metric) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.shut {
		panic("export after shutdown")
	}
	e.exports = append(e.exports, copied(metrics))
	return nil
}

// copied returns metrics that a later reading does not change. Labels, bounds and
// exemplars are never changed.
func copied(metrics []*metric.Metric) []*metric.Metric {
	var all []*metric.Metric
	for _, m := range metrics {
		c := *m
		c.Series = nil
		for _, s := range m.Series {
			row := *s
			if d, ok := s.Point.Value.(*metric.Distribution); ok {
				own := *d
				own.Buckets = slices.Clone(d.Buckets)
				row.Point.Value = &own
			}
			c.Series = append(c.Series, &row)
		}
		all = append(all, &c)
	}
	return all
}

func (e *memory) Shutdown(context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.shut = true
	return nil
}

func (e *memory) Prepare(_ context.Context, descriptors []metric.Descriptor) error {
	var names []string
	for _, d := range descriptors {
		names = append(names, d.Name)
	}
	if e.prepared != nil {
		e.prepared <- names
	}
	return e.refuse
}

// last returns the metric of that name in the last export that has it.
func (e *memory) last(name string) *metric.Metric {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, metrics := range slices.Backward(e.exports) {
		for _, m := range metrics {
			if m.Descriptor.Name == name {
				return m
			}
		}
	}
	return nil
}

func startMemory(t *testing.T, e *memory) *Telemetry {
	t.Helper()
	tel, err := Start(context.Background(), Options{Exporter: e, OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	return tel
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}
