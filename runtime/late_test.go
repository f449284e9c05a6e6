package runtime

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

// doneContext is what signal.NotifyContext gives after the signal.
func doneContext() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

// The direct recorder has no queue.
func TestLateShutdownListsDirect(t *testing.T) {
	for run := range 300 {
		p := newTestPackage("late")
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		tel := startMemory(t, &memory{})
		p.counts.At(0).Inc()
		err := tel.Shutdown(doneContext())
		p.Unregister()
		var e *ShutdownError
		if !errors.As(err, &e) || !slices.ContainsFunc(e.Unsent, func(s SeriesFailure) bool { return s.Series == p.name }) {
			t.Fatalf("run %d: %v", run, err)
		}
	}
}

// A producer of metrics that does not return keeps nothing from the list that can be
// read without it: neither what is new, nor what has changed since an export.
func TestHangingProducerHidesNoDirectSeries(t *testing.T) {
	for name, withdrawn := range map[string]func(*testing.T) context.Context{
		"ctx ends":    func(t *testing.T) context.Context { return within(t, 10*time.Millisecond) },
		"ctx is over": func(*testing.T) context.Context { return doneContext() },
	} {
		t.Run(name, func(t *testing.T) {
			old, young := newTestPackage("before"), newTestPackage("since")
			for _, p := range []*testPackage{old, young} {
				if err := p.Register(); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(p.Unregister)
			}
			tel := startMemory(t, &memory{})
			old.counts.At(0).Inc()
			if err := tel.ForceFlush(within(t, testGrace)); err != nil {
				t.Fatal(err)
			}
			release := make(chan struct{})
			defer close(release)
			defer observe(t, func() float64 { <-release; return 1 })()
			old.counts.At(0).Inc() // no export has it
			young.counts.At(0).Inc()
			var e *ShutdownError
			if err := tel.Shutdown(withdrawn(t)); !errors.As(err, &e) {
				t.Fatalf("Shutdown: %v", err)
			}
			for _, name := range []string{old.name, young.name} {
				if !slices.ContainsFunc(e.Unsent, func(s SeriesFailure) bool { return s.Series == name }) {
					t.Errorf("%s is not listed: %v", name, e)
				}
			}
		})
	}
}
