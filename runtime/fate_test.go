//go:build go1.25

package runtime

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestFates holds what Shutdown makes of each answer: what it tries again, when,
// and what it says in the end.
func TestFates(t *testing.T) {
	times := func(n int, answer func(e export) error) func(*backend) func(context.Context, export) error {
		return func(b *backend) func(context.Context, export) error {
			return func(_ context.Context, e export) error {
				if len(b.exports) > n {
					return nil
				}
				return answer(e)
			}
		}
	}
	const always = 1 << 30
	fate := func(f Fate, labels ...string) func(export) error {
		return func(e export) error { return e.fail(f, errDown, labels...) }
	}
	for _, c := range []struct {
		name       string
		answer     func(*backend) func(context.Context, export) error
		want       string
		has        []any
		atLeast    time.Duration // between the first and second export
		atMost     time.Duration
		tries      int  // 0: any
		mayBeEarly bool // the backend has the points that the exporter cannot name
	}{
		{name: "accepted", answer: times(0, nil), tries: 1, has: []any{"a", 1, "b", 2, "c", 3}},
		{name: "unsent once", answer: times(1, fate(Unsent, "b")), tries: 2,
			atLeast: firstBackoff / 2, atMost: firstBackoff, has: []any{"a", 1, "b", 2, "c", 3}},
		{name: "unsent three times", answer: times(3, fate(Unsent, "a", "b")), tries: 4, has: []any{"a", 1, "b", 2, "c", 3}},
		{name: "unsent always", answer: times(always, fate(Unsent, "c", "a")), want: "unsent m{s=a} m{s=c}; ", has: []any{"b", 2}},
		{name: "refused", answer: times(always, fate(Refused, "b")), tries: 1, want: "refused m{s=b}; ", has: []any{"a", 1, "c", 3}},
		{name: "unconfirmed once", answer: times(1, fate(Unconfirmed, "a")), tries: 2,
			atLeast: testSpacing, atMost: testSpacing, has: []any{"a", 1, "b", 2, "c", 3}},
		{name: "unconfirmed always", answer: times(always, fate(Unconfirmed, "a")), want: "unconfirmed m{s=a}; "},
		{name: "another error", answer: times(1, func(export) error { return errDown }), tries: 2,
			atLeast: testSpacing, atMost: testSpacing, has: []any{"a", 1, "b", 2, "c", 3}},
		{name: "each", answer: times(always, func(e export) error {
			return &ExportError{Failures: append(append(
				e.failures(Refused, "a"), e.failures(Unconfirmed, "b")...), e.failures(Unsent, "c")...)}
		}), want: "refused m{s=a}; unconfirmed m{s=b}; unsent m{s=c}; "},
		{name: "unconfirmed, then refused", answer: func(b *backend) func(context.Context, export) error {
			return func(_ context.Context, e export) error {
				if len(b.exports) == 1 {
					return e.fail(Unconfirmed, errDown, "a")
				}
				return e.fail(Refused, errors.New("older than the last"), "a")
			}
		}, tries: 2, want: "unconfirmed m{s=a}; "},
		{name: "a whole metric", answer: times(always, func(e export) error {
			return &ExportError{Failures: []Failure{{Metric: e.all[0], Fate: Refused}}}
		}), tries: 1, want: "refused m{s=a} m{s=b} m{s=c}; "},
		{name: "a series that was not sent", answer: times(always, func(e export) error {
			return &ExportError{Failures: []Failure{{Series: nil, Metric: nil, Fate: Refused, Err: errDown}}}
		}), want: "unconfirmed m{s=a} m{s=b} m{s=c}; ", mayBeEarly: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(testSpacing)
				b.answer = c.answer(b)
				tel := b.start(t, Options{NoHealthMetrics: true})
				b.set("a", 1, "b", 2, "c", 3)
				began := time.Now()
				err := tel.Shutdown(within(t, testGrace))
				if got := lists(err); got != c.want {
					t.Errorf("Shutdown: %q, want %q\n%v", got, c.want, err)
				}
				if c.want != "" && !strings.Contains(err.Error(), "the last values of ") {
					t.Error(err)
				}
				if d := time.Since(began); d > testGrace+2*abandonGrace {
					t.Errorf("took %v", d)
				}
				if c.tries > 0 && len(b.exports) != c.tries {
					t.Errorf("%d exports, want %d", len(b.exports), c.tries)
				}
				b.wantHas(t, c.has...)
				if c.atMost > 0 {
					if d := b.exports[1].at.Sub(b.exports[0].at); d < c.atLeast || d > c.atMost {
						t.Errorf("tried again after %v, want %v to %v", d, c.atLeast, c.atMost)
					}
				}
				if b.early > 0 && !c.mayBeEarly || !b.shut {
					t.Errorf("%d points too early, shut down %t", b.early, b.shut)
				}
			})
		})
	}
}

// failures are those of the labels with the fate.
func (e export) failures(fate Fate, labels ...string) []Failure {
	var partial *ExportError
	if errors.As(e.fail(fate, errDown, labels...), &partial) {
		return partial.Failures
	}
	return nil
}

// A newer point replaces one that could not be sent: the old value is never
// exported again.
func TestNewerPointReplaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.answer = func(_ context.Context, e export) error {
			if len(b.exports) < 3 {
				b.set("a", 10*len(b.exports))
				return e.fail(Unsent, errDown, "a")
			}
			return nil
		}
		tel := b.start(t, Options{})
		b.set("a", 1)
		if err := tel.ForceFlush(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
		for n, want := range []int64{1, 10, 20} {
			if got := b.exports[n].values["a"]; got != want {
				t.Errorf("export %d has %d, want %d", n, got, want)
			}
		}
		b.wantHas(t, "a", 20)
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Fatal(err)
		}
	})
}

// Backing off doubles, and is spread.
func TestBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := map[time.Duration]bool{}
		for range 100 {
			d := &delivery{}
			wait := firstBackoff
			for range 12 {
				d.backOff(time.Now())
				got := time.Until(d.retry)
				if got < wait/2 || got >= wait {
					t.Fatalf("try %d after %v, want %v to %v", d.tries, got, wait/2, wait)
				}
				seen[got] = true
				wait = min(2*wait, maxBackoff)
			}
		}
		if len(seen) < 1000 {
			t.Errorf("%d different waits of 1200", len(seen))
		}
	})
}
