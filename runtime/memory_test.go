package runtime

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"go.opencensus.io/metric/metricdata"
)

// memory is an exporter that keeps what it gets. Its tests read real views.
type memory struct {
	mu       sync.Mutex
	exports  [][]*metricdata.Metric
	prepared chan []string // names of the descriptors of each Prepare; nil: not kept
	refuse   error         // what Prepare returns
	shut     bool
}

func (e *memory) Export(_ context.Context, metrics []*metricdata.Metric) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.shut {
		panic("export after shutdown")
	}
	e.exports = append(e.exports, metrics)
	return nil
}

func (e *memory) Shutdown(context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.shut = true
	return nil
}

func (e *memory) Prepare(_ context.Context, descriptors []metricdata.Descriptor) error {
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
func (e *memory) last(name string) *metricdata.Metric {
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
