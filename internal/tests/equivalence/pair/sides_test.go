package pair_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/direct"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/otel"
	"github.com/ocgen/ocgen/internal/tests/equivalence/pair/views"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A side calls one of the packages.
type side struct {
	name       string
	other      func(name string) (m reading, ok bool) // reads a metric as other readers than ours
	register   func() error
	unregister func()
	size       func(n int64)
	waited     func(d time.Duration)
	visit      func(visitor string, outcome uint8)
	arrive     func(n int64, visitor string) // an event
	tour       func(visitor string)
	bindTour   func(visitor string)
	nothing    func() // an event that records nothing, with an outcome that is not listed
	request    func(ctx context.Context)
	trip       func(ctx context.Context)
}

var bg = context.Background()

var viewsSide = side{
	"views", metricproducerReading, views.RegisterViews, views.UnregisterViews,
	func(n int64) { views.RecordSize(bg, n, "/cart", views.CacheHit) },
	func(d time.Duration) { views.RecordWaited(bg, d) },
	func(v string, o uint8) { views.RecordVisits(bg, 1, views.Visitor(v), views.Outcome(o)) },
	func(n int64, v string) { views.RecordArrival(bg, n, time.Second, views.Visitor(v), 1) },
	func(v string) { views.RecordTours(bg, 1, views.Visitor(v)) },
	func(v string) { views.ToursFor(views.Visitor(v)) },
	func() { views.RecordRequest(bg, -1, -1, -time.Second, 255, 1, "/cart", 0, 0) },
	func(ctx context.Context) {
		views.RecordLatency(ctx, time.Second, views.OutcomeOK, views.MethodGET, "/cart", 0)
	},
	func(ctx context.Context) { views.RecordTrips(ctx) },
}

var directSide = side{
	"direct", metricproducerReading, direct.RegisterViews, direct.UnregisterViews,
	func(n int64) { direct.RecordSize(bg, n, "/cart", direct.CacheHit) },
	func(d time.Duration) { direct.RecordWaited(bg, d) },
	func(v string, o uint8) { direct.RecordVisits(bg, 1, direct.Visitor(v), direct.Outcome(o)) },
	func(n int64, v string) { direct.RecordArrival(bg, n, time.Second, direct.Visitor(v), 1) },
	func(v string) { direct.RecordTours(bg, 1, direct.Visitor(v)) },
	func(v string) { direct.ToursFor(direct.Visitor(v)) },
	func() { direct.RecordRequest(bg, -1, -1, -time.Second, 255, 1, "/cart", 0, 0) },
	func(ctx context.Context) {
		direct.RecordLatency(ctx, time.Second, direct.OutcomeOK, direct.MethodGET, "/cart", 0)
	},
	func(ctx context.Context) { direct.RecordTrips(ctx) },
}

var otelSide = side{
	"otel", sdkReading, otel.RegisterViews, otel.UnregisterViews,
	func(n int64) { otel.RecordSize(bg, n, "/cart", otel.CacheHit) },
	func(d time.Duration) { otel.RecordWaited(bg, d) },
	func(v string, o uint8) { otel.RecordVisits(bg, 1, otel.Visitor(v), otel.Outcome(o)) },
	func(n int64, v string) { otel.RecordArrival(bg, n, time.Second, otel.Visitor(v), 1) },
	func(v string) { otel.RecordTours(bg, 1, otel.Visitor(v)) },
	func(v string) { otel.ToursFor(otel.Visitor(v)) },
	func() { otel.RecordRequest(bg, -1, -1, -time.Second, 255, 1, "/cart", 0, 0) },
	func(ctx context.Context) {
		otel.RecordLatency(ctx, time.Second, otel.OutcomeOK, otel.MethodGET, "/cart", 0)
	},
	func(ctx context.Context) { otel.RecordTrips(ctx) },
}

var sides = []side{viewsSide, directSide, otelSide}

// registered registers a package until the test ends.
func registered(t *testing.T, s side) {
	t.Helper()
	if err := s.register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.unregister)
}

// values returns the values of a metric's series.
func values(name string) []string {
	var all []string
	for _, m := range runtime.Gather(bg) {
		for _, ts := range m.Series {
			if m.Descriptor.Name == name {
				all = append(all, fmt.Sprint(ts.Point.Value))
			}
		}
	}
	return all
}

// labels returns the values of a label of a metric's series, sorted. An absent label is "".
func labels(name, key string) []string {
	var all []string
	for _, m := range runtime.Gather(bg) {
		if m.Descriptor.Name != name {
			continue
		}
		i := slices.IndexFunc(m.Descriptor.LabelKeys, func(k metric.LabelKey) bool { return k.Key == key })
		for _, ts := range m.Series {
			all = append(all, ts.LabelValues[i].Value)
		}
	}
	slices.Sort(all)
	return all
}

// counted returns how many replacements of a tag's values Stats has.
func counted(tag string) uint64 {
	for _, s := range runtime.Stats() {
		if s.Tag == tag && s.Reason == record.ReasonUnknown {
			return s.Count
		}
	}
	return 0
}
