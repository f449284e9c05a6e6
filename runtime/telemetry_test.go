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
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
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

func TestShutdownDeliversEverything(t *testing.T) {
	const records, runs = 1000, 100
	set := NewTagSet(nil)
	for run := range runs {
		p, m := newTestPackage("deliver")
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		e := &memory{}
		tel := startMemory(t, e)
		for range records {
			set.Record(nilContext, []stats.Measurement{m.M(1)})
		}
		if err := tel.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
		metric := e.last(p.info.Views()[0].Name)
		if metric == nil || metric.TimeSeries[0].Points[0].Value != int64(records) {
			t.Fatalf("run %d: %+v", run, metric)
		}
		if !e.shut {
			t.Fatal("the exporter was not shut down")
		}
		p.Unregister()
	}
}

func TestExportRestoresDescriptors(t *testing.T) {
	p, m := newTestPackage("restored")
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	e := &memory{}
	tel := startMemory(t, e)
	NewTagSet(nil).Record(nilContext, []stats.Measurement{m.M(1)})
	if err := tel.ForceFlush(context.Background()); err != nil {
		t.Fatal(err)
	}
	d := e.last(p.info.Views()[1].Name).Descriptor
	if d.Unit != "s" || d.LabelKeys[0].Description != "Label a." || d.LabelKeys[1].Description != "Label b." {
		t.Errorf("%+v", d)
	}
	if err := tel.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// A registrar is a producer that registers a package, which records, while the
// metrics are being read.
type registrar struct {
	p *Package
	m *stats.Float64Measure
}

func (r *registrar) Read() []*metricdata.Metric {
	if err := r.p.Register(); err != nil {
		panic(err)
	}
	NewTagSet(nil).Record(nilContext, []stats.Measurement{r.m.M(1)})
	view.Find("")
	return nil
}

// Cloud Monitoring keeps the first descriptor that it gets of a metric, so no
// export may have a view without its unit, whenever the package is registered.
func TestRestoredDuringRegistration(t *testing.T) {
	exported := 0
	// Producers are read in any order; in one of eight rounds ours comes first.
	for round := 0; round < 1000 && exported < 3; round++ {
		p, m := newTestPackage("during")
		r := &registrar{p, m}
		metricproducer.GlobalManager().AddProducer(r)
		metrics := gather()
		metricproducer.GlobalManager().DeleteProducer(r)
		p.Unregister()
		for _, metric := range metrics {
			if metric.Descriptor.Name != p.info.Views()[1].Name {
				continue
			}
			if exported++; metric.Descriptor.Unit != "s" {
				t.Fatalf("exported with %+v", metric.Descriptor)
			}
		}
	}
	if exported == 0 {
		t.Error("never exported")
	}
}

// A metric that only has the name of one of ours keeps its own descriptor.
func TestRestoredLeavesStrangersAlone(t *testing.T) {
	full := map[string]metricdata.Descriptor{"m": {
		Name: "m", Unit: "s", Type: metricdata.TypeCumulativeInt64, LabelKeys: []metricdata.LabelKey{{Key: "a", Description: "A."}}}}
	for _, d := range []metricdata.Descriptor{
		{Name: "m", Unit: "1", Type: metricdata.TypeGaugeInt64, LabelKeys: []metricdata.LabelKey{{Key: "a"}}},
		{Name: "m", Unit: "1", Type: metricdata.TypeCumulativeInt64, LabelKeys: []metricdata.LabelKey{{Key: "b"}}},
		{Name: "n", Unit: "1", Type: metricdata.TypeCumulativeInt64, LabelKeys: []metricdata.LabelKey{{Key: "a"}}},
	} {
		if m := (&metricdata.Metric{Descriptor: d}); restored(m, full) != m {
			t.Errorf("%+v was changed", d)
		}
	}
	m := &metricdata.Metric{Descriptor: metricdata.Descriptor{
		Name: "m", Unit: "1", Type: metricdata.TypeCumulativeInt64, LabelKeys: []metricdata.LabelKey{{Key: "a"}}}}
	if r := restored(m, full); r.Descriptor.Unit != "s" || m.Descriptor.Unit != "1" {
		t.Errorf("restored %+v from %+v", r.Descriptor, m.Descriptor)
	}
}

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

// An export at the interval that would come too soon is left to the next one.
func TestTickKeepsTheSpacing(t *testing.T) {
	e := &memory{spacing: time.Hour}
	tel, err := Start(context.Background(), Options{Exporter: e, Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := tel.tick(); err != nil {
			t.Fatal(err)
		}
	}
	if len(e.exports) != 1 {
		t.Errorf("%d exports, want 1", len(e.exports))
	}
	if err := tel.Shutdown(within(t, 30*time.Second)); err != nil {
		t.Fatal(err)
	}
}

func TestShutdownDoesNotWaitInVain(t *testing.T) {
	e := &memory{spacing: time.Minute}
	tel := startMemory(t, e)
	if err := tel.ForceFlush(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := tel.Shutdown(within(t, 30*time.Second)); err != nil {
		t.Fatal(err)
	}
	if len(e.exports) != 2 {
		t.Errorf("%d exports, want 2: what the backend takes is more than nothing", len(e.exports))
	}
}

func TestShutdownIsBounded(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	e := &memory{export: func(context.Context) error { <-hang; return errors.New("late") }}
	tel := startMemory(t, e)
	start := time.Now()
	for _, step := range []struct {
		call func(context.Context) error
		want string
	}{
		{tel.ForceFlush, "the exporter did not return in time"},
		{tel.ForceFlush, "the export before is still running"},
		{tel.Shutdown, "the export before is still running"},
	} {
		err := step.call(within(t, time.Second))
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), step.want) {
			t.Errorf("%v, want %q", err, step.want)
		}
	}
	if d := time.Since(start); d > 30*time.Second {
		t.Errorf("took %v", d)
	}
}

// An export at the interval that hangs is what Shutdown says it waited for, and
// not called as if ctx had been done before.
func TestShutdownDuringAHangingExport(t *testing.T) {
	hang, began := make(chan struct{}), make(chan struct{}, 10)
	defer close(hang)
	e := &memory{export: func(context.Context) error { began <- struct{}{}; <-hang; return errors.New("late") }}
	tel, err := Start(context.Background(), Options{Exporter: e, Interval: time.Second, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	<-began
	if err := tel.Shutdown(within(t, time.Second)); err == nil || !strings.Contains(err.Error(), "the export before is still running") {
		t.Errorf("Shutdown: %v", err)
	}
}

// A Shutdown that has no time left ends the exports that run, and those that
// wait for their turn, before it shuts the exporter down.
func TestNothingIsExportedAfterShutdown(t *testing.T) {
	began := make(chan struct{}, 10)
	e := &memory{export: func(ctx context.Context) error { began <- struct{}{}; <-ctx.Done(); return context.Cause(ctx) }}
	tel := startMemory(t, e)
	flushed := make(chan error, 2)
	for range cap(flushed) {
		go func() { flushed <- tel.ForceFlush(context.Background()) }()
	}
	<-began
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if err := tel.Shutdown(done); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown: %v", err)
	}
	for range cap(flushed) {
		select {
		case err := <-flushed:
			if !errors.Is(err, errEnded) {
				t.Errorf("ForceFlush: %v", err)
			}
		case <-time.After(30 * time.Second):
			t.Fatal("an export goes on after Shutdown")
		}
	}
	if len(began) > 0 {
		t.Error("an export began after Shutdown")
	}
}

// The ctx of signal.NotifyContext is done when a program shuts down.
func TestShutdownWithADoneContext(t *testing.T) {
	e := &memory{}
	tel := startMemory(t, e)
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if err := tel.Shutdown(done); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "pass one that is not, with a timeout") {
		t.Errorf("Shutdown: %v", err)
	}
	if err := tel.ForceFlush(context.Background()); !errors.Is(err, errEnded) {
		t.Errorf("ForceFlush: %v", err)
	}
	if len(e.exports) != 0 {
		t.Error("exported")
	}
}

// Shutdown lets an export at the interval finish, and then makes its own.
func TestShutdownDuringAnExport(t *testing.T) {
	began := make(chan struct{}, 10)
	release := make(chan struct{})
	e := &memory{export: func(context.Context) error { began <- struct{}{}; <-release; return nil }}
	tel, err := Start(context.Background(), Options{Exporter: e, Interval: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	<-began
	shut := make(chan error)
	go func() { shut <- tel.Shutdown(context.Background()) }()
	time.Sleep(50 * time.Millisecond) // gives a Shutdown that does not wait the time to fail
	close(release)
	if err := <-shut; err != nil {
		t.Error(err)
	}
	if len(e.exports) < 2 || !e.shut { // under load the interval may have ended again
		t.Errorf("%d exports, shut down %t; want 2", len(e.exports), e.shut)
	}
}

func TestShutdownTwice(t *testing.T) {
	e := &memory{}
	tel := startMemory(t, e)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := tel.Shutdown(context.Background()); err != nil {
				t.Error(err)
			}
			e.mu.Lock()
			defer e.mu.Unlock()
			if !e.shut {
				t.Error("returned before the first was done")
			}
		})
	}
	wg.Wait()
	if len(e.exports) != 1 {
		t.Errorf("%d exports, want 1", len(e.exports))
	}
	if err := tel.ForceFlush(context.Background()); !errors.Is(err, errEnded) {
		t.Errorf("ForceFlush: %v", err)
	}
}
