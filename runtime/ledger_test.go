package runtime

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

func series1(values ...metric.LabelValue) *metric.Series {
	return &metric.Series{LabelValues: values, Point: metric.Point{Time: time.Now(), Value: int64(1)}}
}

func TestSeriesName(t *testing.T) {
	present := metric.NewLabelValue
	keys := []metric.LabelKey{{Key: "a"}, {Key: "b"}}
	seen := map[string]string{}
	for _, c := range []struct {
		resource *metric.Resource
		values   []metric.LabelValue
		want     string
	}{
		{nil, nil, "m"},
		{nil, []metric.LabelValue{{}, {}}, "m"},
		{nil, []metric.LabelValue{present("GET"), present("/cart")}, "m{a=GET,b=/cart}"},
		{nil, []metric.LabelValue{{}, present("x")}, "m{b=x}"},
		{nil, []metric.LabelValue{present(""), {}}, `m{a=""}`},
		{nil, []metric.LabelValue{present("x,b=y"), {}}, `m{a="x,b=y"}`},
		{nil, []metric.LabelValue{present("x"), present("y")}, "m{a=x,b=y}"},
		{nil, []metric.LabelValue{present("é\n"), {}}, `m{a="é\n"}`},
		{&metric.Resource{Type: "vm", Labels: map[string]string{"z": "1", "b": "2"}}, []metric.LabelValue{present("x"), {}}, "m{a=x}@vm,b=2,z=1"},
	} {
		m := &metric.Metric{Descriptor: metric.Descriptor{Name: "m", LabelKeys: keys}, Resource: c.resource}
		if got := metric.SeriesName(m, series1(c.values...)); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
		seen[c.want] = c.want
	}
	if metric.SeriesName(nil, nil) != "?" || len(seen) != 8 {
		t.Error(seen)
	}
}

// Two producers may give series of one name: they are two series.
func TestLedgerKeepsNamesakesApart(t *testing.T) {
	l := &ledger{byName: map[string]*series{}}
	m := &metric.Metric{Descriptor: metric.Descriptor{Name: "m"}, Series: []*metric.Series{series1(), series1(), series1()}}
	var before []*series
	for range 2 {
		r := &snapshot{number: l.next(), ended: time.Now()}
		l.enter(r, []*metric.Metric{m})
		if len(r.items) != 3 || len(l.byName) != 3 {
			t.Fatalf("%d items, %d series", len(r.items), len(l.byName))
		}
		for n, i := range r.items {
			if before != nil && before[n] != i.known {
				t.Errorf("%s was %s", i.known.name, before[n].name)
			}
		}
		before = []*series{r.items[0].known, r.items[1].known, r.items[2].known}
	}
}

// Namesakes are kept apart also in a reading that is entered after a later one.
func TestLedgerKeepsNamesakesApartInALateReading(t *testing.T) {
	l := &ledger{byName: map[string]*series{}}
	late, later := &snapshot{number: l.next()}, &snapshot{number: l.next()}
	for _, r := range []*snapshot{later, late} {
		l.enter(r, []*metric.Metric{{Descriptor: metric.Descriptor{Name: "m"}, Series: []*metric.Series{series1(), series1()}}})
		if a, b := r.items[0].known, r.items[1].known; a.name != "m" || b.name != "m (2)" {
			t.Errorf("reading %d: the states of %q and %q", r.number, a.name, b.name)
		}
	}
	for name, s := range l.byName {
		if s.read != later.number || s.born != late.number {
			t.Errorf("%s: read %d, born %d", name, s.read, s.born)
		}
	}
}

// A delivery that has found the backend to have all of it is not concerned with what is
// recorded, read and tried afterwards.
func TestDeliveredStaysDelivered(t *testing.T) {
	l := &ledger{byName: map[string]*series{}}
	read := func(value int64) (*series, *snapshot) {
		row := series1()
		row.Point.Value = value
		r := &snapshot{number: l.next(), ended: time.Now()}
		l.enter(r, []*metric.Metric{{Descriptor: metric.Descriptor{Name: "m"}, Series: []*metric.Series{row}}})
		return l.byName["m"], r
	}
	lacks := func(when string, d *delivery, want bool) {
		t.Helper()
		if got := d.lacks(l.byName["m"]); got != want {
			t.Errorf("%s: lacks %t, want %t", when, got, want)
		}
	}
	s, r := read(1)
	r.items[0].try(r)
	s.accept()
	unchanged := &delivery{since: l.next()}
	read(1)
	lacks("nothing has changed", unchanged, false)
	s, exported := read(2)
	lacks("newer records", unchanged, false)
	all := &delivery{since: l.next(), all: true}
	changed := &delivery{since: l.next()}
	read(2)
	lacks("a change", changed, true)
	exported.items[0].try(exported) // by another delivery, whose reading is older
	s.accept()
	lacks("another export had it", changed, false)
	lacks("at the interval", all, true)
	s, r = read(3)
	r.items[0].try(r)
	lacks("it is being tried", changed, false)
	s.fail(Unconfirmed, errDown)
	lacks("a doubt about a newer value", changed, false)
	doubted := &delivery{since: l.next()}
	read(2)
	lacks("a doubt", doubted, true)
}

// Another delivery may read a newer value between the reading of a point and its export. The
// backend does not have the newer value then.
func TestAcceptedValueIsTheSent(t *testing.T) {
	l := &ledger{byName: map[string]*series{}}
	read := func(value int64) *snapshot {
		row := series1()
		row.Point.Value = value
		r := &snapshot{number: l.next(), ended: time.Now()}
		l.enter(r, []*metric.Metric{{Descriptor: metric.Descriptor{Name: "m"}, Series: []*metric.Series{row}}})
		return r
	}
	exported := read(1)
	d := &delivery{since: l.next()}
	read(2) // with it the other delivery asks whether anything is left to deliver
	exported.items[0].try(exported)
	l.byName["m"].accept()
	if !d.lacks(l.byName["m"]) {
		t.Error("the backend has 1, and 2 counts as delivered")
	}
}

// A series that is gone is forgotten, but not while the spacing counts.
func TestLedgerForgets(t *testing.T) {
	l := &ledger{byName: map[string]*series{}, spacing: 5 * time.Second}
	now := time.Now()
	read := func(at time.Time, labels ...string) {
		m := &metric.Metric{Descriptor: metric.Descriptor{Name: "m", LabelKeys: []metric.LabelKey{{Key: "l"}}}}
		for _, label := range labels {
			m.Series = append(m.Series, series1(metric.NewLabelValue(label)))
		}
		r := &snapshot{number: l.next(), began: at, ended: at}
		l.enter(r, []*metric.Metric{m})
		for _, i := range r.items {
			i.try(r)
			i.known.accept()
		}
	}
	read(now, "a", "b")
	read(now.Add(10*time.Second), "b")
	if len(l.byName) != 2 || !l.allowed(l.byName["m{l=a}"]).Equal(now.Add(5*time.Second)) {
		t.Errorf("%v", l.byName)
	}
	read(now.Add(2*time.Minute), "b")
	if len(l.byName) != 1 || l.byName["m{l=b}"] == nil {
		t.Errorf("%v", l.byName)
	}
}

// Any difference in a value is one in its fingerprint.
func TestFingerprint(t *testing.T) {
	began := time.Now()
	dist := func(count int64, sum, dev float64, buckets ...int64) *metric.Distribution {
		d := &metric.Distribution{Count: count, Sum: sum, SumOfSquaredDeviation: dev}
		for _, n := range buckets {
			d.Buckets = append(d.Buckets, metric.Bucket{Count: n})
		}
		return d
	}
	type value struct {
		kind  metric.Type
		start time.Time
		v     any
	}
	const cumulative, gauge = metric.TypeCumulativeInt64, metric.TypeGaugeFloat64
	values := []value{
		{cumulative, began, int64(1)}, {cumulative, began, int64(2)}, {cumulative, began.Add(1), int64(1)},
		{gauge, began, 1.5}, {gauge, began, -1.5}, {gauge, began, math.NaN()}, {gauge, began, math.Inf(1)}, {gauge, began, 0.0}, {gauge, began, math.Copysign(0, -1)},
		{cumulative, began, dist(3, 2, 1, 1, 2)}, {cumulative, began, dist(4, 2, 1, 1, 2)}, {cumulative, began, dist(3, 3, 1, 1, 2)},
		{cumulative, began, dist(3, 2, 2, 1, 2)}, {cumulative, began, dist(3, 2, 1, 2, 1)}, {cumulative, began, dist(3, 2, 1, 1, 2, 0)},
		{gauge, began, &metric.Summary{Count: 1, Sum: 2}}, {gauge, began, &metric.Summary{Count: 1, Sum: 3}},
		{gauge, began, &metric.Summary{Count: 1, Sum: 2, Snapshot: metric.Snapshot{Percentiles: map[float64]float64{50: 1, 90: 2}}}},
		{gauge, began, "text"}, {gauge, began, nil},
	}
	of := func(v value) fingerprint {
		m := &metric.Metric{Descriptor: metric.Descriptor{Type: v.kind}}
		f, _ := fingerprintOf(nil, m, &metric.Series{StartTime: v.start, Point: metric.Point{Time: time.Now(), Value: v.v}})
		return f
	}
	seen := map[fingerprint]string{}
	for _, v := range values {
		text := fmt.Sprint(v)
		if other, ok := seen[of(v)]; ok {
			t.Errorf("%s is as %s", text, other)
		}
		if first, again := of(v), of(v); first != again {
			t.Errorf("%s differs from itself", text)
		}
		seen[of(v)] = text
	}
	a, b := value{gauge, began, 1.5}, value{gauge, began.Add(1), 1.5}
	if of(a) != of(b) {
		t.Error("a gauge has no start")
	}
}

func TestErrorTexts(t *testing.T) {
	e := &ShutdownError{Err: errors.New("queue")}
	for n := range 5 {
		e.add(fmt.Sprintf("m{s=%d}", 4-n), Refused, errDown)
	}
	e.add("n", Unsent, errDown)
	e.sort()
	want := "the last values of 6 series are not delivered; 5 refused (m{s=0}, m{s=1}, m{s=2} and 2 more: backend is down); 1 unsent (n: backend is down); queue"
	if e.Error() != want {
		t.Errorf("%s\nwant %s", e, want)
	}
	e.again = true
	if want := strings.Replace(want, "delivered;", "delivered yet, and the next export sends them again;", 1); e.Error() != want {
		t.Errorf("%s\nwant %s", e, want)
	}
	if !errors.Is(e, errDown) || !errors.Is(e, e.Err) || len(e.Unwrap()) != 2 {
		t.Errorf("%v", e.Unwrap())
	}
	mixed := &ShutdownError{}
	for n, cause := range []string{"b", "a", "b", "", "c", "d"} {
		f := SeriesFailure{Series: fmt.Sprint(n), Err: errors.New(cause)}
		if cause == "" {
			f.Err = nil
		}
		mixed.Unsent = append(mixed.Unsent, f)
	}
	if want := "the last values of 6 series are not delivered; 6 unsent (0, 2: b; 1: a; 3: <nil>; …)"; mixed.Error() != want {
		t.Errorf("%s\nwant %s", mixed, want)
	}
	m := &metric.Metric{Descriptor: metric.Descriptor{Name: "m"}}
	x := &ExportError{Failures: []Failure{{Metric: m, Fate: Refused, Err: errDown}, {Metric: m, Series: series1(), Fate: Unsent}}}
	if want := "m refused: backend is down (and 1 more failures)"; x.Error() != want || !errors.Is(x, errDown) {
		t.Errorf("%s, want %s", x, want)
	}
	if !strings.Contains((&ExportError{}).Error(), "no failures") || Fate(7).String() != "Fate(7)" {
		t.Error("texts of nothing")
	}
}

// The places of the last reading only save time: with and without them, each series of a
// reading has the same state, whatever its order, its namesakes, and the readings meanwhile.
func TestLedgerFindsByPlace(t *testing.T) {
	began, seed := time.Now(), rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		with := &ledger{byName: map[string]*series{}, spacing: testLedgerSpacing}
		without := &ledger{byName: map[string]*series{}, spacing: testLedgerSpacing}
		var waiting []uint64 // numbers of readings that are entered late
		for step := range 40 {
			all := randomReading(random)
			number := with.next()
			if random.IntN(4) == 0 {
				waiting = append(waiting, number)
				number = with.next()
			} else if n := len(waiting); n > 0 && random.IntN(2) == 0 {
				number, waiting = waiting[n-1], waiting[:n-1]
			}
			at := began.Add(time.Duration(step) * 20 * time.Second)
			if random.IntN(5) == 0 {
				at = time.Time{} // as readDirect
			}
			r, want := &snapshot{number: number, ended: at}, &snapshot{number: number, ended: at}
			with.enter(r, all)
			without.places = nil
			without.enter(want, all)
			for n, i := range r.items {
				w := want.items[n]
				if i.known.name != w.known.name || i.known.born != w.known.born || i.known.read != w.known.read || i.value != w.value || i.known.latest != w.known.latest {
					t.Fatalf("item %d is %+v, want %+v", n, i.known, w.known)
				}
				if with.byName[i.known.name] != i.known {
					t.Fatalf("%s has another state than its name", i.known.name)
				}
				if random.IntN(3) == 0 {
					i.try(r)
					w.try(want)
				}
			}
			if got, want := slices.Sorted(maps.Keys(with.byName)), slices.Sorted(maps.Keys(without.byName)); !slices.Equal(got, want) {
				t.Fatalf("the ledger has %v, want %v", got, want)
			}
		}
	}
}

const testLedgerSpacing = 5 * time.Second

// randomReading returns some of a few series in any order, some of them twice.
func randomReading(random *rand.Rand) []*metric.Metric {
	var all []*metric.Metric
	for _, name := range []string{"a", "b", "b", "b (2)"} {
		m := &metric.Metric{Descriptor: metric.Descriptor{Name: name, LabelKeys: []metric.LabelKey{{Key: "l"}}}}
		for range random.IntN(5) {
			ts := series1(metric.NewLabelValue(string(rune('x' + random.IntN(3)))))
			ts.Point.Value = random.Int64N(3)
			m.Series = append(m.Series, ts)
		}
		all = append(all, m)
	}
	return all
}
