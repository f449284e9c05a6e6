//go:build go1.25

package series

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/runtime/record"
)

// The first panic of each function is logged, with its value and its place.
func TestObservedPanicIsLogged(t *testing.T) {
	log := logTo(t)
	o := newObserving(t, letters())
	defer o.Observe(func() float64 { panic("no pool today") }, record.Closed(uint8(1)))()
	var none *observing
	defer o.Observe(func() float64 { return float64(len(none.sum)) }, record.Closed(uint8(2)))()
	defer o.Observe(constant(3), record.Closed(uint8(3)))()
	for range 3 {
		o.p.Read(nil)
	}
	got := log.lines(o.sum)
	if len(got) != 2 {
		t.Fatalf("logged %q", got)
	}
	for n, want := range []string{`panic="no pool today"`, "nil pointer dereference"} {
		for _, text := range []string{want, "level=ERROR", o.last, "TestObservedPanicIsLogged.func", "observedwatch_test.go:"} {
			if !strings.Contains(got[n], text) {
				t.Errorf("no %s in %s", text, got[n])
			}
		}
	}
}

// A function that hangs is logged once, and so is that it returns again.
func TestObservedHangIsLogged(t *testing.T) {
	log := logTo(t)
	o := newObserving(t)
	synctest.Test(t, func(t *testing.T) {
		took := time.Duration(0)
		defer o.Observe(func() float64 { time.Sleep(took); return 1 })()
		for n, c := range []struct {
			took  time.Duration
			lines int
		}{{time.Second, 0}, {time.Minute, 1}, {10 * time.Second, 1}, {time.Second, 2}, {0, 2}, {time.Hour, 3}} {
			took = c.took
			o.p.Read(nil)
			got := log.lines(o.sum)
			if len(got) != c.lines {
				t.Fatalf("%d: logged %q", n, got)
			}
			if n == 3 && (!strings.Contains(got[0], "level=ERROR") || !strings.Contains(got[1], "level=INFO")) {
				t.Errorf("logged %q", got)
			}
		}
	})
}
