//go:build go1.25

package runtime

import (
	"context"
	"errors"
	goruntime "runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

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

func (b *breaking) Export(ctx context.Context, metrics []*metric.Metric) error {
	b.breakIn("Export")
	return b.backend.Export(ctx, metrics)
}

func (b *breaking) Prepare(context.Context, []metric.Descriptor) error {
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
					tel, err := Start(t.Context(), Options{Exporter: b, OnError: errs.tell, Interval: 10 * time.Second, source: b.source()})
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
