package census

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

// doneContext is what signal.NotifyContext gives after the signal.
func doneContext() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// A ctx that is over leaves nothing unsaid: each series is listed, or its records are
// counted, whichever goroutine was faster.
func TestLateShutdownListsViews(t *testing.T) {
	const runs = 300
	listed := 0
	for run := range runs {
		f := newFixture(t, threeTags()[:1])
		tel := startMemory(t, &memory{})
		for value := range 3 {
			f.set.Record(nilContext, f.one(), record.Closed(uint8(value+1)))
		}
		var e *runtime.ShutdownError
		if err := tel.Shutdown(doneContext()); !errors.As(err, &e) || !strings.Contains(err.Error(), "ctx was already done") {
			t.Fatalf("run %d: %v", run, err)
		}
		ours := slices.DeleteFunc(e.Unsent, func(s runtime.SeriesFailure) bool { return !strings.HasPrefix(s.Series, f.view.Name+"{") })
		if missing := 3 - len(ours); e.Unread < uint64(missing) {
			t.Fatalf("run %d: %d series are missing, and %d records counted: %v", run, missing, e.Unread, e)
		}
		if len(ours) == 3 {
			listed++
		}
	}
	t.Logf("listed in %d of %d runs", listed, runs)
	if listed == 0 {
		t.Error("no run has listed its series")
	}
}

// A blocker is an exporter of OpenCensus that holds its worker up. OpenCensus calls
// it when a view is unregistered, and every 10 seconds.
type blocker struct {
	entered, release chan struct{}
	once             sync.Once
}

func (b *blocker) ExportView(*view.Data) {
	b.once.Do(func() { close(b.entered) })
	<-b.release
}

// A refusing exporter's backend takes nothing.
type refusing struct{}

func (refusing) Export(_ context.Context, metrics []*metric.Metric) error {
	e := &runtime.ExportError{}
	for _, m := range metrics {
		e.Failures = append(e.Failures, runtime.Failure{Metric: m, Fate: runtime.Refused, Err: errDown})
	}
	return e
}

func (refusing) Shutdown(context.Context) error { return nil }

// What waits in the queue has no name, and is counted. What was read before is
// listed.
func TestLateShutdownCountsTheQueue(t *testing.T) {
	f, held := newFixture(t, nil), newFixture(t, nil)
	held.set.Record(nilContext, held.one())
	tel, err := runtime.Start(t.Context(), runtime.Options{Exporter: refusing{}, Interval: time.Hour, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	if f.set.Record(nilContext, f.one()); tel.ForceFlush(within(t, testGrace)) == nil {
		t.Fatal("the backend has accepted something")
	}
	b := &blocker{entered: make(chan struct{}), release: make(chan struct{})}
	view.RegisterExporter(b)
	unregistered := make(chan struct{})
	go func() { defer close(unregistered); view.Unregister(held.view) }()
	<-b.entered
	const records = 7
	for range records {
		f.set.Record(nilContext, []stats.Measurement{f.measure.M(1)})
	}
	err = tel.Shutdown(doneContext())
	close(b.release)
	<-unregistered
	view.UnregisterExporter(b)
	var all *runtime.ShutdownError
	if !errors.As(err, &all) || all.Unread < records || !strings.Contains(err.Error(), "records were not read in time") {
		t.Fatalf("%v", err)
	}
	if !slices.ContainsFunc(all.Refused, func(s runtime.SeriesFailure) bool { return s.Series == f.view.Name }) {
		t.Errorf("%s is not listed: %v", f.view.Name, err)
	}
}
