package series

import (
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// Records before the first registration are dropped and counted, of all kinds of series
// alike, bound ones too; those after Unregister are meant to go nowhere.
func TestUnregisteredSeries(t *testing.T) {
	name := unique("direct")
	info := func(kind string) SeriesInfo { return SeriesInfo{Name: name + kind, Size: 1} }
	keyed := info("keyed")
	keyed.Keyed = true
	counts, sums, floats := NewCounts(info("count")), NewInt64Sums(info("int")), NewFloat64Sums(info("float"))
	ints, lasts := NewInt64LastValues(info("lastint")), NewFloat64LastValues(info("lastfloat"))
	bounded := info("dist")
	bounded.Bounds = []float64{1}
	dists, hashed := NewDistributions(bounded), NewCounts(keyed)
	boundCount := counts.Bind(0)
	recordAll := func() {
		counts.At(0).Inc()
		boundCount.Inc()
		sums.At(0).Add(1)
		floats.At(0).Add(1)
		ints.At(0).Set(1)
		lasts.At(0).Set(1)
		dists.At(0).Record(1)
		hashed.Keyed(0).Inc()
	}
	want := func(n uint64) {
		t.Helper()
		wantCount(t, "", name+"count", record.ReasonUnregistered, 2*n)
		for _, kind := range []string{"int", "float", "lastint", "lastfloat", "dist", "keyed"} {
			wantCount(t, "", name+kind, record.ReasonUnregistered, n)
		}
	}
	recordAll()
	want(1)
	all := []Set{counts, sums, floats, ints, lasts, dists, hashed}
	var descriptors []metric.Descriptor
	for _, s := range all {
		descriptors = append(descriptors, metric.Descriptor{Name: s.name()})
	}
	p := newPackage(descriptors, Sets(all...))
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	recordAll()
	p.Unregister()
	recordAll()
	want(1)
}
