package series

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// twelve are the bounds of an ordinary view of latencies, in milliseconds.
var twelve = []float64{1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000}

// latencies are varied, as those of a service are: what a branch predictor
// learns from a single value says nothing.
func latencies() []float64 {
	r, all := rand.New(rand.NewPCG(1, 2)), make([]float64, 1024)
	for i := range all {
		all[i] = 30 * (0.1 + r.ExpFloat64()*r.ExpFloat64())
	}
	return all
}

// threeClosed are tags of 4, 8 and 5 values.
func threeClosed() []*record.Tag {
	var tags []*record.Tag
	for i, n := range []int{4, 8, 5} {
		var c record.ClosedTag
		for v := range n {
			c.Values = append(c.Values, fmt.Sprint("value", v))
		}
		c.CatchAll = c.Values[n-1]
		tags = append(tags, record.NewClosedTag(fmt.Sprint("closed", i), c))
	}
	return tags
}

// started starts a set alone, without a package.
func started[S Set](set S) S {
	set.start(metric.Descriptor{Name: set.name(), Type: metric.TypeCumulativeInt64}, time.Now())
	return set
}

// BenchmarkDirect is what a record costs as generated code makes it. None
// allocates.
func BenchmarkDirect(b *testing.B) {
	values := latencies()
	info := SeriesInfo{Name: unique("bench"), Tags: threeClosed(), Bounds: twelve}
	ds, cs := started(NewDistributions(info)), started(NewCounts(info))
	b.Run("distribution", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			n := uint64(i)
			ds.At(n&3 + n>>2&7*4 + n>>5&3*32).Record(values[i&1023])
		}
	})
	b.Run("count", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			n := uint64(i)
			cs.At(n&3 + n>>2&7*4 + n>>5&3*32).Inc()
		}
	})
	us := started(NewInt64UpDowns(SeriesInfo{Name: unique("bench"), Tags: threeClosed()}))
	b.Run("updown", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			n := uint64(i)
			us.At(n&3 + n>>2&7*4 + n>>5&3*32).Add(1 - 2*int64(n&1))
		}
	})
	b.Run("updown-begin", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			n := uint64(i)
			Begin(us.At(n&3 + n>>2&7*4 + n>>5&3*32))()
		}
	})
	b.Run("bound", func(b *testing.B) {
		b.ReportAllocs()
		bound := ds.Bind(7)
		for i := range b.N {
			bound.Record(values[i&1023])
		}
	})
	b.Run("bound-count", func(b *testing.B) {
		b.ReportAllocs()
		bound := cs.Bind(7)
		for range b.N {
			bound.Inc()
		}
	})
	b.Run("bound-updown", func(b *testing.B) {
		b.ReportAllocs()
		bound := us.Bind(7)
		for i := range b.N {
			bound.Add(1 - 2*int64(i&1))
		}
	})
	b.Run("bound-sum", func(b *testing.B) {
		b.ReportAllocs()
		bound := started(NewInt64Sums(SeriesInfo{Name: unique("bench")})).Bind(0)
		for i := range b.N {
			bound.Add(int64(i & 1023))
		}
	})
	b.Run("check", func(b *testing.B) {
		b.ReportAllocs()
		check, good := record.NewValueCheck(unique("bench"), record.Finite|record.NonNegative), 0
		for i := range b.N {
			if check.Float64(values[i&1023]) {
				good++
			}
		}
		if good != b.N {
			b.Error(good)
		}
	})
	b.Run("open", benchmarkOpen)
	b.Run("cold/bounds=12", func(b *testing.B) { benchmarkCold(b, twelve) })
	b.Run("cold/bounds=20", func(b *testing.B) { benchmarkCold(b, even(20)) })
	b.Run("cold/bounds=34", func(b *testing.B) { benchmarkCold(b, even(34)) })
	b.Run("two-goroutines-one-series", func(b *testing.B) { benchmarkTwo(b, 11, 11) })
	b.Run("two-goroutines-two-series", func(b *testing.B) { benchmarkTwo(b, 11, 12) })
}

// benchmarkOpen records by an open tag of 1,000 values and a closed one.
func benchmarkOpen(b *testing.B) {
	tenant := record.NewOpenTag("tenant", record.OpenTag{MaxValues: 1000})
	closed := threeClosed()[0]
	ds := started(NewDistributions(SeriesInfo{Name: unique("bench"), Tags: []*record.Tag{closed, tenant}, Bounds: twelve, Keyed: true}))
	values, texts := latencies(), make([]string, 1000)
	for i := range texts {
		texts[i] = "tenant-" + strconv.Itoa(i)
	}
	record := func(i int) {
		ds.Keyed(uint64(i&3) + tenant.OpenIndex(texts[i%1000])*4).Record(values[i&1023])
	}
	for i := range 4000 {
		record(i)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		record(i)
	}
}

// even returns n bounds that share the latencies about evenly.
func even(n int) []float64 {
	all := latencies()
	slices.Sort(all)
	bounds := make([]float64, n)
	for i := range bounds {
		bounds[i] = all[(i+1)*len(all)/(n+1)]
	}
	return bounds
}

// benchmarkCold records into 20,000 series in no order: more than caches hold.
func benchmarkCold(b *testing.B, bounds []float64) {
	const series = 20000
	ds := started(NewDistributions(SeriesInfo{Name: unique("bench"), Bounds: bounds, Tags: []*record.Tag{oneOpen("tenant", record.OpenTag{MaxValues: series})}, Keyed: true}))
	all := make([]*Distribution, series)
	for i := range all {
		all[i] = ds.Bind(uint64(i) + 10)
		all[i].Record(1)
	}
	rand.New(rand.NewPCG(3, 4)).Shuffle(series, func(i, j int) { all[i], all[j] = all[j], all[i] })
	values := latencies()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		all[i%series].Record(values[i&1023])
	}
}

// benchmarkTwo records from two goroutines into the series of two indices.
func benchmarkTwo(b *testing.B, one, other uint64) {
	ds := started(NewDistributions(SeriesInfo{Name: unique("bench"), Tags: threeClosed(), Bounds: twelve}))
	values := latencies()
	b.ReportAllocs()
	var group sync.WaitGroup
	for _, index := range []uint64{one, other} {
		ds.At(index).Record(1)
		wait.Go(&group, func() {
			for i := range b.N {
				ds.At(index).Record(values[i&1023])
			}
		})
	}
	group.Wait()
}
