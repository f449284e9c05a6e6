//go:build go1.25

package runtime

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestStartRefuses(t *testing.T) {
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		ctx  context.Context
		opts Options
		want string
	}{
		{context.Background(), Options{}, "Options.Exporter is nil"},
		{context.Background(), Options{Exporter: &memory{}, Interval: time.Millisecond}, "Options.Interval is 1ms: this exporter needs at least 1s"},
		{context.Background(), Options{Exporter: newBackend(testSpacing), Interval: 4 * time.Second}, "needs at least 5s"},
		{context.Background(), Options{Exporter: &memory{}, Interval: -time.Second}, "Options.Interval is -1s"},
		{done, Options{Exporter: &memory{}}, "context canceled"},
	} {
		if _, err := Start(c.ctx, c.opts); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.opts, err, c.want)
		}
	}
}

// The first export comes at a random moment of the first interval, and the
// others an interval apart, with all series, whether changed or not.
func TestExportsAtTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const starts, interval = 200, 10 * time.Second
		var sum time.Duration
		for range starts {
			b := newBackend(testSpacing)
			b.set("a", 1, "b", 2)
			began := time.Now()
			tel := b.start(t, Options{Interval: interval})
			time.Sleep(3 * interval)
			synctest.Wait()
			b.wantExports(t, "ab", "ab", "ab")
			all := b.exported()
			first := all[0].at.Sub(began)
			if first <= 0 || first > interval {
				t.Fatalf("first export after %v", first)
			}
			sum += first
			for n := 1; n < 3; n++ {
				if d := all[n].at.Sub(all[n-1].at); d != interval {
					t.Fatalf("exports %v apart, want %v", d, interval)
				}
			}
			if err := tel.Shutdown(within(t, testGrace)); err != nil {
				t.Fatal(err)
			}
			if len(b.exports) != 3 {
				t.Fatal("what the backend has was exported by Shutdown")
			}
		}
		if mean := sum / starts; mean < interval/4 || mean > interval*3/4 {
			t.Errorf("first exports come after %v in the mean: they are not spread over %v", mean, interval)
		}
	})
}

// What fails at the interval is tried again within it; the rest is left alone.
// An error that stays is told once, and then that it is over.
func TestRetriesAtTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told told
		var down atomic.Bool
		down.Store(true)
		b := newBackend(testSpacing)
		b.set("a", 1, "b", 2)
		b.answer = func(_ context.Context, e export) error {
			if down.Load() {
				return e.fail(Unsent, errDown, "b")
			}
			return nil
		}
		tel := b.start(t, Options{Interval: time.Minute, OnError: told.tell})
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		if all := b.exported(); len(all) < 20 || all[0].values["a"] != 1 || len(all[1].values) != 1 {
			t.Errorf("%d exports in 5 minutes, the second of %v; want b alone again", len(all), all[1].values)
		}
		if got := told.get(); len(got) != 1 || got[0].Error() != "the last values of 1 series are not delivered yet, and the next export sends them again; 1 unsent (m{s=b}: backend is down)" {
			t.Errorf("told %q", got)
		}
		down.Store(false)
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := told.get(); len(got) != 2 || !errors.Is(got[1], ErrRecovered) || !strings.HasPrefix(got[1].Error(), "exports work again, after ") {
			t.Errorf("told %q", got)
		}
		b.wantHas(t, "a", 1, "b", 2)
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
	})
}

// Of several calls within the spacing all return when the one export after it
// has their records. One that has nothing to deliver returns at once.
func TestForceFlushCoalesces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		tel := b.start(t, Options{})
		b.set("a", 1, "b", 1)
		for range 3 {
			if err := tel.ForceFlush(within(t, testGrace)); err != nil {
				t.Fatal(err)
			}
		}
		b.wantExports(t, "ab")
		var flushes sync.WaitGroup
		for n := range 10 {
			time.Sleep(100 * time.Millisecond)
			b.set("a", 2+n)
			flushes.Go(func() {
				if err := tel.ForceFlush(within(t, testGrace)); err != nil {
					t.Error(err)
				}
			})
		}
		flushes.Wait()
		b.wantExports(t, "ab", "a")
		b.wantHas(t, "a", 11, "b", 1)
		if d := b.exports[1].at.Sub(b.exports[0].at); d != testSpacing {
			t.Errorf("exports %v apart", d)
		}
		b.set("b", 2)
		b.set("a", 12)
		// b's last point is old enough, a's not: nothing may come too early.
		err := tel.ForceFlush(within(t, time.Second))
		if lists(err) != "unsent m{s=a}; " || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ForceFlush: %v", err)
		}
		b.wantExports(t, "ab", "a", "b")
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
		b.wantHas(t, "a", 12, "b", 2)
		if b.early > 0 {
			t.Errorf("%d points too early", b.early)
		}
	})
}

// Records that never stop do not keep ForceFlush, or Shutdown, from ending.
func TestEndlessRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		tel := b.start(t, Options{Interval: testSpacing})
		stop := make(chan struct{})
		go func() {
			for n := 1; ; n++ {
				b.set("a", n, "b", n, string(rune('c'+n%20)), n)
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond):
				}
			}
		}()
		time.Sleep(17 * time.Second)
		began := time.Now()
		for _, end := range []func(context.Context) error{tel.ForceFlush, tel.Shutdown} {
			if err := end(within(t, testGrace)); err != nil {
				t.Error(err)
			}
		}
		if d := time.Since(began); d > 2*testSpacing {
			t.Errorf("took %v", d)
		}
		if b.early > 0 {
			t.Errorf("%d points too early", b.early)
		}
		close(stop)
	})
}
