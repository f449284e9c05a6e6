package pair_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/direct"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/otel"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/views"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

// A timed side calls the timers of a package: of a measure with tags, of a measure without
// tags, and of an event.
type timed struct {
	side
	latency, waited, failure func() (record func())
}

var timedSides = []timed{
	{viewsSide,
		func() func() {
			timer := views.StartLatency()
			return func() { timer.Record(bg, views.OutcomeOK, views.MethodGET, "/cart", 0) }
		},
		func() func() { timer := views.StartWaited(); return func() { timer.Record(bg) } },
		func() func() {
			timer := views.StartFailure()
			return func() { timer.Record(bg, 1, 0, views.MethodPUT, "a", "b", "c") }
		},
	},
	{directSide,
		func() func() {
			timer := direct.StartLatency()
			return func() { timer.Record(bg, direct.OutcomeOK, direct.MethodGET, "/cart", 0) }
		},
		func() func() { timer := direct.StartWaited(); return func() { timer.Record(bg) } },
		func() func() {
			timer := direct.StartFailure()
			return func() { timer.Record(bg, 1, 0, direct.MethodPUT, "a", "b", "c") }
		},
	},
	{otelSide,
		func() func() {
			timer := otel.StartLatency()
			return func() { timer.Record(bg, otel.OutcomeOK, otel.MethodGET, "/cart", 0) }
		},
		func() func() { timer := otel.StartWaited(); return func() { timer.Record(bg) } },
		func() func() {
			timer := otel.StartFailure()
			return func() { timer.Record(bg, 1, 0, otel.MethodPUT, "a", "b", "c") }
		},
	},
}

// TestTimers measures the same times with each package, by a fake clock: 2 and 5 seconds from
// each start.
func TestTimers(t *testing.T) {
	want := []string{
		"pair/busy 14000", "pair/last_latency 5000", "pair/last_latency 5000", "pair/last_level 1",
		"pair/latency 2 times 7000", "pair/latency 2 times 7000",
		"pair/requests 2", "pair/requests 2",
		"pair/waited 2 times 7", "pair/waited_total 7",
	}
	for _, s := range timedSides {
		registered(t, s.side)
		synctest.Test(t, func(*testing.T) {
			for _, start := range []func() func(){s.latency, s.waited, s.failure} {
				record := start()
				time.Sleep(2 * time.Second)
				record()
				time.Sleep(3 * time.Second)
				record()
			}
		})
		if got := recorded(); !slices.Equal(got, want) {
			t.Errorf("%s:\n got %q\nwant %q", s.name, got, want)
		}
		s.unregister()
	}
}

// recorded returns the values of the views into which the timers record, sorted.
func recorded() []string {
	var all []string
	for _, m := range runtime.Gather(bg) {
		switch m.Descriptor.Name {
		case "pair/latency", "pair/requests", "pair/busy", "pair/last_latency", "pair/waited", "pair/waited_total", "pair/last_level":
			for _, ts := range m.Series {
				value := ts.Point.Value
				if d, ok := value.(*metric.Distribution); ok {
					value = fmt.Sprintf("%d times %g", d.Count, d.Sum)
				}
				all = append(all, fmt.Sprint(m.Descriptor.Name, " ", value))
			}
		}
	}
	slices.Sort(all)
	return all
}
