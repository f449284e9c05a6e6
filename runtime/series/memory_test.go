package series

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	goruntime "runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A readCase is a set of one kind, and how a test uses it.
type readCase struct {
	set    Set
	find   func(index uint64) // makes the series, without a value
	record func(index uint64, v int)
}

// everyKind returns sets of all kinds by an open tag, and counts with zero rows.
func everyKind(tag *record.Tag) []readCase {
	info := func(kind string) SeriesInfo {
		return SeriesInfo{Name: unique(kind), Tags: []*record.Tag{tag}, Size: tag.Indices(), Keyed: true, Bounds: []float64{10, 20}}
	}
	counts, ints, floats := NewCounts(info("count")), NewInt64Sums(info("int sum")), NewFloat64Sums(info("float sum"))
	lastInts, lastFloats := NewInt64LastValues(info("last int")), NewFloat64LastValues(info("last float"))
	ds := NewDistributions(info("distribution"))
	closed := letters()
	zeros := NewCounts(SeriesInfo{Name: unique("zero rows"), Tags: []*record.Tag{closed}, Size: closed.Indices(), ZeroRows: true})
	zeroDistributions := NewDistributions(SeriesInfo{Name: unique("zero distribution"), Tags: []*record.Tag{closed}, Size: closed.Indices(), ZeroRows: true, Bounds: []float64{10}})
	return []readCase{
		{counts, func(i uint64) { counts.Keyed(i) }, func(i uint64, v int) { counts.Keyed(i).Inc() }},
		{ints, func(i uint64) { ints.Keyed(i) }, func(i uint64, v int) { ints.Keyed(i).Add(int64(v)) }},
		{floats, func(i uint64) { floats.Keyed(i) }, func(i uint64, v int) { floats.Keyed(i).Add(float64(v)) }},
		{lastInts, func(i uint64) { lastInts.Keyed(i) }, func(i uint64, v int) { lastInts.Keyed(i).Set(int64(v)) }},
		{lastFloats, func(i uint64) { lastFloats.Keyed(i) }, func(i uint64, v int) { lastFloats.Keyed(i).Set(float64(v)) }},
		{ds, func(i uint64) { ds.Keyed(i) }, func(i uint64, v int) {
			ds.Keyed(i).Record(float64(v))
			if v%5 == 0 {
				ds.Keyed(i).RecordExemplar(sampled(), float64(v))
			}
		}},
		{zeros, func(i uint64) { zeros.At(i % 4) }, func(i uint64, v int) { zeros.At(i % 4).Inc() }},
		{zeroDistributions, func(i uint64) { zeroDistributions.At(i % 4) }, func(i uint64, v int) { zeroDistributions.At(i % 4).Record(float64(v)) }},
	}
}

// packageOf returns a package of the sets, which is not registered.
func packageOf(cases []readCase) *record.Package {
	var sets []Set
	var descriptors []metric.Descriptor
	for _, c := range cases {
		sets = append(sets, c.set)
		descriptors = append(descriptors, metric.Descriptor{Name: c.set.name(), LabelKeys: []metric.LabelKey{{Key: "a"}}})
	}
	return newPackage(descriptors, Sets(sets...))
}

// textOf returns all that metrics hold but the times of points, which must come after
// the starts.
func textOf(t *testing.T, metrics []*metric.Metric) string {
	t.Helper()
	all := ""
	for _, m := range metrics {
		for _, s := range m.Series {
			if !s.Point.Time.After(s.StartTime) {
				t.Errorf("%s: a point of %v that starts at %v", m.Descriptor.Name, s.Point.Time, s.StartTime)
			}
			value, err := json.Marshal(s.Point.Value)
			if err != nil {
				t.Fatal(err)
			}
			all += fmt.Sprintf("%s %T %s since %d\n", metric.SeriesName(m, s), s.Point.Value, value, s.StartTime.UnixNano())
		}
	}
	return all
}

// TestReadingsWithMemoryAreTheSame as those without, whatever happened in between: new
// series, series without a value, zero rows, another registration.
func TestReadingsWithMemoryAreTheSame(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 1))
		tag := oneOpen(unique("a"), record.OpenTag{MaxValues: 100})
		cases := everyKind(tag)
		p := packageOf(cases)
		defer p.Unregister()
		var memory record.Memory
		var before []*metric.Metric // a reading without memory, which nothing may change
		var beforeText string
		for step := range 100 {
			switch r.IntN(20) {
			case 0:
				p.Unregister()
				if got := p.Read(&memory); len(got) != 0 {
					t.Fatalf("%d metrics while not registered", len(got))
				}
			case 1, 2:
				if err := p.Register(); err != nil {
					t.Fatal(err)
				}
			}
			for range r.IntN(8) {
				index := tag.OpenIndex("text" + strconv.Itoa(r.IntN(1+step/5)))
				c := cases[r.IntN(len(cases))]
				if r.IntN(3) == 0 {
					c.find(index)
				} else {
					c.record(index, r.IntN(30))
				}
			}
			want := p.Read(nil)
			if got, want := textOf(t, p.Read(&memory)), textOf(t, want); got != want {
				t.Fatalf("seed %d, step %d:\n%s\nwant\n%s", seed, step, got, want)
			}
			if got := textOf(t, before); got != beforeText {
				t.Fatalf("seed %d, step %d: a reading without memory changed:\n%s\nit was\n%s", seed, step, got, beforeText)
			}
			before, beforeText = want, textOf(t, want)
		}
	}
}

// TestValuesThatComeAndGo: with one memory, a series that stands before another one gets
// its first value, and the rows move.
func TestValuesThatComeAndGo(t *testing.T) {
	tag := oneOpen(unique("a"), record.OpenTag{MaxValues: 10})
	set := started(NewDistributions(SeriesInfo{Name: unique("gaps"), Tags: []*record.Tag{tag}, Keyed: true, Bounds: twelve}))
	tags := []*record.Tag{tag}
	first, second := set.Keyed(tag.OpenIndex("first")), set.Keyed(tag.OpenIndex("second"))
	second.Record(2)
	one := set.read(time.Now(), nil)
	if len(one.Series) != 1 || one.Series[0].LabelValues[0].Value != "second" {
		t.Fatalf("%+v", one.Series)
	}
	first.Record(1)
	first.Record(100)
	two := set.read(time.Now(), one)
	if two != one || len(two.Series) != 2 {
		t.Fatalf("%d series in %p, want 2 in %p", len(two.Series), two, one)
	}
	for i, want := range []struct {
		label string
		sum   float64
		count int64
	}{{"first", 101, 2}, {"second", 2, 1}} {
		s := two.Series[i]
		d := s.Point.Value.(*metric.Distribution)
		if s.LabelValues[0].Value != want.label || d.Sum != want.sum || d.Count != want.count || sumOfBuckets(d) != want.count {
			t.Errorf("series %d: %v %+v, want %+v", i, s.LabelValues, d, want)
		}
	}
	if fresh := directRows(t, set, tags); len(fresh) != 2 {
		t.Errorf("%v", fresh)
	}
	set.stop()
	if m := set.read(time.Now(), two); m != nil {
		t.Errorf("%+v after the stop", m)
	}
	started(set)
	set.Keyed(tag.OpenIndex("second")).Record(7)
	again := set.read(time.Now(), two)
	if d := again.Series[0].Point.Value.(*metric.Distribution); len(again.Series) != 1 || again.Series[0].LabelValues[0].Value != "second" || d.Sum != 7 || d.Count != 1 {
		t.Errorf("%d series, %v, %+v", len(again.Series), again.Series[0].LabelValues, d)
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	f()
	goruntime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestSecondReadingAllocatesLittle, though all values have changed and there are new
// series.
func TestSecondReadingAllocatesLittle(t *testing.T) {
	const n = 10000
	tag := oneOpen(unique("a"), record.OpenTag{MaxValues: 2 * n})
	set := NewDistributions(SeriesInfo{Name: unique("many"), Tags: []*record.Tag{tag}, Size: tag.Indices(), Keyed: true, Bounds: twelve})
	p := register(t, nil, Sets(set))
	recordAll := func() {
		for i := range uint64(n) {
			set.Keyed(tag.OpenIndex(strconv.FormatUint(i, 10))).Record(float64(i))
		}
	}
	recordAll()
	var memory record.Memory
	first := allocated(func() { p.Read(&memory) })
	recordAll()
	second := allocated(func() { p.Read(&memory) })
	if second > first/10 {
		t.Errorf("the second reading allocates %d bytes, the first %d", second, first)
	}
	for range 100 {
		set.Keyed(tag.OpenIndex(unique("new"))).Record(1)
	}
	if grown := allocated(func() { p.Read(&memory) }); grown > first/10 {
		t.Errorf("a reading of 100 new series allocates %d bytes, the first one %d", grown, first)
	}
	if fresh := allocated(func() { p.Read(nil) }); fresh < first/2 {
		t.Errorf("a reading without memory allocates %d bytes, the first one %d: whose memory has it?", fresh, first)
	}
}

// TestReadersWithAndWithoutMemory read at once, each after some records, while
// registrations change. For the race detector too.
func TestReadersWithAndWithoutMemory(t *testing.T) {
	const readers, rounds, records = 4, 40, 100
	tag := oneOpen(unique("a"), record.OpenTag{MaxValues: 100})
	cases := everyKind(tag)
	p := packageOf(cases)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	var group sync.WaitGroup
	readings := make(chan bool, readers*rounds)
	for g := range uint64(readers) {
		group.Go(func() {
			r := rand.New(rand.NewPCG(g, 2))
			reader := &heldReader{p: p, seen: map[string]int64{}}
			if g%2 == 0 {
				reader.memory = &record.Memory{}
			}
			for range rounds {
				for range records {
					index := tag.OpenIndex("text" + strconv.Itoa(r.IntN(50)))
					cases[r.IntN(len(cases))].record(index, r.IntN(30))
				}
				reader.read(t)
				readings <- true
			}
		})
	}
	for n := range readers * rounds {
		<-readings
		if n%readers != 0 {
			continue
		}
		p.Unregister()
		if err := p.Register(); err != nil {
			t.Error(err)
		}
	}
	group.Wait()
}

// A heldReader holds its last reading if it reads without memory: nothing may change it.
type heldReader struct {
	p      *record.Package
	memory *record.Memory
	seen   map[string]int64 // totals, by series and start
	last   []*metric.Metric
	text   string
}

func (r *heldReader) read(t *testing.T) {
	metrics := r.p.Read(r.memory)
	wantTotalsToGrow(t, metrics, r.seen)
	if r.memory != nil {
		return
	}
	if got := textOf(t, r.last); got != r.text {
		t.Errorf("a reading without memory changed:\n%s\nit was\n%s", got, r.text)
	}
	r.last, r.text = metrics, textOf(t, metrics)
}

// wantTotalsToGrow checks that the counts of a reading are at least those that the
// reader has seen before of the same series.
func wantTotalsToGrow(t *testing.T, metrics []*metric.Metric, seen map[string]int64) {
	for _, m := range metrics {
		checkMetric(t, m)
		for _, s := range m.Series {
			n := int64(0)
			switch v := s.Point.Value.(type) {
			case int64:
				n = v
			case *metric.Distribution:
				n = v.Count
			}
			if s.StartTime.IsZero() {
				continue // a last value
			}
			key := fmt.Sprint(metric.SeriesName(m, s), s.StartTime.UnixNano())
			if n < seen[key] {
				t.Errorf("%s falls from %d to %d", key, seen[key], n)
			}
			seen[key] = n
		}
	}
}
