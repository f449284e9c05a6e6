package census

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"

	"github.com/ocgen/ocgen/internal/wait"
)

// flaky is an exporter that now and then takes nothing.
type flaky struct{ memory }

func (e *flaky) Export(ctx context.Context, metrics []*metric.Metric) error {
	if rand.IntN(3) == 0 {
		failed := &runtime.ExportError{}
		for _, m := range metrics {
			failed.Failures = append(failed.Failures, runtime.Failure{Metric: m, Fate: runtime.Unsent, Err: errDown})
		}
		return failed
	}
	return e.memory.Export(ctx, metrics)
}

// Recorders, exports at the interval, ForceFlush, Gather, Health, registrations
// and Shutdown all at once, for the race detector; and no record made before
// Shutdown is missing.
func TestAllAtOnce(t *testing.T) {
	p, m := newTestPackage("atonce")
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	e := &flaky{}
	tel, err := runtime.Start(context.Background(), runtime.Options{Exporter: e, Interval: time.Second, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	set := NewTagSet(nil)
	var recorded atomic.Int64
	var busy sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		for _, do := range []func(){
			func() { set.Record(nilContext, []stats.Measurement{m.M(1)}); recorded.Add(1) },
			func() { _ = tel.ForceFlush(within(t, time.Second)) },
			func() { runtime.Gather(context.Background()); tel.Health() },
			func() {
				other, _ := newTestPackage("beside")
				if err := other.Register(); err != nil {
					t.Error(err)
				}
				other.Unregister()
			},
		} {
			wait.Go(&busy, func() {
				for {
					select {
					case <-stop:
						return
					case <-time.After(time.Millisecond):
						do()
					}
				}
			})
		}
	}
	time.Sleep(1500 * time.Millisecond)
	before := recorded.Load()
	if err := tel.Shutdown(within(t, 20*time.Second)); err != nil {
		t.Error(err)
	}
	close(stop)
	busy.Wait()
	last := e.last(p.views[0].Name)
	if last == nil || last.Series[0].Point.Value.(int64) < before {
		t.Errorf("%d recorded before Shutdown, delivered %+v", before, last)
	}
}

// Package evaluate looks for conflicts at any time, also while packages are registered. It
// is for the race detector.
func TestConflictsBesideRegistrations(t *testing.T) {
	name := unique("conflicts")
	m := stats.Int64(name, "Conflicts.", "1")
	p := newViewsPackage("conflicts", []*view.View{{Name: name, Measure: m, Aggregation: view.Count()}}, ViewsInfo{}, nil)
	registered := make(chan struct{})
	go func() {
		defer close(registered)
		for range 100 {
			if err := p.Register(); err != nil {
				t.Error(err)
			}
			p.Unregister()
		}
	}()
	for ended := false; !ended; {
		select {
		case <-registered:
			ended = true
		default:
		}
		record.SourceConflicts([]string{name})
	}
	if conflicts := record.SourceConflicts([]string{name}); len(conflicts) > 0 {
		t.Errorf("at the end: %v", conflicts)
	}
}
