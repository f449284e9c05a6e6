//go:build go1.25

package census

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/metric/metricdata"
)

// A plain exporter of OpenCensus has no methods but the one that it needs.
type plain struct {
	export func(ctx context.Context) error // nil: accepts

	mu      sync.Mutex
	got     [][]*metricdata.Metric
	calls   []string
	running atomic.Int64
	overlap atomic.Bool
}

func (e *plain) ExportMetrics(ctx context.Context, data []*metricdata.Metric) error {
	defer e.enter("ExportMetrics")()
	e.mu.Lock()
	e.got = append(e.got, data)
	e.mu.Unlock()
	if e.export == nil {
		return nil
	}
	return e.export(ctx)
}

// exports returns how many there were.
func (e *plain) exports() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.got)
}

// enter notes a call, and whether another one runs.
func (e *plain) enter(call string) (leave func()) {
	if e.running.Add(1) > 1 {
		e.overlap.Store(true)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.calls = append(e.calls, call)
	return func() { e.running.Add(-1) }
}

// A queueing exporter sends when it is flushed, as contrib's for Stackdriver does.
type queueing struct {
	plain
	flush, closing func() // nil: nothing
	closed         error

	sent int // of got
}

func (e *queueing) Flush() {
	defer e.enter("Flush")()
	if e.flush != nil {
		e.flush()
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sent = len(e.got)
}

func (e *queueing) StopMetricsExporter() { defer e.enter("StopMetricsExporter")() }

func (e *queueing) Close() error {
	defer e.enter("Close")()
	if e.closing != nil {
		e.closing()
	}
	return e.closed
}

// A closer is a plain exporter whose Close returns nothing.
type closer struct{ plain }

func (e *closer) Close() { defer e.enter("Close")() }

// oneMetric is what the tests export that need no Telemetry.
func oneMetric() []*metric.Metric {
	return []*metric.Metric{{Descriptor: metric.Descriptor{Name: "m"}, Series: []*metric.Series{{Point: metric.Point{Value: int64(1)}}}}}
}

// Each kind of exporter gets the calls that it has methods for: a queue is flushed after
// each Export, and at Shutdown before the exporter is closed.
func TestFromOpenCensusCalls(t *testing.T) {
	p, q, c := &plain{}, &queueing{}, &closer{}
	for _, e := range []struct {
		exporter runtime.Exporter
		of       *plain
		want     []string
	}{
		{FromOpenCensus(p, 0), p, []string{"ExportMetrics", "ExportMetrics"}},
		{FromOpenCensus(c, 0), &c.plain, []string{"ExportMetrics", "ExportMetrics", "Close"}},
		{FromOpenCensus(q, 0), &q.plain, []string{"ExportMetrics", "Flush", "ExportMetrics", "Flush", "StopMetricsExporter", "Flush", "Close"}},
	} {
		for range 2 {
			if err := e.exporter.Export(t.Context(), oneMetric()); err != nil {
				t.Error(err)
			}
			if q.sent != len(q.got) {
				t.Errorf("%d of %d exports are sent when Export returns", q.sent, len(q.got))
			}
		}
		if err := e.exporter.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if !slices.Equal(e.of.calls, e.want) {
			t.Errorf("calls %q, want %q", e.of.calls, e.want)
		}
	}
}

// The spacing has a margin, for exporters that date points after their reading.
func TestFromOpenCensusSpacing(t *testing.T) {
	for spacing, want := range map[time.Duration]time.Duration{0: 0, 5 * time.Second: 5100 * time.Millisecond} {
		s, ok := FromOpenCensus(&plain{}, spacing).(runtime.Spacer)
		if !ok || s.Spacing() != want {
			t.Errorf("of a spacing of %v the exporter says %v, want %v", spacing, s.Spacing(), want)
		}
	}
	_, err := runtime.Start(t.Context(), runtime.Options{Exporter: FromOpenCensus(nil, 0)})
	if err == nil || !strings.Contains(err.Error(), "Options.Exporter is nil") {
		t.Errorf("Start: %v", err)
	}
}

// The exporter's metrics are its own, however often their memory is used again here, and
// everything recorded arrives: views, direct series and observed ones.
func TestFromOpenCensusInATelemetry(t *testing.T) {
	views, m := newTestPackage("views")
	name := unique("counts")
	direct := newDirectPackage("direct", name)
	if err := errors.Join(views.Register(), direct.Register()); err != nil {
		t.Fatal(err)
	}
	defer views.Unregister()
	defer direct.Unregister()
	e := &queueing{}
	tel, err := runtime.Start(t.Context(), runtime.Options{Exporter: FromOpenCensus(e, 0), Interval: time.Hour, OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	var dumps []string
	for range 3 {
		direct.counts[0].At(0).Inc()
		NewTagSet(nil).Record(nilContext, one(m))
		if err := tel.ForceFlush(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
		dumps = append(dumps, dump(e.got[len(e.got)-1]...))
	}
	if err := tel.Shutdown(within(t, testGrace)); err != nil {
		t.Fatal(err)
	}
	for i, want := range dumps {
		if got := dump(e.got[i]...); got != want {
			t.Errorf("export %d was\n%s\nis\n%s", i, want, got)
		}
	}
	for _, name := range []string{name, views.views[0].Name} {
		for i := range 3 {
			if got := valueIn(e.got[i], name); got != int64(i+1) {
				t.Errorf("export %d has %s %v, want %d", i, name, got, i+1)
			}
		}
	}
	if got := e.calls[len(e.calls)-1]; got != "Close" || e.sent != len(e.got) {
		t.Errorf("at the end %s, %d of %d sent", got, e.sent, len(e.got))
	}
}

// valueIn returns the value of the first series of a metric.
func valueIn(metrics []*metricdata.Metric, name string) any {
	for _, m := range metrics {
		if m.Descriptor.Name == name {
			return m.TimeSeries[0].Points[0].Value
		}
	}
	return nil
}

// An error, a panic or a Goexit leaves all points unconfirmed, and the exporter in use.
func TestFromOpenCensusFails(t *testing.T) {
	for _, c := range []struct {
		name string
		e    *queueing
		want string
	}{
		{"error", &queueing{plain: plain{export: func(context.Context) error { return errDown }}}, "backend is down"},
		{"panic", &queueing{plain: plain{export: func(context.Context) error { panic("no backend today") }}},
			"ExportMetrics of the OpenCensus exporter *census.queueing panicked: no backend today, at "},
		{"Goexit", &queueing{plain: plain{export: func(context.Context) error { goruntime.Goexit(); return nil }}},
			"ExportMetrics of the OpenCensus exporter *census.queueing ended its goroutine with runtime.Goexit, at "},
		{"panic of Flush", &queueing{flush: func() { panic("no queue today") }},
			"Flush of the OpenCensus exporter *census.queueing panicked: no queue today, at "},
	} {
		t.Run(c.name, func(t *testing.T) {
			name := unique("counts")
			p := newDirectPackage("fails", name)
			if err := p.Register(); err != nil {
				t.Fatal(err)
			}
			defer p.Unregister()
			tel, err := runtime.Start(t.Context(), runtime.Options{Exporter: FromOpenCensus(c.e, 0), Interval: time.Hour, OnError: func(error) {}})
			if err != nil {
				t.Fatal(err)
			}
			p.counts[0].At(0).Inc()
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				defer cancel()
				for tel.Health().Exports == 0 {
					time.Sleep(time.Millisecond)
				}
			}()
			err = tel.ForceFlush(ctx)
			var all *runtime.ShutdownError
			if !errors.As(err, &all) || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("ForceFlush: %v, want %q", err, c.want)
			}
			if len(all.Unconfirmed) == 0 || len(all.Refused)+len(all.Unsent) > 0 || !slices.ContainsFunc(all.Unconfirmed, func(f runtime.SeriesFailure) bool {
				return strings.HasPrefix(f.Series, name+"{")
			}) {
				t.Errorf("%+v", all)
			}
			if h := tel.Health(); h.Delivered != 0 || h.Unconfirmed == 0 {
				t.Errorf("%+v", h)
			}
			c.e.export, c.e.flush = nil, nil
			if err := tel.Shutdown(within(t, testGrace)); err != nil {
				t.Errorf("when all is well again: %v", err)
			}
			if got := valueIn(c.e.got[len(c.e.got)-1], name); got != int64(1) || c.e.sent != len(c.e.got) {
				t.Errorf("%v arrived, %d of %d sent", got, c.e.sent, len(c.e.got))
			}
		})
	}
}

// What happens at Shutdown is told, and keeps nothing of it from being tried.
func TestFromOpenCensusShutdownFails(t *testing.T) {
	e := &queueing{flush: func() { panic("no queue today") }, closed: errDown}
	err := FromOpenCensus(e, 0).Shutdown(t.Context())
	if !errors.Is(err, errDown) || !strings.Contains(err.Error(), "no queue today") {
		t.Errorf("Shutdown: %v", err)
	}
	e = &queueing{closing: func() { goruntime.Goexit() }}
	err = FromOpenCensus(e, 0).Shutdown(t.Context())
	if err == nil || !strings.Contains(err.Error(), "Close of the OpenCensus exporter *census.queueing ended its goroutine") {
		t.Errorf("Shutdown: %v", err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	synctest.Test(t, func(t *testing.T) {
		e := &queueing{}
		if err := FromOpenCensus(e, 0).Shutdown(done); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Shutdown: %v", err)
		}
		synctest.Wait()
		if want := []string{"StopMetricsExporter", "Flush", "Close"}; !slices.Equal(e.calls, want) {
			t.Errorf("without any time: calls %q, want %q", e.calls, want)
		}
	})
}

// A slow exporter has its time until ctx is done.
func TestFromOpenCensusSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &queueing{flush: func() { time.Sleep(4 * time.Second) }}
		e.export = func(context.Context) error { time.Sleep(5 * time.Second); return nil }
		began := time.Now()
		if err := FromOpenCensus(e, 0).Export(within(t, 10*time.Second), oneMetric()); err != nil || time.Since(began) != 9*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// An exporter that hangs, in ExportMetrics or in Flush and whatever its ctx says, holds
// nobody up for longer than ctx. Its calls do not overlap: the next one begins when the
// one that hangs has returned.
func TestFromOpenCensusHangs(t *testing.T) {
	for _, where := range []string{"ExportMetrics", "Flush"} {
		t.Run(where, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				e := &queueing{}
				if where == "Flush" {
					e.flush = func() { <-release }
				} else {
					e.export = func(context.Context) error { <-release; return nil }
				}
				exporter := FromOpenCensus(e, 0)
				for i, want := range []string{"did not return in time", "has not returned yet", "has not returned yet"} {
					call := func(ctx context.Context) error { return exporter.Export(ctx, oneMetric()) }
					if i == 2 {
						call = exporter.Shutdown
					}
					began := time.Now()
					err := call(within(t, 3*time.Second))
					if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), want) || time.Since(began) != 3*time.Second {
						t.Errorf("call %d: %v after %v", i, err, time.Since(began))
					}
				}
				if n := e.exports(); n != 1 {
					t.Errorf("exported %d times while it hangs", n)
				}
				go func() { time.Sleep(time.Second); close(release) }()
				if err := exporter.Export(within(t, 3*time.Second), oneMetric()); err != nil {
					t.Error(err)
				}
				if err := exporter.Shutdown(within(t, 3*time.Second)); err != nil {
					t.Error(err)
				}
				if len(e.got) != 2 || e.sent != 2 || e.overlap.Load() {
					t.Errorf("%d exports, %d sent, overlapping %t", len(e.got), e.sent, e.overlap.Load())
				}
			})
		})
	}
}

// An exporter that hangs does not keep a Telemetry from ending.
func TestFromOpenCensusHangsInATelemetry(t *testing.T) {
	name := unique("counts")
	p := newDirectPackage("hangs", name)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	release := make(chan struct{})
	defer close(release)
	entered := make(chan struct{}, 1)
	e := &queueing{flush: func() { entered <- struct{}{}; <-release }}
	tel, err := runtime.Start(t.Context(), runtime.Options{Exporter: FromOpenCensus(e, 0), Interval: time.Hour, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	p.counts[0].At(0).Inc()
	flushed := make(chan error, 1)
	go func() { flushed <- tel.ForceFlush(context.Background()) }()
	<-entered
	err = tel.Shutdown(within(t, 50*time.Millisecond))
	if <-flushed == nil {
		t.Error("ForceFlush hides that the exporter hangs")
	}
	var all *runtime.ShutdownError
	if !errors.As(err, &all) || !slices.ContainsFunc(all.Unconfirmed, func(f runtime.SeriesFailure) bool {
		return strings.HasPrefix(f.Series, name+"{")
	}) {
		t.Errorf("Shutdown: %v", err)
	}
	if text := fmt.Sprint(err); strings.Contains(text, "shutting down the exporter") {
		t.Errorf("it had no time: %s", text)
	}
}
