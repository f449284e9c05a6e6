package census

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
	"go.opencensus.io/trace"

	"github.com/ocgen/ocgen/internal/wait"
)

func TestSeriesLimit(t *testing.T) {
	closed := record.NewClosedTag(unique("a"), record.ClosedTag{Values: []string{"x", "y"}})
	open := record.NewOpenTag(unique("b"), record.OpenTag{MaxValues: 100, Known: []string{"known"}})
	build := record.NewOpenTag(unique("c"), record.OpenTag{MaxValues: 1, From: record.FromProcess})
	build.Set(record.Open("v1"))
	limited := unique("view")
	f := newFixture(t, []*record.Tag{closed, open, build}, NewSeriesLimit(limited, 3, closed, open, build))
	for range 2 {
		for _, text := range []string{"1", "2", "known", ""} {
			f.set.Record(nilContext, f.one(), record.Closed(uint8(1)), record.Open(text))
		}
		f.set.Record(nilContext, f.one(), record.Closed(uint8(2)), record.Open("1"))
	}
	a, b, c := closed.Key(), open.Key(), " "+build.Key()+"=v1"
	want := map[string]int64{
		a + "=x " + b + "=1" + c:         2,
		a + "=x " + b + "=2" + c:         2,
		a + "=x " + b + "=known" + c:     2,
		a + "=x" + c:                     2, // absent stays absent
		a + "=y " + b + "=__other__" + c: 2,
	}
	if got := f.rows(t); !maps.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
	wantCount(t, "", limited, record.ReasonSeries, 2) // of the absent one nothing is replaced
}

// A record that one limit refuses must not take a place in another.
func TestSeriesLimitsTakeNoPlaceForNothing(t *testing.T) {
	one := record.NewOpenTag(unique("a"), record.OpenTag{MaxValues: 100})
	two := record.NewOpenTag(unique("b"), record.OpenTag{MaxValues: 100})
	wide, narrow := NewSeriesLimit(unique("wide"), 2, one, two), NewSeriesLimit(unique("narrow"), 1, one)
	f := newFixture(t, []*record.Tag{one, two}, wide, narrow)
	f.set.Record(nilContext, f.one(), record.Open("1"), record.Open("1"))
	f.set.Record(nilContext, f.one(), record.Open("2"), record.Open("1")) // narrow refuses
	f.set.Record(nilContext, f.one(), record.Open("1"), record.Open("2"))
	a, b := one.Key(), two.Key()
	want := map[string]int64{
		a + "=1 " + b + "=1":                 1,
		a + "=__other__ " + b + "=__other__": 1,
		a + "=1 " + b + "=2":                 1,
	}
	if got := f.rows(t); !maps.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
}

// TestLimitOfLastValues: a record that a view of last values leaves out takes no place in it, and
// does not collapse the other views. The views may be declared before the limit or after it.
func TestLimitOfLastValues(t *testing.T) {
	for _, order := range []string{"limit first", "view first"} {
		t.Run(order, func(t *testing.T) {
			fleet := record.NewOpenTag(unique("fleet"), record.OpenTag{MaxValues: 1})
			peer := record.NewOpenTag(unique("peer"), record.OpenTag{MaxValues: 100})
			measure := stats.Int64(unique("depth/"), "", "1")
			last := &view.View{Name: measure.Name(), Measure: measure, Aggregation: view.LastValue()}
			declare := func() {
				Views(ViewsInfo{Views: func() []*view.View { return []*view.View{last} }, Measures: []MeasureInfo{{Measure: measure}}})
			}
			if order == "view first" {
				declare()
			}
			limit := NewSeriesLimit(last.Name, 1, fleet, peer)
			if order == "limit first" {
				declare()
			}
			f := newFixture(t, []*record.Tag{fleet, peer}, limit)
			f.set.Record(nilContext, f.one(), record.Open("a"), record.Open("p1"))
			f.set.Record(nilContext, f.one(), record.Open("b"), record.Open("p2")) // b has no place
			f.set.Record(nilContext, f.one(), record.Open("a"), record.Open("p3")) // the view is full
			a, b := fleet.Key()+"=", " "+peer.Key()+"="
			want := map[string]int64{a + "a" + b + "p1": 1, a + "__other__" + b + "p2": 1, a + "__other__" + b + "__other__": 1}
			if got := f.rows(t); !maps.Equal(got, want) {
				t.Errorf("rows %v, want %v", got, want)
			}
		})
	}
}

func TestSeriesLimitIsExactUnderConcurrency(t *testing.T) {
	const limit, values, goroutines = 40, 100, 8
	open := record.NewOpenTag(unique("key"), record.OpenTag{MaxValues: values})
	f := newFixture(t, []*record.Tag{open}, NewSeriesLimit(unique("view"), limit, open))
	var wg sync.WaitGroup
	for g := range goroutines {
		wait.Go(&wg, func() {
			for i := range values {
				f.set.Record(nilContext, f.one(), record.Open(strconv.Itoa((i*3+g*11)%values)))
			}
		})
	}
	wg.Wait()
	rows := f.rows(t)
	other := open.Key() + "=__other__"
	if len(rows) != limit+1 || rows[other] != (values-limit)*goroutines {
		t.Errorf("%d series, %d records in __other__; want %d and %d", len(rows), rows[other], limit+1, (values-limit)*goroutines)
	}
}

// Above the bound on contexts, and above 64 bits, every record is still right.
func TestManyCombinations(t *testing.T) {
	var digits []string
	for d := range 10 {
		digits = append(digits, strconv.Itoa(d))
	}
	for _, tags := range []int{2, 5, 30} {
		var set []*record.Tag
		for i := range tags {
			set = append(set, record.NewClosedTag(fmt.Sprintf("%s-%02d", unique("key"), i), record.ClosedTag{Values: digits}))
		}
		name := unique("many/")
		f := &fixture{measure: stats.Int64(name, "", "1"), set: NewTagSet(set)}
		f.view = &view.View{Name: name, Measure: f.measure, Aggregation: view.Count()}
		for _, tg := range set[:2] {
			f.view.TagKeys = append(f.view.TagKeys, keyOf(tg))
		}
		registerView(t, f.view)
		want := map[string]int64{}
		for i := range 2*maxContexts + 100 {
			values, ordinals := make([]record.TagValue, tags), make([]uint32, tags)
			for j := range values {
				ordinals[j] = uint32(i%10 + 1)
				values[j] = record.Closed(ordinals[j])
				i /= 10
			}
			f.set.Record(nilContext, f.one(), values...)
			want[fmt.Sprintf("%s=%s %s=%s", set[0].Key(), set[0].Text(ordinals[0]),
				set[1].Key(), set[1].Text(ordinals[1]))]++
		}
		if got := f.rows(t); !maps.Equal(got, want) {
			t.Errorf("%d tags: rows %v, want %v", tags, got, want)
		}
		if n := kept(&f.set.contexts); n > maxContexts || tags < 30 && n < 100 || tags == 2 && n != 100 {
			t.Errorf("%d tags: %d contexts kept", tags, n)
		}
	}
}

// kept returns the number of contexts that are kept.
func kept(c *contexts) (n int) {
	if slots := c.slots.Load(); slots != nil {
		for i := range *slots {
			if (*slots)[i].Load() != nil {
				n++
			}
		}
	}
	return n
}

// TestContextsComeAndGo: a context that was put is found next, also if others had to go.
func TestContextsComeAndGo(t *testing.T) {
	c := &contexts{size: 1 << 40}
	type key struct{}
	for i := range uint64(10 * maxContexts) {
		number := i * 12345 % c.size
		if found := c.get(number); found != nil && found.Value(key{}) != number {
			t.Fatalf("combination %d has the context of %v", number, found.Value(key{}))
		}
		c.put(number, context.WithValue(context.Background(), key{}, number))
		if found := c.get(number); found == nil || found.Value(key{}) != number {
			t.Fatalf("combination %d is not found after it was put", number)
		}
	}
	if n := kept(c); n > maxContexts || n < maxContexts*9/10 {
		t.Errorf("%d contexts kept, want about %d", n, maxContexts)
	}
}

// TestDifferential compares random records with hand-written OpenCensus ones:
// views by our keys, by keys that only ctx carries, and without keys.
func TestDifferential(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	closedKey, openKey, ctxKey, foreign := tag.MustNewKey(unique("a")), tag.MustNewKey(unique("b")), tag.MustNewKey(unique("c")), tag.MustNewKey(unique("d"))
	closed := record.NewClosedTag(closedKey.Name(), record.ClosedTag{Values: []string{"x", "y", "z"}, Optional: true})
	open := record.NewOpenTag(openKey.Name(), record.OpenTag{MaxValues: 1000})
	fromCtx := contextTag(ctxKey.Name(), 1000)
	ours, byHand := stats.Float64(unique("ours"), "", "ms"), stats.Float64(unique("hand"), "", "ms")
	set := NewTagSet([]*record.Tag{closed, fromCtx, open})
	keysOf := [][]tag.Key{{closedKey, openKey, ctxKey}, {foreign}, {openKey, foreign}, nil}
	bounds := view.Distribution(1, 2, 5, 10)
	var pairs [][2]string
	for _, keys := range keysOf {
		pair := [2]string{unique("view/ours"), unique("view/hand")}
		pairs = append(pairs, pair)
		registerView(t, &view.View{Name: pair[0], Measure: ours, Aggregation: bounds, TagKeys: append([]tag.Key(nil), keys...)})
		registerView(t, &view.View{Name: pair[1], Measure: byHand, Aggregation: bounds, TagKeys: append([]tag.Key(nil), keys...)})
	}
	for range 5000 {
		ctx := randomContext(t, rnd, closedKey, openKey, ctxKey, foreign)
		value := rnd.Float64() * 12
		ordinal := uint8(rnd.IntN(4))
		text := []string{"", "1", "2", "3"}[rnd.IntN(4)]
		set.Record(ctx, []stats.Measurement{ours.M(value)}, record.Closed(ordinal), record.Open(text))
		changes := []tag.Mutator{change(closedKey, closed.Text(uint32(ordinal))), change(openKey, text)}
		if err := stats.RecordWithTags(ctx, changes, byHand.M(value)); err != nil {
			t.Fatal(err)
		}
	}
	for i, pair := range pairs {
		got, want := distributionRows(t, pair[0]), distributionRows(t, pair[1])
		if len(want) == 0 || !maps.Equal(got, want) {
			t.Errorf("view by %v:\n got %v\nwant %v", keysOf[i], got, want)
		}
	}
}

func change(k tag.Key, text string) tag.Mutator {
	if text == "" {
		return tag.Delete(k)
	}
	return tag.Upsert(k, text)
}

func randomContext(t *testing.T, rnd *rand.Rand, keys ...tag.Key) context.Context {
	t.Helper()
	ctx := context.Background()
	for range rnd.IntN(4) {
		var err error
		ctx, err = tag.New(ctx, tag.Upsert(keys[rnd.IntN(len(keys))], []string{"", "p", "q"}[rnd.IntN(3)]))
		if err != nil {
			t.Fatal(err)
		}
	}
	return ctx
}

// distributionRows returns a view's rows by their tags, start times left out.
func distributionRows(t *testing.T, name string) map[string]string {
	t.Helper()
	rows, err := view.RetrieveData(name)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, r := range rows {
		d := r.Data.(*view.DistributionData)
		all[tagText(r.Tags)] = fmt.Sprint(d.Count, d.Mean, d.SumOfSquaredDev, d.Min, d.Max, d.CountPerBucket)
	}
	return all
}

func TestRecordExemplar(t *testing.T) {
	closed := record.NewClosedTag(unique("key"), record.ClosedTag{Values: []string{"x"}})
	m := stats.Float64(unique("measure"), "", "ms")
	v := &view.View{Name: m.Name(), Measure: m, Aggregation: view.Distribution(1), TagKeys: []tag.Key{keyOf(closed)}}
	registerView(t, v)
	set := NewTagSet([]*record.Tag{closed})
	exemplar := func(ctx context.Context) *metricdata.Exemplar {
		set.RecordExemplar(ctx, []stats.Measurement{m.M(2)}, record.Closed(uint8(1)))
		rows, err := view.RetrieveData(v.Name)
		if err != nil || len(rows) != 1 || len(rows[0].Tags) != 1 {
			t.Fatalf("rows %v, %v", rows, err)
		}
		return rows[0].Data.(*view.DistributionData).ExemplarsPerBucket[1]
	}
	unsampled, _ := trace.StartSpan(context.Background(), "no", trace.WithSampler(trace.NeverSample()))
	for _, ctx := range []context.Context{nil, context.Background(), unsampled} {
		if e := exemplar(ctx); e != nil {
			t.Errorf("exemplar %v without a sampled span", e)
		}
	}
	sampled, span := trace.StartSpan(context.Background(), "yes", trace.WithSampler(trace.AlwaysSample()))
	e := exemplar(sampled)
	if e == nil || len(e.Attachments) != 1 || e.Attachments[metricdata.AttachmentKeySpanContext] != span.SpanContext() {
		t.Errorf("exemplar %v, want the span context alone", e)
	}
}

func TestRecordOfNothing(t *testing.T) {
	set := NewTagSet(nil)
	set.Record(nilContext, nil)
	set.RecordExemplar(nilContext, []stats.Measurement{})
}

// What is allocated for a record, OpenCensus's worker included: the
// measurements, its command, and a row's key twice.
func TestRecordAllocations(t *testing.T) {
	tags := threeTags()
	open := record.NewOpenTag(unique("key"), record.OpenTag{MaxValues: 100})
	for _, c := range []struct {
		name   string
		set    []*record.Tag
		limits []*SeriesLimit
		values []record.TagValue
	}{
		{"three closed tags", tags, nil, []record.TagValue{record.Closed(uint8(1)), record.Closed(uint8(2)), record.Closed(uint8(3))}},
		{"open tag and limit", []*record.Tag{tags[0], open}, []*SeriesLimit{NewSeriesLimit("v", 10, tags[0], open)},
			[]record.TagValue{record.Closed(uint8(1)), record.Open("/cart")}},
	} {
		f := newFixture(t, c.set, c.limits...)
		ctx, v := context.Background(), c.values
		got := testing.AllocsPerRun(2000, func() {
			// Written out as generated code does, for a slice would be there already.
			if len(v) == 3 {
				f.set.Record(ctx, []stats.Measurement{f.measure.M(1)}, v[0], v[1], v[2])
			} else {
				f.set.Record(ctx, []stats.Measurement{f.measure.M(1)}, v[0], v[1])
			}
			view.Find("") // the worker is done with it; allocates 2
		})
		barrier := testing.AllocsPerRun(2000, func() { view.Find("") })
		if got-barrier > 4 {
			t.Errorf("%s: %v allocations a record, want at most 4", c.name, got-barrier)
		}
	}
}

func threeTags() []*record.Tag {
	var tags []*record.Tag
	for range 3 {
		tags = append(tags, record.NewClosedTag(unique("key"), record.ClosedTag{Values: []string{"a", "b", "c", "d"}}))
	}
	return tags
}
