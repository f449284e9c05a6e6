package series

import (
	"context"
	goruntime "runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// heapOf returns how many bytes stay on the heap of what make makes.
func heapOf(make func() any) (bytes uint64, made any) {
	heap := func() uint64 {
		var m goruntime.MemStats
		for range 3 {
			goruntime.GC()
		}
		goruntime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	made = make()
	return heap() - before, made
}

// manySeries are n series of a distribution with twelve bounds by closed tags,
// or by an open one.
func manySeries(n int, open bool) *Distributions {
	info := SeriesInfo{Name: unique("size"), Bounds: twelve, Keyed: open || n > 16384}
	if open {
		info.Tags = []*Tag{oneOpen("tenant", OpenTag{MaxValues: n})}
	} else {
		info.Tags = []*Tag{oneClosed("a", n/400, ClosedTag{CatchAll: "v1"}), oneClosed("b", 20, ClosedTag{CatchAll: "v1"}), oneClosed("c", 20, ClosedTag{CatchAll: "v1"})}
	}
	set := started(NewDistributions(info))
	for i := range n {
		index := uint64(i)
		if open {
			index = info.Tags[0].OpenIndex("tenant-" + strconv.Itoa(i))
		}
		set.current(index).Record(float64(i))
	}
	return set
}

// manyRows is the same by hand with OpenCensus, unregistered at the end.
func manyRows(b *testing.B, n int, open bool) *view.View {
	m := stats.Float64(unique("size"), "", "1")
	v := &view.View{Name: m.Name(), Measure: m, Aggregation: view.Distribution(twelve...)}
	for _, name := range []string{"a", "b", "c"} {
		v.TagKeys = append(v.TagKeys, tag.MustNewKey(name))
	}
	if open {
		v.TagKeys = []tag.Key{tag.MustNewKey("tenant")}
	}
	keys := slices.Clone(v.TagKeys)
	if err := view.Register(v); err != nil {
		b.Fatal(err)
	}
	for i := range n {
		tags := []tag.Mutator{tag.Upsert(keys[0], "tenant-"+strconv.Itoa(i))}
		if !open {
			value := func(n int) string { return "v" + strconv.Itoa(n+1) }
			tags = []tag.Mutator{tag.Upsert(keys[0], value(i/400)), tag.Upsert(keys[1], value(i/20%20)), tag.Upsert(keys[2], value(i%20))}
		}
		_ = stats.RecordWithTags(context.Background(), tags, m.M(float64(i)))
	}
	view.Find(v.Name) // when it answers, all is recorded
	return v
}

// BenchmarkDirectBytes reports the bytes a series of a distribution with twelve
// bounds, and the ratio to OpenCensus's.
func BenchmarkDirectBytes(b *testing.B) {
	for name, open := range map[string]bool{"closed": false, "open": true} {
		b.Run(name, func(b *testing.B) {
			const n = 10000
			for range b.N {
				theirs, v := heapOf(func() any { return manyRows(b, n, open) })
				view.Unregister(v.(*view.View))
				ours, set := heapOf(func() any { return manySeries(n, open) })
				goruntime.KeepAlive(set)
				b.ReportMetric(float64(ours)/n, "B/series")
				b.ReportMetric(float64(ours)/float64(theirs), "of-OpenCensus")
			}
		})
	}
}

// BenchmarkDirectRead reports the time of a Read of 100,000 series, the median of
// alternating rounds, and its ratio to OpenCensus's.
func BenchmarkDirectRead(b *testing.B) {
	const n = 100000
	set := manySeries(n, false)
	v := manyRows(b, n, false)
	defer view.Unregister(v)
	var ours, theirs []time.Duration
	timed := func(read func() []*metric.Metric) time.Duration {
		goruntime.GC()
		begin := time.Now()
		for _, m := range read() {
			if len(m.Series) != n {
				b.Fatalf("%d series", len(m.Series))
			}
		}
		return time.Since(begin)
	}
	producer := &packageProducer{series: []Series{set}}
	opencensus := func() (all []*metric.Metric) {
		for _, p := range metricproducer.GlobalManager().GetAll() {
			for _, m := range p.Read() {
				if m.Descriptor.Name == v.Name {
					all = append(all, m)
				}
			}
		}
		return all
	}
	for range max(b.N, 10) {
		ours, theirs = append(ours, timed(producer.Read)), append(theirs, timed(opencensus))
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(ours[len(ours)/2])/1e6, "ms/read")
	b.ReportMetric(float64(ours[len(ours)/2])/float64(theirs[len(theirs)/2]), "of-OpenCensus")
}
