package series

import (
	"math"
	"math/big"
	"math/rand/v2"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
)

// distributionNow returns the only series of a set.
func distributionNow(t testing.TB, set *Distributions) *metric.Distribution {
	t.Helper()
	m := set.read(time.Now(), nil)
	if m == nil || len(m.Series) != 1 {
		t.Fatalf("%+v, want one series", m)
	}
	return m.Series[0].Point.Value.(*metric.Distribution)
}

// hostile are values that unstable sums get wrong, by name.
func hostile(n int) map[string][]float64 {
	r := rand.New(rand.NewPCG(7, 8))
	of := func(next func() float64) []float64 {
		all := make([]float64, n)
		for i := range all {
			all[i] = next()
		}
		return all
	}
	return map[string][]float64{
		"far offset, tiny variance": of(func() float64 { return 1e9 + r.Float64()*1e-3 }),
		"all magnitudes":            of(func() float64 { return math.Exp(r.Float64()*200 - 100) }),
		"of both signs":             of(func() float64 { return r.NormFloat64()*1e6 + 1e7 }),
		"one outlier":               append(of(func() float64 { return r.Float64() }), 1e12),
		"equal":                     of(func() float64 { return 0.1 }),
		"latencies":                 of(func() float64 { return 30 * r.ExpFloat64() * r.ExpFloat64() }),
	}
}

// TestMomentsAreThoseOfOpenCensus: for one goroutine every bit is that of the
// recurrence in stats/view/aggregation_data.go, addSample.
func TestMomentsAreThoseOfOpenCensus(t *testing.T) {
	for name, values := range hostile(5000) {
		set := started(NewDistributions(SeriesInfo{Name: unique("moments"), Bounds: twelve}))
		var n int64
		var mean, squares float64
		for _, v := range values {
			set.At(0).Record(v)
			n++
			if n == 1 {
				mean = v
				continue
			}
			old := mean
			mean = mean + (v-mean)/float64(n)
			squares = squares + (v-old)*(v-mean)
		}
		d := distributionNow(t, set)
		if d.Count != n || d.Sum != mean*float64(n) || d.SumOfSquaredDeviation != squares {
			t.Errorf("%s: %d, %v, %v; OpenCensus has %d, %v, %v", name, d.Count, d.Sum, d.SumOfSquaredDeviation, n, mean*float64(n), squares)
		}
	}
}

// TestMergedMomentsAreExact spreads values over stripes and compares with exact
// sums.
func TestMergedMomentsAreExact(t *testing.T) {
	for name, values := range hostile(5000) {
		b := newBuckets(twelve)
		parts := make([]tally, 8)
		for i := range parts {
			parts[i] = newTally(b)
		}
		r := rand.New(rand.NewPCG(9, 10))
		for i, v := range values {
			part := r.IntN(i%len(parts) + 1) // uneven ones
			parts[part].add(b.find(v), v)
		}
		merged := total{buckets: make([]metric.Bucket, len(b.bounds))}
		for i := range parts {
			merged.add(&parts[i])
		}
		mean, squares, magnitude := exactMoments(values)
		n := float64(len(values))
		if merged.n != int64(len(values)) || math.Abs(merged.mean-mean) > 1e-9*magnitude/n {
			t.Errorf("%s: %d, mean %v, want %v", name, merged.n, merged.mean, mean)
		}
		// As far as a mean in float64 can tell: rounding moves each deviation.
		rounding := n * math.Pow(magnitude/n*0x1p-52, 2)
		if math.Abs(merged.squares-squares) > 1e-9*squares+2*math.Sqrt(squares*rounding)+rounding {
			t.Errorf("%s: squares %v, want %v", name, merged.squares, squares)
		}
	}
}

// exactMoments returns the mean, the sum of squared deviations and the sum of
// magnitudes.
func exactMoments(values []float64) (mean, squares, magnitude float64) {
	exact := func(v float64) *big.Float { return new(big.Float).SetPrec(2000).SetFloat64(v) }
	sum := exact(0)
	for _, v := range values {
		sum.Add(sum, exact(v))
		magnitude += math.Abs(v)
	}
	m := new(big.Float).Quo(sum, exact(float64(len(values))))
	total := exact(0)
	for _, v := range values {
		d := exact(0).Sub(exact(v), m)
		total.Add(total, d.Mul(d, d))
	}
	mean, _ = m.Float64()
	squares, _ = total.Float64()
	return mean, squares, magnitude
}

// concurrently calls f from several goroutines many times, and meanwhile reads.
func concurrently(goroutines, times int, f func(), read func()) {
	var recorders, reader sync.WaitGroup
	var done atomic.Bool
	wait.Go(&reader, func() {
		for !done.Load() {
			read()
			goruntime.Gosched()
		}
	})
	for range goroutines {
		wait.Go(&recorders, func() {
			for range times {
				f()
			}
		})
	}
	recorders.Wait()
	done.Store(true)
	reader.Wait()
}

func TestDistributionIsExactInEveryRead(t *testing.T) {
	set := started(NewDistributions(SeriesInfo{Name: unique("exact"), Bounds: twelve}))
	values := latencies()
	const goroutines, times = 8, 20000
	var next atomic.Int64
	last := &metric.Distribution{Buckets: make([]metric.Bucket, len(twelve)+1)}
	read := func() {
		m := set.read(time.Now(), nil)
		if m == nil {
			return
		}
		checkMetric(t, m)
		d := m.Series[0].Point.Value.(*metric.Distribution)
		for i := range d.Buckets {
			if d.Buckets[i].Count < last.Buckets[i].Count {
				t.Errorf("bucket %d falls from %d to %d", i, last.Buckets[i].Count, d.Buckets[i].Count)
			}
		}
		last = d
	}
	concurrently(goroutines, times, func() { set.At(0).Record(values[next.Add(1)&1023]) }, read)
	read()
	want := make([]int64, len(twelve)+1)
	exact := 0.0
	for i := int64(1); i <= goroutines*times; i++ {
		want[linearBucket(twelve, values[i&1023])]++
		exact += values[i&1023]
	}
	for i, b := range last.Buckets {
		if b.Count != want[i] {
			t.Errorf("bucket %d has %d, want %d", i, b.Count, want[i])
		}
	}
	if last.Count != goroutines*times || math.Abs(last.Sum-exact) > 1e-9*exact {
		t.Errorf("%d values of sum %v, want %d of %v", last.Count, last.Sum, goroutines*times, exact)
	}
}

// spreadTally makes the records of a distribution go to stripes.
func spreadTally(t testing.TB, c *Distribution) {
	t.Helper()
	if !c.switchState(stateFree, stateHeld) {
		t.Fatalf("state %d", c.loadState())
	}
	c.spread()
	if c.loadState() != stateSpread {
		t.Fatal("no stripes")
	}
}

// stripesOf returns the stripes of a distribution.
func stripesOf(c *Distribution) []stripe {
	return unsafe.Slice(c.more.stripes.Load(), c.more.mask+1)
}

func TestDistributionWithStripes(t *testing.T) {
	set := started(NewDistributions(SeriesInfo{Name: unique("spread"), Bounds: twelve}))
	c := set.At(0)
	c.Record(1)
	spreadTally(t, c)
	c.Record(1)
	if d := distributionNow(t, set); c.loadState() != stateSpread || d.Count != 2 || d.Buckets[1].Count != 2 || c.n != 1 {
		t.Errorf("%+v, %d values in the series' own tally", d, c.n)
	}
}

// TestReadersDoNotSpread: a series that one goroutine records into stays small,
// however often it is read.
func TestReadersDoNotSpread(t *testing.T) {
	info := SeriesInfo{Name: unique("alone"), Bounds: twelve}
	ds, counts, ints, floats := started(NewDistributions(info)), started(NewCounts(info)), started(NewInt64Sums(info)), started(NewFloat64Sums(info))
	concurrently(1, 200000, func() {
		ds.At(0).Record(1)
		counts.At(0).Inc()
		ints.At(0).Add(1)
		floats.At(0).Add(1)
	}, func() {
		for _, s := range []Set{ds, counts, ints, floats} {
			s.read(time.Now(), nil)
		}
	})
	for name, state := range map[string]uint32{
		"distribution": ds.At(0).loadState(), "count": counts.At(0).loadState(), "int64 sum": ints.At(0).loadState(), "float64 sum": floats.At(0).loadState(),
	} {
		if state != stateFree && state != stateProbe {
			t.Errorf("%s: state %d", name, state)
		}
	}
}

// TestStripeIsHeld: a goroutine that lost its processor while it changes a stripe
// stops neither other recorders nor, once it goes on, readers.
func TestStripeIsHeld(t *testing.T) {
	set := started(NewDistributions(SeriesInfo{Name: unique("held"), Bounds: twelve}))
	c := set.At(0)
	c.Record(1)
	spreadTally(t, c)
	all := stripesOf(c)
	for i := range all[1:] {
		all[i].state = stateHeld
	}
	for range 100 {
		c.Record(1)
	}
	read := make(chan *metric.Distribution)
	go func() { read <- distributionNow(t, set) }()
	for range 100 {
		c.Record(1)
	}
	for i := range all[1:] {
		atomic.StoreUint32(&all[i].state, stateFree)
	}
	<-read
	if d := distributionNow(t, set); d.Count != 201 {
		t.Errorf("%d values, want 201", d.Count)
	}
}

func TestExemplars(t *testing.T) {
	set := started(NewDistributions(SeriesInfo{Name: unique("exemplars"), Bounds: []float64{10, 100}}))
	c, span := set.At(0), sampled()
	unsampled := span
	unsampled.Sampled = false
	c.RecordExemplar(span, 5)
	c.RecordExemplar(span, 6)
	c.RecordExemplar(unsampled, 7)
	c.RecordExemplar(metric.Span{}, 8)
	c.RecordExemplar(unsampled, 50)
	c.Record(1)
	spreadTally(t, c)
	c.RecordExemplar(span, 500)
	d := distributionNow(t, set)
	first, last := d.Buckets[0].Exemplar, d.Buckets[2].Exemplar
	if d.Count != 7 || first == nil || first.Value != 6 || d.Buckets[1].Exemplar != nil || last == nil || last.Value != 500 {
		t.Fatalf("%d values, exemplars %+v, %+v, %+v", d.Count, first, d.Buckets[1].Exemplar, last)
	}
	if last.Span != span || last.Attachments != nil || last.Timestamp.IsZero() {
		t.Errorf("exemplar %+v, want one of %v", last, span)
	}
	c.RecordExemplar(span, 9) // in a stripe, after the one of the first tally
	if e := distributionNow(t, set).Buckets[0].Exemplar; e.Value != 9 {
		t.Errorf("exemplar %v, want the newest", e.Value)
	}
}

// TestEveryBucketCounts: in the tally and past what has place there, before and
// after the spread, with what was carried and with exemplars.
func TestEveryBucketCounts(t *testing.T) {
	for _, n := range []int{1, 2, nearBuckets - 2, nearBuckets - 1, nearBuckets, nearBuckets + 1, 60, 198} {
		bounds := make([]float64, n)
		for i := range bounds {
			bounds[i] = float64(10 * (i + 1))
		}
		set := started(NewDistributions(SeriesInfo{Name: unique("every"), Bounds: bounds}))
		c := set.At(0)
		value := func(bucket int) float64 { return float64(10*bucket + 5) }
		recordAll := func() {
			for i := range n + 1 {
				for range i {
					c.Record(value(i))
				}
				c.RecordExemplar(sampled(), value(i))
			}
		}
		recordAll()
		for i := range n + 1 {
			c.n += math.MaxUint32 - int64(*c.counter(i)) // as after so many records more
			*c.counter(i) = math.MaxUint32
			c.Record(value(i)) // carries
		}
		c.Record(1) // one more in the first bucket
		spreadTally(t, c)
		recordAll()
		d := distributionNow(t, set)
		total := int64(0)
		for i, b := range d.Buckets {
			want := math.MaxUint32 + int64(i) + 2
			if i == 0 {
				want++
			}
			if b.Count != want || b.Exemplar == nil || b.Exemplar.Value != value(i) {
				t.Fatalf("%d bounds, bucket %d: %d values, exemplar %+v; want %d and one of %v", n, i, b.Count, b.Exemplar, want, value(i))
			}
			total += b.Count
		}
		if d.Count != total || len(d.Buckets) != n+1 {
			t.Errorf("%d bounds: %d values in all and %d in %d buckets", n, d.Count, total, len(d.Buckets))
		}
	}
}
