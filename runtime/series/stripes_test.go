package series

import (
	"math"
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

// A spreadable is a series of any kind that may have stripes, as a test uses it.
type spreadable struct {
	name   string
	set    Set
	record func(n int) // adds the number n, or n values of 1; n is positive
	late   func()      // records 1 as a recorder does that was interrupted before its stripe was given back
	spread func() bool // gives it stripes
	fold   func()      // gives them back, as a reading does that finds them idle
	state  func() uint32
}

// spreadables returns a series of each kind, with one record of 1. Their sets are started.
func spreadables() []spreadable {
	info := SeriesInfo{Name: unique("spreadable"), Bounds: twelve}
	counts, ints, floats := started(NewCounts(info)), started(NewInt64Sums(info)), started(NewFloat64Sums(info))
	upDowns, ds := started(NewInt64UpDowns(info)), started(NewDistributions(info))
	all := []spreadable{
		spreadableCount(counts), spreadableInt64Sum(ints), spreadableFloat64Sum(floats),
		spreadableUpDown(upDowns), spreadableDistribution(ds),
	}
	for _, s := range all {
		s.record(1)
	}
	return all
}

func spreadableCount(set *Counts) spreadable {
	return spreadable{
		name: "count", set: set,
		record: func(n int) {
			for range n {
				set.At(0).Inc()
			}
		},
		late:   func() { late64(set.At(0), &set.At(0).spread, set.At(0).inc) },
		spread: func() bool { c := set.At(0); c.switchState(stateFree, stateProbe); return c.spread.spread(c) },
		fold:   func() { c := set.At(0); fold64(c, &c.spread) },
		state:  func() uint32 { return set.At(0).loadState() },
	}
}

func spreadableInt64Sum(set *Int64Sums) spreadable {
	return spreadable{
		name: "int64 sum", set: set,
		record: func(n int) { set.At(0).Add(int64(n)) },
		late:   func() { late64(set.At(0), &set.At(0).spread, func() { set.At(0).add(1) }) },
		spread: func() bool { c := set.At(0); return c.spread.spread(c) },
		fold:   func() { c := set.At(0); fold64(c, &c.spread) },
		state:  func() uint32 { return set.At(0).loadState() },
	}
}

func spreadableFloat64Sum(set *Float64Sums) spreadable {
	return spreadable{
		name: "float64 sum", set: set,
		record: func(n int) { set.At(0).Add(float64(n)) },
		late:   func() { late64(set.At(0), &set.At(0).spread, func() { set.At(0).add(1) }) },
		spread: func() bool { c := set.At(0); return c.spread.spread(c) },
		fold:   func() { c := set.At(0); fold64(c, &c.spread) },
		state:  func() uint32 { return set.At(0).loadState() },
	}
}

func spreadableUpDown(set *Int64UpDowns) spreadable {
	return spreadable{
		name: "up-down", set: set,
		record: func(n int) { set.At(0).Add(int64(n)) },
		late:   func() { late64(set.At(0), &set.At(0).spread, func() { set.At(0).add(1) }) },
		spread: func() bool { c := set.At(0); c.remind(); return c.spread.spread(c) },
		fold:   func() { c := set.At(0); fold64(c, &c.spread) },
		state:  func() uint32 { return set.At(0).loadState() },
	}
}

func spreadableDistribution(set *Distributions) spreadable {
	return spreadable{
		name: "distribution", set: set,
		record: func(n int) {
			for range n {
				set.At(0).Record(1)
			}
		},
		late: func() {
			c := set.At(0)
			first := c.more.stripes.Load()
			foldTally(c)
			c.more.stripes.Store(first)
			if c.more.tryAdd(c.buckets.find(1), 1) || c.more.record(1, nil) {
				panic("a stripe that was given back has a record")
			}
			c.more.stripes.Store(nil)
			c.record(1, nil)
		},
		spread: func() bool {
			c := set.At(0)
			if !c.switchState(stateFree, stateHeld) {
				return false
			}
			c.spread()
			return c.loadState() == stateSpread
		},
		fold:  func() { foldTally(set.At(0)) },
		state: func() uint32 { return set.At(0).loadState() },
	}
}

// A stateful is a series that has a state.
type stateful interface {
	number64
	switchState(from, to uint32) bool
}

// late64 gives the stripes back, and records like a recorder that has found them before: once
// when the stripes were marked, and once when the series has none any more.
func late64(c stateful, s *spread64, record func()) {
	stripes := s.stripes.Load()
	fold64(c, s)
	c.switchState(stateFree, stateSpread)
	c.switchState(stateProbe, stateSpread)
	s.stripes.Store(stripes)
	record()
	s.stripes.Store(nil)
	c.fromStripes()
	for i := range stripes.all {
		if stripes.all[i].n.Load() != ended64 {
			panic("a stripe that was given back has a record")
		}
	}
}

// fold64 gives the stripes back as a reading does that finds them idle.
func fold64(c number64, s *spread64) {
	stripes := s.stripes.Load()
	if stripes == nil {
		return
	}
	stripes.reading.Lock()
	defer stripes.reading.Unlock()
	if s.stripes.Load() == stripes && c.fromStripes() {
		s.fold(c, stripes)
	}
}

// foldTally gives the stripes back as a reading does that finds them idle.
func foldTally(c *Distribution) {
	if c.loadState() != stateSpread {
		return
	}
	c.more.reading.Lock()
	defer c.more.reading.Unlock()
	if c.switchState(stateSpread, stateRead) {
		c.fold()
		atomic.StoreUint32(&c.state, stateFree)
	}
}

// valueOf returns the number of the only series of a set, or its number of values.
func valueOf(set Set) int {
	m := set.read(time.Now(), nil)
	if m == nil {
		return 0
	}
	switch v := m.Series[0].Point.Value.(type) {
	case int64:
		return int(v)
	case float64:
		return int(v)
	default:
		d := v.(*metric.Distribution)
		if d.Count != sumOfBuckets(d) {
			return -1
		}
		return int(d.Count)
	}
}

// TestIdleStripesAreGivenBack: by the second reading without a record in between, and not
// while there are records between the readings.
func TestIdleStripesAreGivenBack(t *testing.T) {
	for _, s := range spreadables() {
		t.Run(s.name, func(t *testing.T) {
			used, want := stripeMemory.used.Load(), 1
			for round := range 3 {
				if !s.spread() {
					t.Fatal("no stripes")
				}
				for range 5 {
					s.record(2)
					want += 2
					if n := valueOf(s.set); n != want || s.state() != stateSpread {
						t.Fatalf("round %d: %d in state %d, want %d in stripes", round, n, s.state(), want)
					}
				}
				if stripeMemory.used.Load() <= used {
					t.Errorf("the stripes take %d bytes", stripeMemory.used.Load()-used)
				}
				if n := valueOf(s.set); n != want || s.state() == stateSpread || stripeMemory.used.Load() != used {
					t.Fatalf("round %d: %d in state %d, %d bytes are left, want %d and none", round, n, s.state(), stripeMemory.used.Load()-used, want)
				}
				s.record(3)
				want += 3
				if n := valueOf(s.set); n != want {
					t.Errorf("round %d: %d after the stripes were given back, want %d", round, n, want)
				}
			}
		})
	}
}

// TestStripesEndWithTheRegistration: the memory of a series that has ended is given back,
// though its recorder is bound.
func TestStripesEndWithTheRegistration(t *testing.T) {
	used := stripeMemory.used.Load()
	for _, s := range spreadables() {
		if !s.spread() {
			t.Fatalf("%s: no stripes", s.name)
		}
		s.record(1)
		s.set.stop()
		if n := stripeMemory.used.Load() - used; n != 0 {
			t.Errorf("%s: %d bytes are left", s.name, n)
		}
	}
}

// TestLateRecordersLoseNothing: a recorder finds its stripe, is interrupted, and goes on after
// the stripe was given back.
func TestLateRecordersLoseNothing(t *testing.T) {
	for _, s := range spreadables() {
		if !s.spread() {
			t.Fatalf("%s: no stripes", s.name)
		}
		s.record(4)
		s.late()
		if n := valueOf(s.set); n != 6 {
			t.Errorf("%s: %d, want 6", s.name, n)
		}
	}
}

// TestEndsAfterTheStripes: the end of a record whose stripe was given back, and whose series
// may have other stripes now.
func TestEndsAfterTheStripes(t *testing.T) {
	for _, again := range []bool{false, true} {
		set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")}))
		c := set.At(0)
		c.Add(5)
		spread(c)
		ends := []func(){Begin(c), Begin(c)}
		stripes := c.spread.stripes.Load()
		fold64(c, &c.spread)
		if again {
			spread(c)
		}
		ends[0]()
		if n := counted(set); n != int64(6) {
			t.Errorf("%v after an end, want 6; again: %v", n, again)
		}
		fold64(c, &c.spread)
		c.spread.stripes.Store(stripes) // as the end has found them just before
		ends[1]()
		c.spread.stripes.Store(nil)
		if n := counted(set); n != int64(5) {
			t.Errorf("%v after both ends, want 5; again: %v", n, again)
		}
	}
}

// TestStripesThatLookEnded: an up-down count can reach the number that marks a stripe which was
// given back.
func TestStripesThatLookEnded(t *testing.T) {
	set := started(NewInt64UpDowns(SeriesInfo{Name: unique("updown")}))
	c := set.At(0)
	c.Add(0)
	spread(c)
	stripes := c.spread.stripes.Load()
	want := int64(0)
	check := func(delta int64) {
		t.Helper()
		want += delta
		if n := counted(set); n != want {
			t.Errorf("%d, want %d", n, want)
		}
	}
	c.Add(math.MinInt64)
	check(math.MinInt64)
	c.Add(math.MaxInt64)
	check(math.MaxInt64)
	end := Begin(c)
	check(1)
	for i := range stripes.all { // as after records that no test can wait for
		stripes.all[i].n.Store(ended64 + 1)
	}
	want = counted(set).(int64)
	end()
	check(-1)
	for range 2 * len(stripes.all) {
		Begin(c)()
		c.Add(-1)
		want--
	}
	check(0) // gives the stripes back, which had no records any more
	if c.loadState() != stateProbe {
		t.Errorf("state %d", c.loadState())
	}
	check(0)
}

// TestReadersOfStripesThatWereGivenBack: a reader finds stripes, or none, and is interrupted.
func TestReadersOfStripesThatWereGivenBack(t *testing.T) {
	set := started(NewInt64Sums(SeriesInfo{Name: unique("interrupted")}))
	c := set.At(0)
	c.Add(1)
	folds, whole := c.spread.begin()
	if !whole || !c.spread.same(folds) {
		t.Error("has stripes")
	}
	c.spread.spread(c)
	c.Add(2)
	stripes, used := c.spread.stripes.Load(), stripeMemory.used.Load()
	if _, whole := c.spread.begin(); whole {
		t.Error("has no stripes")
	}
	fold64(c, &c.spread)
	used -= int64(stripeCount() * stripe64Bytes)
	if c.spread.same(folds) {
		t.Error("takes a number for the whole of which a part may have been in stripes")
	}
	if n, ok := c.spread.sum(c, stripes); ok || stripeMemory.used.Load() != used {
		t.Errorf("reads %d from stripes that were given back, whose memory is %d, want %d", n, stripeMemory.used.Load(), used)
	}

	ds := started(NewDistributions(SeriesInfo{Name: unique("interrupted"), Bounds: twelve}))
	d := ds.At(0)
	d.Record(1)
	spreadTally(t, d)
	foldTally(d)
	sum := total{buckets: make([]metric.Bucket, len(twelve)+1)}
	if d.readSpread(&sum) || sum.n != 0 {
		t.Errorf("reads %+v from stripes that were given back", sum)
	}
}

// TestHeldStripesAreNotIdle: a reading waits for a recorder that is in a stripe, and does not give
// the stripes back then.
func TestHeldStripesAreNotIdle(t *testing.T) {
	set := started(NewDistributions(SeriesInfo{Name: unique("held"), Bounds: twelve}))
	c := set.At(0)
	c.Record(1)
	spreadTally(t, c)
	c.Record(1)
	distributionNow(t, set)
	held := &stripesOf(c)[1]
	held.state = stateHeld
	processors := goruntime.GOMAXPROCS(1) // the reader runs with the first yields
	defer goruntime.GOMAXPROCS(processors)
	var reading sync.WaitGroup
	wait.Go(&reading, func() { set.read(time.Now(), nil) })
	for range 100 {
		goruntime.Gosched()
	}
	atomic.StoreUint32(&held.state, stateFree)
	reading.Wait()
	if c.loadState() != stateSpread {
		t.Errorf("state %d after a reading that has waited for a recorder", c.loadState())
	}
	if d := distributionNow(t, set); c.loadState() != stateFree || d.Count != 2 {
		t.Errorf("state %d, %d values", c.loadState(), d.Count)
	}
}

// A changingCount changes its state while it is spread: by then a recorder has found the
// stripes, which was interrupted while there were earlier ones.
type changingCount struct{ *Count }

func (c changingCount) toStripes() bool {
	c.spread.stripes.Load().add(3, nil)
	return false
}

func TestSpreadThatFails(t *testing.T) {
	set := started(NewCounts(SeriesInfo{Name: unique("fails")}))
	c, used := set.At(0), stripeMemory.used.Load()
	c.Inc()
	if c.spread.spread(changingCount{c}) || c.spread.stripes.Load() != nil || stripeMemory.used.Load() != used {
		t.Error("has stripes")
	}
	if n := counted(set); n != int64(4) {
		t.Errorf("%v, want 4", n)
	}
	c.remind()
	c.switchState(stateFree, stateProbe)
	if !c.spread.spread(c) || c.spread.spread(c) || stripeMemory.used.Load() != used+int64(stripeCount()*stripe64Bytes) {
		t.Errorf("state %d, %d bytes in stripes", c.loadState(), stripeMemory.used.Load()-used)
	}
}

// TestFoldedTalliesAreExact: counts beyond 32 bits, buckets of all places, exemplars, and
// moments to the bit of what the reading before has.
func TestFoldedTalliesAreExact(t *testing.T) {
	for _, n := range []int{1, nearBuckets - 1, nearBuckets, 40, 198} {
		bounds := make([]float64, n)
		for i := range bounds {
			bounds[i] = float64(10 * (i + 1))
		}
		set := started(NewDistributions(SeriesInfo{Name: unique("folded"), Bounds: bounds}))
		c := set.At(0)
		value := func(bucket int) float64 { return float64(10*bucket) + rand.Float64() }
		record := func() {
			for i := range n + 1 {
				c.Record(value(i))
				c.RecordExemplar(sampled(), value(i))
			}
		}
		record()
		spreadTally(t, c)
		record()
		tallies := []*tally{&c.tally, &stripesOf(c)[0].tally, &stripesOf(c)[1].tally}
		for _, one := range tallies {
			for i := range n + 1 {
				one.n += math.MaxUint32 - 1 - int64(*one.counter(i)) // as after so many records
				*one.counter(i) = math.MaxUint32 - 1
			}
		}
		stripesOf(c)[1].tally.needRare().carried[n] = 3 << 32
		stripesOf(c)[1].tally.n += 3 << 32
		want := distributionNow(t, set)
		got := distributionNow(t, set) // gives the stripes back
		after := distributionNow(t, set)
		if c.loadState() != stateFree || c.more.stripes.Load() != nil {
			t.Fatalf("%d bounds: state %d", n, c.loadState())
		}
		for _, d := range []*metric.Distribution{got, after} {
			if d.Count != want.Count || d.Sum != want.Sum || d.SumOfSquaredDeviation != want.SumOfSquaredDeviation || sumOfBuckets(d) != d.Count {
				t.Fatalf("%d bounds: %+v, want %+v", n, d, want)
			}
			for i, b := range d.Buckets {
				if b != want.Buckets[i] || b.Exemplar == nil || b.Count < 3*(math.MaxUint32-1) {
					t.Fatalf("%d bounds, bucket %d: %+v, want %+v", n, i, b, want.Buckets[i])
				}
			}
		}
	}
}

// TestStripeMemoryIsBounded: series beyond the bound get no stripes, and record all the same.
func TestStripeMemoryIsBounded(t *testing.T) {
	before := stripeMemory.used.Load()
	var all [][]spreadable
	spread := map[string]int{}
	for refused := 0; refused == 0; {
		one := spreadables()
		for _, s := range one {
			if s.spread() {
				spread[s.name]++
			} else {
				refused++
			}
		}
		all = append(all, one)
		if used := stripeMemory.used.Load(); used > maxStripeBytes {
			t.Fatalf("%d bytes in stripes", used)
		}
	}
	stripe64s := spread["count"] + spread["int64 sum"] + spread["float64 sum"] + spread["up-down"]
	want := int64(stripeCount() * (stripe64s*cacheLine + spread["distribution"]*int(unsafe.Sizeof(stripe{}))))
	if got := stripeMemory.used.Load() - before; got != want || len(all) < 50 {
		t.Errorf("%d bytes of %d series, want %d", got, len(all), want)
	}
	left := maxStripeBytes - int(stripeMemory.used.Load())
	if !stripeMemory.take(left) || stripeMemory.take(1) {
		t.Fatalf("%d bytes are left", left)
	}
	for _, s := range spreadables() { // without stripes, however they meet
		concurrently(4, 2000, func() { s.record(1) }, func() { valueOf(s.set) })
		if n := valueOf(s.set); n != 8001 || s.spread() || s.state() == stateSpread {
			t.Errorf("%s: %d in state %d, want 8001 without stripes", s.name, n, s.state())
		}
	}
	stripeMemory.giveBack(left)
	for _, one := range all {
		for _, s := range one {
			s.set.stop()
		}
	}
	if got := stripeMemory.used.Load(); got != before {
		t.Errorf("%d bytes are left, %d before", got, before)
	}
	for _, s := range spreadables() {
		if !s.spread() {
			t.Errorf("%s: no stripes though there is memory again", s.name)
		}
		s.set.stop()
	}
}

// TestMeetingsAloneDoNotSpread: recorders that have met another one, and then find that nobody
// else records.
func TestMeetingsAloneDoNotSpread(t *testing.T) {
	info := SeriesInfo{Name: unique("met"), Bounds: twelve}
	ints, floats, counts := started(NewInt64Sums(info)).At(0), started(NewFloat64Sums(info)).At(0), started(NewCounts(info)).At(0)
	upDowns, ds := started(NewInt64UpDowns(info)).At(0), started(NewDistributions(info)).At(0)
	ints.Add(1)
	floats.Add(1)
	counts.Inc()
	upDowns.Add(1)
	ds.Record(1)
	for range 100 * meetings { // as where another recorder has just added
		ints.add(1)
		floats.add(1)
		counts.look(false)
		upDowns.look(false)
		ds.look()
	}
	for name, spread := range map[string]bool{
		"int64 sum": ints.spread.stripes.Load() != nil, "float64 sum": floats.spread.stripes.Load() != nil, "count": counts.spread.stripes.Load() != nil,
		"up-down": upDowns.spread.stripes.Load() != nil, "distribution": ds.loadState() == stateSpread,
	} {
		if spread {
			t.Errorf("%s has stripes", name)
		}
	}
	if ints.spread.met.Load() != 100*meetings || floats.spread.met.Load() != 100*meetings {
		t.Errorf("%d and %d meetings", ints.spread.met.Load(), floats.spread.met.Load())
	}
}

// TestHolderWithoutProcessor: recorders that wait for a distribution whose holder has lost its
// processor do not spread it, though all of them record as soon as it is released.
func TestHolderWithoutProcessor(t *testing.T) {
	set := started(NewDistributions(SeriesInfo{Name: unique("held"), Bounds: twelve}))
	c := set.At(0)
	c.Record(1)
	// With one processor to share, the others get it with the first yields, and give it back only
	// when they have seen for long that the series is held.
	processors := goruntime.GOMAXPROCS(1)
	defer goruntime.GOMAXPROCS(processors)
	const rounds, recorders = 3 * meetings, 8
	for range rounds {
		if !c.switchState(stateFree, stateHeld) {
			t.Fatalf("state %d", c.loadState())
		}
		var group sync.WaitGroup
		for range recorders {
			wait.Go(&group, func() { c.Record(1) })
		}
		for range 100 {
			goruntime.Gosched()
		}
		atomic.StoreUint32(&c.state, stateFree)
		group.Wait()
	}
	if n := distributionNow(t, set).Count; n != 1+rounds*recorders || c.loadState() != stateFree {
		t.Errorf("%d values in state %d", n, c.loadState())
	}
}

// TestRandomMeetingsDoNotSpread: goroutines that record into many series, in random order.
func TestRandomMeetingsDoNotSpread(t *testing.T) {
	const series, goroutines = 10000, 8
	records := 20000
	if raceEnabled {
		records = 3000 // which take as long
	}
	info := SeriesInfo{Name: unique("many"), Size: series, Keyed: true, Bounds: twelve}
	counts, ints, floats := started(NewCounts(info)), started(NewInt64Sums(info)), started(NewFloat64Sums(info))
	upDowns, ds := started(NewInt64UpDowns(info)), started(NewDistributions(info))
	before := stripeMemory.used.Load()
	sets := []Set{counts, ints, floats, upDowns, ds}
	concurrently(goroutines, 1, func() {
		r := rand.New(rand.NewPCG(rand.Uint64(), 3))
		for range records {
			i := r.Uint64N(series)
			counts.Keyed(i).Inc()
			ints.Keyed(i).Add(1)
			floats.Keyed(i).Add(1)
			upDowns.Keyed(i).Add(1)
			ds.Keyed(i).Record(1)
		}
	}, func() {
		for _, set := range sets {
			set.read(time.Now(), nil)
		}
	})
	if n := stripeMemory.used.Load() - before; n != 0 {
		t.Errorf("%d bytes in stripes", n)
	}
	for _, set := range sets {
		total := int64(0)
		for _, row := range set.read(time.Now(), nil).Series {
			switch v := row.Point.Value.(type) {
			case int64:
				total += v
			case float64:
				total += int64(v)
			case *metric.Distribution:
				total += sumOfBuckets(v)
			}
		}
		if total != int64(goroutines*records) {
			t.Errorf("%d records of %d", total, goroutines*records)
		}
	}
}
