package metrictest_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/metrictest/internal/faketb"
)

const parallelTests = 8

// TestExclusive has parallel tests record the same: they take turns.
func TestExclusive(t *testing.T) {
	var inside atomic.Int32
	for i := range parallelTests {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			m := metrictest.Exclusive(t)
			if n := inside.Add(1); n != 1 {
				t.Errorf("%d tests at a time", n)
			}
			t.Cleanup(func() { inside.Add(-1) }) // before the turn ends
			for range 10 + i {
				abandoned.At(0).Inc()
			}
			m.Metric("shop/cart_abandoned").WantCount(int64(10 + i))
		})
	}
}

// A test that waited for itself, or for the test that it is a part of, would
// wait for ever.
func TestExclusiveOfItself(t *testing.T) {
	holder := faketb.New(t, "TestHolder")
	report := holder.Run(func() {
		metrictest.Exclusive(holder)
		for _, name := range []string{"TestHolder", "TestHolder/part"} {
			inner := faketb.New(t, name)
			got := inner.Run(func() { metrictest.Exclusive(inner) })
			if !strings.Contains(got, "TestHolder has already called Exclusive") {
				t.Errorf("%s: %q", name, got)
			}
		}
	})
	if report != "" {
		t.Error(report)
	}
	next := faketb.New(t, "TestHolder")
	if got := next.Run(func() { metrictest.Exclusive(next) }); got != "" {
		t.Errorf("after the holder's end: %s", got)
	}
}
