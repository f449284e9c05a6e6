package runtime

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opencensus.io/stats"
)

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
