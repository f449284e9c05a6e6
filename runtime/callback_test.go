//go:build go1.25

package runtime

import (
	"context"
	"errors"
	goruntime "runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
)

// A function that ends its goroutine costs its own series, is counted at each
// reading, and logged once with its place. All others are read, also those behind
// it.
func TestObservedGoexit(t *testing.T) {
	log := logTo(t)
	o := newObserving(t, threeTags()[0])
	defer o.Observe(constant(1), Closed(uint8(1)))()
	stopGoexit := o.Observe(func() float64 { goruntime.Goexit(); return 2 }, Closed(uint8(2)))
	defer stopGoexit()
	defer o.Observe(constant(3), Closed(uint8(3)))()
	failing := &testing.T{} // its FailNow is what a check in a function calls
	defer o.Observe(func() float64 { failing.FailNow(); return 4 })()
	for range 2 {
		wantValues(t, o.last, map[string]any{"a": 1.0, "c": 3.0})
		wantValues(t, o.sum, map[string]any{"a": 1.0, "c": 3.0})
	}
	wantCount(t, "", o.last, ReasonPanicked, 8)
	wantCount(t, "", o.sum, ReasonPanicked, 8)
	got := log.lines(o.sum)
	if len(got) != 2 {
		t.Fatalf("logged %q", got)
	}
	for _, line := range got {
		for _, text := range []string{"level=ERROR", "runtime.Goexit", o.last, "TestObservedGoexit.func", "callback_test.go:"} {
			if !strings.Contains(line, text) {
				t.Errorf("no %s in %s", text, line)
			}
		}
	}
}

// Readings, exports and stops overlap with functions that end their goroutines.
func TestObservedGoexitConcurrently(t *testing.T) {
	logTo(t)
	o := newObserving(t)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 50 {
				stop := o.Observe(func() float64 { goruntime.Goexit(); return 1 })
				o.p.producer.Read()
				stop()
			}
		})
	}
	all.Wait()
	defer o.Observe(constant(5))()
	wantValues(t, o.last, map[string]any{"": 5.0})
}

// A goexiter is a producer that ends whatever goroutine reads it.
type goexiter struct{}

func (*goexiter) Read() []*metricdata.Metric { goruntime.Goexit(); return nil }

func TestProducerGoexits(t *testing.T) {
	p := &goexiter{}
	metricproducer.GlobalManager().AddProducer(p)
	defer metricproducer.GlobalManager().DeleteProducer(p)
	f := newFixture(t, nil)
	e := &memory{}
	tel := startMemory(t, e)
	f.set.Record(nilContext, f.one())
	err := tel.Shutdown(context.Background())
	if err == nil || !strings.Contains(err.Error(), "the producer *runtime.goexiter of metrics ended its goroutine") {
		t.Errorf("Shutdown said %v", err)
	}
	if got := e.last(f.view.Name); got == nil || got.TimeSeries[0].Points[0].Value != int64(1) {
		t.Errorf("%v of 1 record arrived", got)
	}
	metrics, err := GatherPartial(context.Background())
	if len(metrics) == 0 || err == nil {
		t.Errorf("%d metrics, %v", len(metrics), err)
	}
}

// A breaking exporter breaks in the call that is named: "panics" or "goexits".
type breaking struct {
	*backend
	call, how string
}

func (b *breaking) breakIn(call string) {
	if call != b.call {
		return
	}
	if b.how == "panics" {
		panic("no backend today")
	}
	goruntime.Goexit()
}

func (b *breaking) Export(ctx context.Context, metrics []*metricdata.Metric) error {
	b.breakIn("Export")
	return b.backend.Export(ctx, metrics)
}

func (b *breaking) Prepare(context.Context, []metricdata.Descriptor) error {
	b.breakIn("Prepare")
	return nil
}

func (b *breaking) Shutdown(ctx context.Context) error {
	b.breakIn("Shutdown")
	return b.backend.Shutdown(ctx)
}

// What an exporter does to its goroutine is an error of that call. Nobody waits for
// an answer that never comes, and the exports go on.
func TestExporterBreaks(t *testing.T) {
	for _, call := range []string{"Export", "Prepare", "Shutdown"} {
		for how, text := range map[string]string{"panics": "panicked: no backend today", "goexits": "ended its goroutine"} {
			t.Run(call+" "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := &breaking{newBackend(testSpacing), call, how}
					b.set("a", 1)
					errs := &told{}
					tel, err := Start(t.Context(), Options{Exporter: b, OnError: errs.tell, Interval: 10 * time.Second, source: source{drain: b.drain, gather: b.gather}})
					if err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Minute)
					if n := len(b.exported()); (n == 0) != (call == "Export") {
						t.Errorf("%d exports", n)
					}
					b.set("a", 2)
					began := time.Now()
					err = tel.Shutdown(within(t, testGrace))
					if call == "Export" && lists(err) != "unconfirmed m{s=a}; " {
						t.Errorf("Shutdown: %v", err)
					}
					if call != "Export" && time.Since(began) > testSpacing {
						t.Errorf("Shutdown took %v", time.Since(began))
					}
					all := errors.Join(append(errs.get(), err)...)
					for _, want := range []string{"the exporter's " + call, text, "callback_test.go:"} {
						if all == nil || !strings.Contains(all.Error(), want) {
							t.Errorf("no %q in %v", want, all)
						}
					}
				})
			})
		}
	}
}

// An OnError that calls t.Fatal does not end the exports.
func TestOnErrorGoexits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.set("a", 1)
		failures := 0
		b.answer = func(context.Context, export) error {
			if failures++; failures > 3 {
				return nil
			}
			return errDown
		}
		errs := &told{}
		tel := b.start(t, Options{Interval: 10 * time.Second, OnError: func(err error) { errs.tell(err); goruntime.Goexit() }})
		time.Sleep(time.Minute)
		b.wantHas(t, "a", 1)
		if got := errs.get(); len(got) < 2 || !errors.Is(got[len(got)-1], ErrRecovered) {
			t.Errorf("told %v", got)
		}
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Error(err)
		}
	})
}
