//go:build go1.25

package runtime

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// An export that hangs, at the interval or of ForceFlush, costs Shutdown half of
// its time and not what it has to deliver.
func TestShutdownDuringAHangingExport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, flush := range []bool{false, true} {
			b := newBackend(testSpacing)
			b.set("a", 1)
			hang := true
			b.answer = func(ctx context.Context, _ export) error {
				if !hang {
					return nil
				}
				hang = false
				<-ctx.Done()
				return context.Cause(ctx)
			}
			opts := Options{Interval: time.Minute, OnError: func(error) {}}
			flushed := make(chan error, 1)
			if flush {
				opts.Interval = 0
			}
			tel := b.start(t, opts)
			if flush {
				go func() { flushed <- tel.ForceFlush(within(t, time.Hour)) }()
			}
			for len(b.exported()) == 0 {
				time.Sleep(time.Second)
			}
			b.set("a", 2, "b", 2)
			began := time.Now()
			if err := tel.Shutdown(within(t, testGrace)); err != nil {
				t.Errorf("ForceFlush %t: Shutdown: %v", flush, err)
			}
			if d := time.Since(began); d != max(testGrace/2, testSpacing) {
				t.Errorf("ForceFlush %t: took %v", flush, d)
			}
			b.wantExports(t, "a", "ab")
			b.wantHas(t, "a", 2, "b", 2)
			if h := tel.Health(); h.Exports != 2 || h.Unconfirmed != 1 || h.Delivered != 2 {
				t.Errorf("%+v", h)
			}
			if !flush {
				continue
			}
			if err := <-flushed; err != nil && !errors.Is(err, errHaste) {
				t.Errorf("ForceFlush: %v", err)
			}
		}
	})
}
