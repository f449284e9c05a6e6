//go:build go1.25

package runtime

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A package that registers later is prepared when it does, without an export.
func TestPrepare(t *testing.T) {
	e := &memory{prepared: make(chan []string, 10)}
	first := newTestPackage("prepared")
	later := newTestPackage("later")
	if err := first.Register(); err != nil {
		t.Fatal(err)
	}
	defer first.Unregister()
	tel := startMemory(t, e)
	has := func(names []string, p *testPackage) bool { return slices.Contains(names, p.name) }
	if names := <-e.prepared; !has(names, first) || has(names, later) || !slices.Contains(names, "ocgen/telemetry/points") {
		t.Errorf("Start prepared %q", names)
	}
	for range 2 {
		if err := later.Register(); err != nil {
			t.Fatal(err)
		}
	}
	defer later.Unregister()
	if names := <-e.prepared; !has(names, first) || !has(names, later) {
		t.Errorf("prepared %q", names)
	}
	if err := tel.Shutdown(within(t, 20*time.Second)); err != nil {
		t.Fatal(err)
	}
	if len(e.prepared) > 0 {
		t.Errorf("prepared again: %q", <-e.prepared)
	}
}

// A failing Prepare is told, keeps nothing from being exported, and is tried
// again at the interval; one that hangs holds Start up for 10 s.
func TestPrepareFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told told
		var calls atomic.Int64
		b := newBackend(0)
		b.set("a", 1)
		b.prepare = func(ctx context.Context) error {
			switch calls.Add(1) {
			case 1:
				<-ctx.Done()
				return context.Cause(ctx)
			case 2:
				return errDown
			}
			return nil
		}
		began := time.Now()
		tel, err := Start(context.Background(), Options{Exporter: b, Interval: time.Minute,
			OnError: told.tell, source: b.source()})
		if err != nil || time.Since(began) != prepareTimeout {
			t.Fatalf("%v after %v", err, time.Since(began))
		}
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if got := told.get(); calls.Load() != 3 || len(got) != 3 || !errors.Is(got[0], context.DeadlineExceeded) || !errors.Is(got[1], errDown) || !errors.Is(got[2], ErrRecovered) {
			t.Errorf("prepared %d times, told %q", calls.Load(), got)
		}
		b.wantHas(t, "a", 1)
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
	})
}

// A Prepare that always fails is told once, though exports go well, or fail too.
func TestPrepareFailsForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, down := range []error{nil, errDown} {
			var told told
			b := newBackend(0)
			b.set("a", 1)
			b.prepare = func(context.Context) error { return errors.New("no permission") }
			b.answer = func(_ context.Context, e export) error {
				if down == nil {
					return nil
				}
				return e.fail(Refused, down, "a")
			}
			tel := b.start(t, Options{Interval: time.Minute, OnError: told.tell})
			time.Sleep(10 * time.Minute)
			preparing := 0
			for _, err := range told.get() {
				if strings.Contains(err.Error(), "preparing the backend") {
					preparing++
				}
			}
			if preparing != 1 {
				t.Errorf("exports return %v: told %d times: %v", down, preparing, told.get())
			}
			_ = tel.Shutdown(within(t, time.Second))
			if all := told.get(); !strings.HasPrefix(all[len(all)-1].Error(), "10 more times: preparing") {
				t.Errorf("at the end told: %v", all[len(all)-1])
			}
		}
	})
}
