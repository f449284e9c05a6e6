package evaluation_test

import (
	"fmt"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
)

// directRecorder records as code generated with `recorder: direct` does. Its
// sums have rows of zero from the registration, its gauge an open tag.
func directRecorder(t testing.TB) recorder {
	prefix := fmt.Sprintf("slotest%d/", recorders.Add(1))
	route := record.NewClosedTag(prefix+"route", record.ClosedTag{Values: []string{"/cart", "/api/pay", "/api/buy"}})
	outcome := record.NewClosedTag(prefix+"outcome", record.ClosedTag{Values: []string{"ok", "cached", "error"}, Optional: true})
	shard := record.NewOpenTag(prefix+"shard", record.OpenTag{MaxValues: 10})
	const routes = 4 // indices: three values and "__invalid__"
	both := []*record.Tag{route, outcome}
	requests := series.NewCounts(series.SeriesInfo{Name: prefix + "requests", Tags: both, Size: 20})
	bytes := series.NewInt64Sums(series.SeriesInfo{Name: prefix + "bytes", Tags: both[:1], Size: 4, ZeroRows: true})
	latency := series.NewDistributions(series.SeriesInfo{Name: prefix + "latency", Tags: both, Size: 20, Bounds: []float64{10, 50, 100, 500}})
	depth := series.NewFloat64LastValues(series.SeriesInfo{Name: prefix + "depth", Tags: []*record.Tag{shard}, Size: 13, Keyed: true})
	p := directPackage(prefix, []series.Set{requests, bytes, latency, depth}, []metric.Descriptor{
		descriptor(prefix+"requests", metric.TypeCumulativeInt64, prefix+"outcome", prefix+"route"),
		descriptor(prefix+"bytes", metric.TypeCumulativeInt64, prefix+"route"),
		descriptor(prefix+"latency", metric.TypeCumulativeDistribution, prefix+"outcome", prefix+"route"),
		descriptor(prefix+"depth", metric.TypeGaugeFloat64, prefix+"shard"),
	})
	register := func() {
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
	}
	register()
	t.Cleanup(p.Unregister)
	return recorder{
		prefix: prefix,
		request: func(r, o string, ms float64, b int64) {
			routeIndex := closedIndex(t, route, r)
			index := routeIndex + routes*closedIndex(t, outcome, o)
			requests.At(index).Inc()
			bytes.At(routeIndex).Add(b)
			latency.At(index).Record(ms)
		},
		depth: func(s string, value float64) { depth.Keyed(shard.OpenIndex(s)).Set(value) },
		reset: func() {
			p.Unregister()
			register()
		},
	}
}

// closedIndex returns the index of a value among the series of a view.
func closedIndex(t testing.TB, closed *record.Tag, text string) uint64 {
	ordinal, ok := closed.Lookup(text)
	if !ok {
		t.Fatalf("%q is no value of the tag", text)
	}
	return closed.Index(ordinal)
}

func directPackage(name string, sets []series.Set, descriptors []metric.Descriptor) *record.Package {
	return record.NewPackage(record.PackageInfo{
		Name:        name,
		Parts:       []record.Part{series.Sets(sets...)},
		Descriptors: func() []metric.Descriptor { return descriptors },
	})
}

// descriptor returns a metric's descriptor; labels are sorted, as exporters
// expect them.
func descriptor(name string, kind metric.Type, labels ...string) metric.Descriptor {
	d := metric.Descriptor{Name: name, Type: kind, Unit: "1"}
	for _, l := range labels {
		d.LabelKeys = append(d.LabelKeys, metric.LabelKey{Key: l})
	}
	return d
}
