package slo_test

import (
	"fmt"
	"testing"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/runtime"
)

// directRecorder records as code generated with `recorder: direct` does. Its
// sums have rows of zero from the registration, its gauge an open tag.
func directRecorder(t testing.TB) recorder {
	prefix := fmt.Sprintf("slotest%d/", recorders.Add(1))
	route := runtime.NewClosedTag(tag.MustNewKey(prefix+"route"), runtime.ClosedTag{Values: []string{"/cart", "/api/pay", "/api/buy"}})
	outcome := runtime.NewClosedTag(tag.MustNewKey(prefix+"outcome"), runtime.ClosedTag{Values: []string{"ok", "cached", "error"}, Optional: true})
	shard := runtime.NewOpenTag(tag.MustNewKey(prefix+"shard"), runtime.OpenTag{MaxValues: 10})
	const routes = 4 // indices: three values and "__invalid__"
	both := []*runtime.Tag{route, outcome}
	requests := runtime.NewCounts(runtime.SeriesInfo{Name: prefix + "requests", Tags: both})
	bytes := runtime.NewInt64Sums(runtime.SeriesInfo{Name: prefix + "bytes", Tags: both[:1], ZeroRows: true})
	latency := runtime.NewDistributions(runtime.SeriesInfo{Name: prefix + "latency", Tags: both, Bounds: []float64{10, 50, 100, 500}})
	depth := runtime.NewFloat64LastValues(runtime.SeriesInfo{Name: prefix + "depth", Tags: []*runtime.Tag{shard}, Keyed: true})
	p := directPackage(prefix, []runtime.Series{requests, bytes, latency, depth}, []metricdata.Descriptor{
		descriptor(prefix+"requests", metricdata.TypeCumulativeInt64, prefix+"outcome", prefix+"route"),
		descriptor(prefix+"bytes", metricdata.TypeCumulativeInt64, prefix+"route"),
		descriptor(prefix+"latency", metricdata.TypeCumulativeDistribution, prefix+"outcome", prefix+"route"),
		descriptor(prefix+"depth", metricdata.TypeGaugeFloat64, prefix+"shard"),
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
func closedIndex(t testing.TB, closed *runtime.Tag, text string) uint64 {
	ordinal, ok := closed.Parse(text)
	if !ok {
		t.Fatalf("%q is no value of the tag", text)
	}
	return closed.Index(ordinal)
}

func directPackage(name string, series []runtime.Series, descriptors []metricdata.Descriptor) *runtime.Package {
	return runtime.NewPackage(runtime.PackageInfo{
		Name:        name,
		Series:      series,
		Descriptors: func() []metricdata.Descriptor { return descriptors },
	})
}

// descriptor returns a metric's descriptor; labels are sorted, as exporters
// expect them.
func descriptor(name string, kind metricdata.Type, labels ...string) metricdata.Descriptor {
	d := metricdata.Descriptor{Name: name, Type: kind, Unit: "1"}
	for _, l := range labels {
		d.LabelKeys = append(d.LabelKeys, metricdata.LabelKey{Key: l})
	}
	return d
}
