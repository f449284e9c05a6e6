package census

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// BenchmarkClosedTags compares one view with three closed tags with the two
// ways to write it by hand, in alternating rounds of one process, and reports
// the medians: ours in ns, and the ratios to the others; bound tags too.
func BenchmarkClosedTags(b *testing.B) {
	compare(b, context.Background())
}

// BenchmarkClosedTagsInTaggedContext is the same where ctx carries a tag, as
// behind ocgrpc or ochttp: the tag map is built for each record.
func BenchmarkClosedTagsInTaggedContext(b *testing.B) {
	ctx, err := tag.New(context.Background(), tag.Upsert(tag.MustNewKey(unique("key")), "carried"))
	if err != nil {
		b.Fatal(err)
	}
	compare(b, ctx)
}

func compare(b *testing.B, ctx context.Context) {
	tags := shopTags()
	f := newFixture(b, tags)
	prebuilt := make([]context.Context, 4)
	for i := range prebuilt {
		var err error
		if prebuilt[i], err = tag.New(ctx, byHand(tags, i)...); err != nil {
			b.Fatal(err)
		}
	}
	bound := make([]BoundTags, 4)
	for i := range bound {
		bound[i] = f.set.Bind(record.Closed(uint8(i+1)), record.Closed(uint8(i+1)), record.Closed(uint8(i+1)))
	}
	ways := []func(i int){
		func(i int) {
			f.set.Record(ctx, []stats.Measurement{f.measure.M(1)}, record.Closed(uint8(i+1)), record.Closed(uint8(i+1)), record.Closed(uint8(i+1)))
		},
		func(i int) {
			bound[i].Record(ctx, []stats.Measurement{f.measure.M(1)})
		},
		func(i int) {
			_ = stats.RecordWithTags(ctx, byHand(tags, i), f.measure.M(1))
		},
		func(i int) {
			stats.Record(prebuilt[i], f.measure.M(1))
		},
	}
	const records = 20000
	times := make([][]time.Duration, len(ways))
	for b.Loop() {
		for w, way := range ways {
			start := time.Now()
			for i := range records {
				way(i % 4)
			}
			view.Find("")
			times[w] = append(times[w], time.Since(start))
		}
	}
	var medians []float64
	for _, t := range times {
		slices.Sort(t)
		medians = append(medians, float64(t[len(t)/2])/records)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(medians[0], "ns/record")
	b.ReportMetric(medians[2]/medians[0], "x-RecordWithTags")
	b.ReportMetric(medians[0]/medians[3], "of-prebuilt")
	b.ReportMetric(medians[1]/medians[3], "bound-of-prebuilt")
}

var shopValues = [3][]string{
	{"GET", "POST", "PUT", "DELETE"},
	{"ok", "client_error", "error", "timeout"},
	{"europe-west1", "us-central1", "us-east1", "asia-east1"},
}

func shopTags() []*record.Tag {
	var tags []*record.Tag
	for i, name := range []string{"http.method", "outcome", "region"} {
		tags = append(tags, record.NewClosedTag(name, record.ClosedTag{Values: shopValues[i]}))
	}
	return tags
}

func byHand(tags []*record.Tag, i int) []tag.Mutator {
	return []tag.Mutator{
		tag.Upsert(keyOf(tags[0]), shopValues[0][i]),
		tag.Upsert(keyOf(tags[1]), shopValues[1][i]),
		tag.Upsert(keyOf(tags[2]), shopValues[2][i]),
	}
}

// BenchmarkReading compares a reading with the part of it that watches for totals that fall,
// for views without totals, with few series and with many.
func BenchmarkReading(b *testing.B) {
	for _, c := range []struct {
		name        string
		aggregation *view.Aggregation
		series      int
	}{
		{"last value", view.LastValue(), 10_000}, {"one sum", view.Sum(), 1}, {"sum", view.Sum(), 100}, {"sums", view.Sum(), 10_000}, {"many sums", view.Sum(), 100_000},
	} {
		b.Run(c.name, func(b *testing.B) {
			m := stats.Int64(unique("read"), "", "1")
			keys := []tag.Key{tag.MustNewKey("http.method"), tag.MustNewKey("outcome"), tag.MustNewKey("number")}
			registerView(b, &view.View{Name: unique("read"), Measure: m, Aggregation: c.aggregation, TagKeys: keys})
			for i := range c.series {
				_ = stats.RecordWithTags(context.Background(), []tag.Mutator{
					tag.Upsert(keys[0], "GET"), tag.Upsert(keys[1], "client_error"), tag.Upsert(keys[2], strconv.Itoa(i)),
				}, m.M(1))
			}
			view.Find("")
			var memory record.Memory
			var all, watch []time.Duration
			for b.Loop() {
				memory.Begin()
				start := time.Now()
				metrics, err := source{}.Read(&memory)
				all = append(all, time.Since(start))
				if err != nil {
					b.Fatal(err)
				}
				start = time.Now()
				falls.mark(falls.begin(), metrics, countViews())
				watch = append(watch, time.Since(start))
			}
			slices.Sort(all)
			slices.Sort(watch)
			reading, share := all[len(all)/2], watch[len(watch)/2]
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(float64(reading)/float64(c.series), "ns/series")
			b.ReportMetric(100*float64(share)/float64(reading), "%-for-watch")
		})
	}
}

// The benchmarks below report allocations; the worker's are among them.

func BenchmarkRecord(b *testing.B) {
	tags := threeTags()
	open := record.NewOpenTag(unique("key"), record.OpenTag{MaxValues: 100})
	f := newFixture(b, append(tags, open), NewSeriesLimit(unique("v"), 1000, append(tags, open)...))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			f.set.Record(context.Background(), []stats.Measurement{f.measure.M(1)},
				record.Closed(uint8(1)), record.Closed(uint8(2)), record.Closed(uint8(3)), record.Open("/cart"))
		}
	})
}

// BenchmarkBoundTagged is our own part of a bound record.
func BenchmarkBoundTagged(b *testing.B) {
	bound := NewTagSet(threeTags()).Bind(record.Closed(uint8(1)), record.Closed(uint8(2)), record.Closed(uint8(3)))
	b.ReportAllocs()
	for b.Loop() {
		bound.Record(context.Background(), []stats.Measurement{unregistered.M(1)})
	}
}

// BenchmarkTagged is our own part of a record, without OpenCensus's.
func BenchmarkTagged(b *testing.B) {
	set := NewTagSet(threeTags())
	b.ReportAllocs()
	for b.Loop() {
		set.Record(context.Background(), []stats.Measurement{unregistered.M(1)}, record.Closed(uint8(1)), record.Closed(uint8(2)), record.Closed(uint8(3)))
	}
}

var unregistered = stats.Int64("runtime/unregistered", "", "1")
