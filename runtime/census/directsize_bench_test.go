package census_test

import (
	"context"
	goruntime "runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
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

// twelveBounds are those of an ordinary view of latencies, in milliseconds.
var twelveBounds = []float64{1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000}

// manySeries are n series of a distribution with twelve bounds by closed tags,
// or by an open one, in a package that is registered.
func manySeries(b *testing.B, n int, open bool) *record.Package {
	info := series.SeriesInfo{Name: uniqueName("size"), Bounds: twelveBounds, Size: 1, Keyed: open || n > 16384}
	if open {
		info.Tags = []*record.Tag{record.NewOpenTag("tenant", record.OpenTag{MaxValues: n})}
	} else {
		closed := func(key string, n int) *record.Tag {
			return record.NewClosedTag(key, record.ClosedTag{Values: numbered(n), CatchAll: "v1"})
		}
		info.Tags = []*record.Tag{closed("a", n/400), closed("b", 20), closed("c", 20)}
	}
	for _, tg := range info.Tags {
		info.Size *= tg.Indices()
	}
	set := series.NewDistributions(info)
	p := registerSets(b, set, metric.Descriptor{Name: info.Name, Type: metric.TypeCumulativeDistribution})
	for i := range n {
		index := uint64(i)
		if open {
			index = info.Tags[0].OpenIndex("tenant-" + strconv.Itoa(i))
		}
		if info.Keyed {
			set.Keyed(index).Record(float64(i))
		} else {
			set.At(index).Record(float64(i))
		}
	}
	return p
}

// numbered returns the values v1, v2 and so on.
func numbered(n int) []string {
	values := make([]string, n)
	for i := range values {
		values[i] = "v" + strconv.Itoa(i+1)
	}
	return values
}

// manyRows is the same by hand with OpenCensus, unregistered at the end.
func manyRows(b *testing.B, n int, open bool) *view.View {
	m := stats.Float64(uniqueName("size"), "", "1")
	v := &view.View{Name: m.Name(), Measure: m, Aggregation: view.Distribution(twelveBounds...)}
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
				ours, p := heapOf(func() any { return manySeries(b, n, open) })
				goruntime.KeepAlive(p)
				b.ReportMetric(float64(ours)/n, "B/series")
				b.ReportMetric(float64(ours)/float64(theirs), "of-OpenCensus")
			}
		})
	}
}

// BenchmarkDirectRead reports the time of a Read of 100,000 series, with memory of the
// last one and without, the medians of alternating rounds, and the ratios to OpenCensus's.
func BenchmarkDirectRead(b *testing.B) {
	const n = 100000
	p := manySeries(b, n, false)
	v := manyRows(b, n, false)
	defer view.Unregister(v)
	theirs := producerOf(b, v.Name)
	var memory record.Memory
	ways := []struct {
		unit string
		read func() int // how many series
		took []time.Duration
	}{
		{unit: "fresh", read: func() int { return len(p.Read(nil)[0].Series) }},
		{unit: "again", read: func() int { return len(p.Read(&memory)[0].Series) }},
		{unit: "OpenCensus", read: func() int { return seriesOf(theirs, v.Name) }},
	}
	for range max(b.N, 10) {
		for i := range ways {
			goruntime.GC()
			begin := time.Now()
			if got := ways[i].read(); got != n {
				b.Fatalf("%d series", got)
			}
			ways[i].took = append(ways[i].took, time.Since(begin))
		}
	}
	b.ReportMetric(0, "ns/op")
	median := func(i int) float64 {
		slices.Sort(ways[i].took)
		return float64(ways[i].took[len(ways[i].took)/2])
	}
	for i, w := range ways[:2] {
		b.ReportMetric(median(i)/1e6, "ms/"+w.unit)
		b.ReportMetric(median(i)/median(2), w.unit+"-of-OpenCensus")
	}
}

// producerOf returns the producer that gives the metric of a view.
func producerOf(b *testing.B, name string) metricproducer.Producer {
	for _, p := range metricproducer.GlobalManager().GetAll() {
		if seriesOf(p, name) > 0 {
			return p
		}
	}
	b.Fatalf("no producer gives %s", name)
	return nil
}

// seriesOf returns how many series a producer gives of a metric.
func seriesOf(p metricproducer.Producer, name string) (n int) {
	for _, m := range p.Read() {
		if m.Descriptor.Name == name {
			n += len(m.TimeSeries)
		}
	}
	return n
}
