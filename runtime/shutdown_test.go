//go:build go1.25

package runtime

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

func TestShutdownDeliversEverything(t *testing.T) {
	const records, runs = 1000, 200
	for run := range runs {
		p := newTestPackage("deliver")
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		e := &memory{}
		tel := startMemory(t, e)
		for range records {
			p.counts.At(0).Inc()
		}
		if err := tel.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
		last := e.last(p.name)
		if last == nil || last.Series[0].Point.Value != int64(records) {
			t.Fatalf("run %d: %+v", run, last)
		}
		if !e.shut {
			t.Fatal("the exporter was not shut down")
		}
		p.Unregister()
	}
}

// Only what has changed is exported, and only that is waited for.
func TestShutdownWaitsForTheSpacing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			name    string
			after   time.Duration // since the last export
			change  []any
			wait    time.Duration
			exports []string
		}{
			{"nothing changed", 0, nil, 0, []string{"ab"}},
			{"one changed", time.Second, []any{"a", 9}, 4 * time.Second, []string{"ab", "a"}},
			{"at once", 0, []any{"a", 9, "b", 9}, 5 * time.Second, []string{"ab", "ab"}},
			{"long ago", time.Hour, []any{"a", 9}, 0, []string{"ab", "a"}},
			{"a new series", time.Second, []any{"c", 9}, 0, []string{"ab", "c"}},
			{"a new and an old one", time.Second, []any{"c", 9, "b", 9}, 4 * time.Second, []string{"ab", "c", "b"}},
		} {
			b := newBackend(testSpacing)
			b.set("a", 1, "b", 2)
			tel := b.start(t, Options{})
			if err := tel.ForceFlush(within(t, testGrace)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(c.after)
			b.set(c.change...)
			began := time.Now()
			if err := tel.Shutdown(within(t, testGrace)); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if d := time.Since(began); d != c.wait {
				t.Errorf("%s: Shutdown took %v, want %v", c.name, d, c.wait)
			}
			b.wantExports(t, c.exports...)
			b.wantHas(t, c.change...)
		}
	})
}

// If the spacing outlasts ctx the series is exported as late as it can be, and
// what the backend says of it is what Shutdown says.
func TestShutdownWithoutTimeForTheSpacing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.set("a", 1, "b", 2)
		tel := b.start(t, Options{})
		if err := tel.ForceFlush(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
		b.set("a", 9, "c", 9)
		began := time.Now()
		err := tel.Shutdown(within(t, 3*time.Second))
		if lists(err) != "refused m{s=a}; " || !strings.Contains(err.Error(), "too early") {
			t.Errorf("Shutdown: %v", err)
		}
		if d := time.Since(began); d != 3*time.Second-leastReserve {
			t.Errorf("exported %v before the end", 3*time.Second-d)
		}
		b.wantExports(t, "ab", "c", "a")
	})
}

// An exporter that hangs keeps Shutdown for no more than 100 ms after its ctx,
// and the lists say what was sent and what was not.
func TestShutdownIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		b := newBackend(testSpacing)
		b.set("a", 1, "b", 2)
		b.answer = func(context.Context, export) error { <-hang; return errDown }
		tel := b.start(t, Options{})
		began := time.Now()
		err := tel.ForceFlush(within(t, time.Second))
		if lists(err) != "unconfirmed m{s=a} m{s=b}; " || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("ForceFlush: %v", err)
		}
		b.set("b", 3, "c", 4)
		err = tel.Shutdown(within(t, time.Second))
		if lists(err) != "unconfirmed m{s=a}; unsent m{s=b} m{s=c}; " || !strings.Contains(err.Error(), "an earlier export is still running") {
			t.Errorf("Shutdown: %v", err)
		}
		if d := time.Since(began); d > 2*time.Second+100*time.Millisecond {
			t.Errorf("took %v", d)
		}
		if h := tel.Health(); h.Exports != 1 || h.Failures != 1 || h.Unconfirmed != 2 || h.LastError == nil {
			t.Errorf("%+v", h)
		}
		close(hang)
		synctest.Wait()
		if h := tel.Health(); h.Exports != 1 || h.Unconfirmed != 2 {
			t.Errorf("counted twice: %+v", h)
		}
	})
}

// An exporter that closes late is told of, unless it had no time.
type closing struct {
	*backend
	err error // nil: it closes when ctx is long done
}

func (c closing) Shutdown(ctx context.Context) error {
	if c.err != nil {
		return c.err
	}
	<-ctx.Done()
	time.Sleep(time.Hour)
	return nil
}

func TestShutdownOfTheExporter(t *testing.T) {
	for _, c := range []struct {
		name   string
		hangs  bool // the export, until ctx is done
		err    error
		series string
		told   bool
	}{
		{"late", false, nil, "", true},
		{"no time", true, nil, "unconfirmed m{s=a}; ", false},
		{"fails", false, errDown, "", true},
		{"no time, and fails", true, errDown, "unconfirmed m{s=a}; ", true},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := newBackend(0)
			b.set("a", 1)
			if c.hangs {
				b.answer = func(ctx context.Context, _ export) error { <-ctx.Done(); return context.Cause(ctx) }
			}
			tel, err := Start(context.Background(), Options{Exporter: closing{b, c.err}, source: b.source()})
			if err != nil {
				t.Fatal(err)
			}
			err = tel.Shutdown(within(t, time.Second))
			if lists(err) != c.series || strings.Contains(err.Error(), "shutting down the exporter") != c.told {
				t.Errorf("%s: %v", c.name, err)
			}
			if c.err != nil && !errors.Is(err, c.err) {
				t.Errorf("%s: %v", c.name, err)
			}
			time.Sleep(2 * time.Hour) // it closes
		})
	}
}

// A hanging producer, too.
func TestShutdownWithAHangingProducer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		b := newBackend(0)
		tel, err := Start(context.Background(), Options{Exporter: b, source: source{
			drain: b.drain, records: b.source().records,
			gather: func(*record.Memory) ([]*metric.Metric, error) { <-hang; return nil, nil },
		}})
		if err != nil {
			t.Fatal(err)
		}
		err = tel.Shutdown(within(t, time.Second))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown: %v", err)
		}
		close(hang)
	})
}

// A Shutdown that has no time left ends the exports that run, and those that
// wait for their turn, before it shuts the exporter down.
func TestNothingIsExportedAfterShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(0)
		b.set("a", 1)
		b.answer = func(ctx context.Context, _ export) error { <-ctx.Done(); return context.Cause(ctx) }
		tel := b.start(t, Options{})
		flushed := make(chan error, 2)
		for range cap(flushed) {
			go func() { flushed <- tel.ForceFlush(context.Background()) }()
		}
		synctest.Wait()
		done, cancel := context.WithCancel(context.Background())
		cancel()
		err := tel.Shutdown(done)
		if lists(err) != "unconfirmed m{s=a}; " {
			t.Errorf("Shutdown: %v", err)
		}
		for range cap(flushed) {
			if err := <-flushed; !errors.Is(err, errEnded) {
				t.Errorf("ForceFlush: %v", err)
			}
		}
		b.wantExports(t, "a")
	})
}

// The ctx of signal.NotifyContext is done when a program shuts down.
func TestShutdownWithADoneContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done, cancel := context.WithCancel(context.Background())
		cancel()
		for _, values := range [][]any{{}, {"a", 1, "b", 1}} {
			b := newBackend(0)
			tel := b.start(t, Options{})
			b.set(values...)
			err := tel.Shutdown(done)
			if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "pass a ctx that has time left") {
				t.Errorf("Shutdown: %v", err)
			}
			if want := map[int]string{0: "", 4: "unsent m{s=a} m{s=b}; "}[len(values)]; lists(err) != want {
				t.Errorf("Shutdown: %q, want %q", lists(err), want)
			}
			if err := tel.ForceFlush(context.Background()); !errors.Is(err, errEnded) {
				t.Errorf("ForceFlush: %v", err)
			}
			if len(b.exports) != 0 || !b.shut {
				t.Errorf("%d exports, shut down %t", len(b.exports), b.shut)
			}
		}
	})
}

// Shutdown lets an export at the interval finish that has what it would send.
func TestShutdownDuringAnExport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, began := make(chan struct{}), make(chan struct{}, 10)
		b := newBackend(testSpacing)
		b.set("a", 1)
		b.answer = func(context.Context, export) error { began <- struct{}{}; <-release; return nil }
		tel := b.start(t, Options{Interval: testSpacing})
		<-began
		shut := make(chan error)
		go func() { shut <- tel.Shutdown(within(t, testGrace)) }()
		synctest.Wait()
		close(release)
		if err := <-shut; err != nil {
			t.Error(err)
		}
		b.wantExports(t, "a")
	})
}

// A Shutdown without a deadline does not try for ever.
func TestShutdownGivesItselfADeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.set("a", 1)
		b.answer = func(_ context.Context, e export) error { return e.fail(Unsent, errDown, "a") }
		tel := b.start(t, Options{})
		began := time.Now()
		if err := tel.Shutdown(context.Background()); lists(err) != "unsent m{s=a}; " || !errors.Is(err, errDown) {
			t.Errorf("Shutdown: %v", err)
		}
		if d := time.Since(began); d > unboundedTimeout || len(b.exports) < 5 {
			t.Errorf("%d exports in %v", len(b.exports), d)
		}
	})
}

func TestShutdownTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.set("a", 1)
		tel := b.start(t, Options{})
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := tel.Shutdown(context.Background()); err != nil {
					t.Error(err)
				}
				b.mu.Lock()
				defer b.mu.Unlock()
				if !b.shut {
					t.Error("returned before the first was done")
				}
			})
		}
		wg.Wait()
		b.wantExports(t, "a")
	})
}

// The next process of the same identity goes on where this one ended, for no
// point was dated ahead.
func TestRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.set("a", 1)
		if err := b.start(t, Options{}).Shutdown(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
		last := b.has["a"].Time
		if last.After(time.Now()) {
			t.Errorf("dated %v ahead", time.Until(last))
		}
		time.Sleep(time.Second)
		b.started, b.shut = time.Now(), false
		b.set("a", 7)
		var told told // the first export may come too early: only the backend knows of the first process
		tel := b.start(t, Options{Interval: 10 * time.Second, OnError: told.tell})
		time.Sleep(20 * time.Second)
		if got := told.get(); len(got) > 2 || len(got) == 2 && !errors.Is(got[1], ErrRecovered) {
			t.Error(got)
		}
		b.wantHas(t, "a", 7)
		b.set("a", 8)
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
		b.wantHas(t, "a", 8)
	})
}
