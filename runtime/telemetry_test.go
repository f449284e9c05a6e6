package runtime

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
)

// memory is an exporter that keeps what it gets.
type memory struct {
	mu      sync.Mutex
	exports [][]*metricdata.Metric
	shut    bool
	spacing time.Duration
	export  func(ctx context.Context) error // nil succeeds
}

func (e *memory) Export(ctx context.Context, metrics []*metricdata.Metric) error {
	if e.export != nil {
		if err := e.export(ctx); err != nil {
			return err
		}
	}
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

func (e *memory) Spacing() time.Duration { return e.spacing }

// last returns the metric of that name in the last export.
func (e *memory) last(name string) *metricdata.Metric {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.exports) == 0 {
		return nil
	}
	for _, m := range e.exports[len(e.exports)-1] {
		if m.Descriptor.Name == name {
			return m
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

// metrics are being read.
// Cloud Monitoring keeps the first descriptor that it gets of a metric, so no
// export may have a view without its unit, whenever the package is registered.
// A metric that only has the name of one of ours keeps its own descriptor.
func TestStartRefuses(t *testing.T) {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		ctx  context.Context
		opts Options
		want string
	}{
		{context.Background(), Options{}, "Options.Exporter is nil"},
		{context.Background(), Options{Exporter: &memory{}, Interval: time.Millisecond}, "Options.Interval is 1ms; this exporter takes 1s or more"},
		{context.Background(), Options{Exporter: &memory{spacing: 5 * time.Second}, Interval: 4 * time.Second}, "takes 5s or more"},
		{context.Background(), Options{Exporter: &memory{}, Interval: -time.Second}, "Options.Interval is -1s"},
		{done, Options{Exporter: &memory{}}, "context canceled"},
	} {
		if _, err := Start(c.ctx, c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.opts, err, c.want)
		}
	}
}

func TestExportsAtTheInterval(t *testing.T) {
	failed := make(chan error, 10)
	e := &memory{export: func(context.Context) error { return errors.New("backend is down") }}
	tel, err := Start(context.Background(), Options{Exporter: e, Interval: time.Second, OnError: func(err error) { failed <- err }})
	if err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-failed:
		if !strings.Contains(err.Error(), "backend is down") {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("no export")
	}
	if err := tel.Shutdown(context.Background()); err == nil || !strings.Contains(err.Error(), "exporting metrics: backend is down") {
		t.Errorf("Shutdown: %v", err)
	}
}

// A readingClock is a producer that notes when it is read.
type readingClock struct{ times []time.Time }

func (c *readingClock) Read() []*metricdata.Metric {
	c.times = append(c.times, time.Now())
	return nil
}

// Points end when they are read, so it is readings that are spaced.
func TestSpacing(t *testing.T) {
	clock := &readingClock{}
	metricproducer.GlobalManager().AddProducer(clock)
	defer metricproducer.GlobalManager().DeleteProducer(clock)
	const spacing = 300 * time.Millisecond
	e := &memory{spacing: spacing}
	tel := startMemory(t, e)
	for range 2 {
		if err := tel.ForceFlush(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if err := tel.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(clock.times) != 3 {
		t.Fatalf("%d readings, want 3", len(clock.times))
	}
	for i := 1; i < len(clock.times); i++ {
		if d := clock.times[i].Sub(clock.times[i-1]); d < spacing {
			t.Errorf("readings %v apart, want %v", d, spacing)
		}
	}
}
