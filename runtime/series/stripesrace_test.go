package series

import (
	"math"
	"math/rand/v2"
	goruntime "runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
)

// A stressed has sets of all kinds whose stripes are made and given back all the time.
type stressed struct {
	counts  *Counts
	ints    *Int64Sums
	floats  *Float64Sums
	upDowns *Int64UpDowns
	ds      *Distributions
	series  []spreadable
	open    chan func() // the ends of Begin that some goroutine will call
}

func newStressed() *stressed {
	info := SeriesInfo{Name: unique("stressed"), Bounds: even(20)} // some buckets are past the tally
	s := &stressed{
		counts: NewCounts(info), ints: NewInt64Sums(info), floats: NewFloat64Sums(info),
		upDowns: NewInt64UpDowns(info), ds: NewDistributions(info), open: make(chan func(), 64),
	}
	s.series = []spreadable{
		spreadableCount(s.counts), spreadableInt64Sum(s.ints), spreadableFloat64Sum(s.floats),
		spreadableUpDown(s.upDowns), spreadableDistribution(s.ds),
	}
	return s
}

func (s *stressed) start() {
	for _, one := range s.series {
		started(one.set)
	}
}

func (s *stressed) stop() {
	for _, one := range s.series {
		one.set.stop()
	}
}

// record makes the i-th record of a goroutine into each series.
func (s *stressed) record(i int, values []float64) {
	s.counts.At(0).Inc()
	s.ints.At(0).Add(int64(i & 7))
	s.floats.At(0).Add(0.5 * float64(i&7))
	if i%5 == 0 {
		s.ds.At(0).RecordExemplar(sampled(), values[i&1023])
	} else {
		s.ds.At(0).Record(values[i&1023])
	}
	end := Begin(s.upDowns.At(0))
	select {
	case s.open <- end: // another goroutine ends it, some time
	default:
		end()
	}
	if i%3 == 0 {
		select {
		case end := <-s.open:
			end()
		default:
		}
	}
}

// endAll calls all ends.
func (s *stressed) endAll() {
	for len(s.open) > 0 {
		(<-s.open)()
	}
}

// read reads all kinds and checks that nothing falls below what the reader has seen.
func (s *stressed) read(t *testing.T, seen map[string]float64) {
	for _, one := range s.series {
		m := one.set.read(time.Now(), nil)
		if m == nil {
			continue
		}
		n := 0.0
		switch v := m.Series[0].Point.Value.(type) {
		case int64:
			n = float64(v)
		case float64:
			n = v
		case *metric.Distribution:
			if n = float64(v.Count); v.Count != sumOfBuckets(v) {
				t.Errorf("%d values, %d in buckets", v.Count, sumOfBuckets(v))
			}
		}
		if one.set != Set(s.upDowns) && n < seen[one.name] || n < 0 {
			t.Errorf("%s falls from %v to %v", one.name, seen[one.name], n)
		}
		seen[one.name] = n
	}
}

// TestStripesThatComeAndGo records from several goroutines, and reads from several, while the
// stripes are made and given back all the time, and while another registration of such series
// begins and ends. Not a record may be lost or counted twice.
func TestStripesThatComeAndGo(t *testing.T) {
	const recorders, records, readers = 6, 800, 2
	before := stripeMemory.used.Load()
	values := latencies()
	stays, ends := newStressed(), newStressed()
	stays.start()
	ends.start()
	var recording, beside sync.WaitGroup
	var done atomic.Bool
	besides := func(f func(r *rand.Rand)) {
		wait.Go(&beside, func() {
			r := rand.New(rand.NewPCG(rand.Uint64(), 4))
			for !done.Load() {
				f(r)
				goruntime.Gosched()
			}
		})
	}
	changes := 0
	besides(func(r *rand.Rand) {
		for _, one := range append(stays.series, ends.series...) {
			if r.IntN(2) == 0 {
				one.fold()
			} else if one.spread() {
				changes++
			}
		}
	})
	besides(func(r *rand.Rand) {
		if r.IntN(20) == 0 {
			ends.stop()
			ends.start()
		}
	})
	for range readers {
		seen := map[string]float64{}
		besides(func(*rand.Rand) {
			stays.read(t, seen)
			for _, one := range ends.series {
				one.set.read(time.Now(), nil)
			}
		})
	}
	for range recorders {
		wait.Go(&recording, func() {
			for i := range records {
				stays.record(i, values)
				ends.record(i, values)
				if i%16 == 0 {
					goruntime.Gosched() // so that stripes come and go meanwhile, on one processor too
				}
			}
		})
	}
	recording.Wait()
	done.Store(true)
	beside.Wait()
	stays.endAll()
	ends.endAll()
	t.Logf("stripes were made %d times", changes)
	if changes == 0 {
		t.Error("no stripes were made")
	}
	for range 2 { // with stripes, and when they were given back
		stays.check(t, recorders, records, values)
	}
	stays.stop()
	ends.stop()
	if n := stripeMemory.used.Load(); n != before {
		t.Errorf("%d bytes are left in stripes", n-before)
	}
}

// check compares the totals with what so many recorders have made.
func (s *stressed) check(t *testing.T, recorders, records int, values []float64) {
	t.Helper()
	sum, exact, buckets := 0, 0.0, make([]int64, len(even(20))+1)
	for i := range records {
		sum += i & 7
		exact += values[i&1023]
		buckets[linearBucket(even(20), values[i&1023])]++
	}
	for name, c := range map[string]struct{ got, want any }{
		"count":       {counted(s.counts), int64(recorders * records)},
		"int64 sum":   {counted(s.ints), int64(recorders * sum)},
		"float64 sum": {counted(s.floats), 0.5 * float64(recorders*sum)},
		"up-down":     {counted(s.upDowns), int64(0)},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
	d := distributionNow(t, s.ds)
	for i, b := range d.Buckets {
		if b.Count != int64(recorders)*buckets[i] {
			t.Errorf("bucket %d: %d, want %d", i, b.Count, int64(recorders)*buckets[i])
		}
	}
	if want := exact * float64(recorders); d.Count != int64(recorders*records) || math.Abs(d.Sum-want) > 1e-9*want {
		t.Errorf("%d values of sum %v, want %d of %v", d.Count, d.Sum, recorders*records, want)
	}
}
