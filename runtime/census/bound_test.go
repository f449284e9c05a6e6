package census

import (
	"context"
	"maps"
	"math/rand/v2"
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

// TestBoundDifferential compares bound records with those that name their values
// at each call, with and without tags in ctx.
func TestBoundDifferential(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	closed := record.NewClosedTag(unique("a"), record.ClosedTag{Values: []string{"x", "y", "z"}})
	open := record.NewOpenTag(unique("b"), record.OpenTag{MaxValues: 4})
	fromCtx := contextTag(unique("c"), 1000)
	process := record.NewOpenTag(unique("d"), record.OpenTag{MaxValues: 1, From: record.FromProcess})
	foreign := tag.MustNewKey(unique("e"))
	for _, tags := range [][]*record.Tag{{closed, open}, {process, closed, open}, {closed, fromCtx, open, process}} {
		bound, each := stats.Int64(unique("bound"), "", "1"), stats.Int64(unique("each"), "", "1")
		set := NewTagSet(tags)
		pairs := map[string]string{}
		for _, keys := range [][]tag.Key{{keyOf(closed), keyOf(open), keyOf(fromCtx), keyOf(process)}, {foreign}, {keyOf(open), foreign}} {
			ours, theirs := unique("view"), unique("view")
			pairs[ours] = theirs
			registerView(t, &view.View{Name: ours, Measure: bound, Aggregation: view.Count(), TagKeys: append([]tag.Key(nil), keys...)})
			registerView(t, &view.View{Name: theirs, Measure: each, Aggregation: view.Count(), TagKeys: append([]tag.Key(nil), keys...)})
		}
		for range 300 {
			values := []record.TagValue{record.Closed(uint8(rnd.IntN(6))), record.Open([]string{"", "1", "2", "3", "4", "5", "\n"}[rnd.IntN(7)])}
			b := set.Bind(values...)
			for range 5 {
				ctx := randomContext(t, rnd, keyOf(closed), keyOf(open), keyOf(fromCtx), foreign)
				b.Record(ctx, []stats.Measurement{bound.M(1)})
				set.Record(ctx, []stats.Measurement{each.M(1)}, values...)
			}
		}
		for ours, theirs := range pairs {
			got, want := countRows(t, ours), countRows(t, theirs)
			if len(want) == 0 || !maps.Equal(got, want) {
				t.Errorf("got %v\nwant %v", got, want)
			}
		}
	}
}

func TestBindCountsReplacementsOnce(t *testing.T) {
	closed := threeTags()[0]
	open := record.NewOpenTag(unique("open"), record.OpenTag{MaxValues: 1})
	limited := unique("limited")
	f := newFixture(t, []*record.Tag{closed, open}, NewSeriesLimit(limited, 1, closed, open))
	f.set.Bind(record.Closed(uint8(1)), record.Open("first"))
	b := f.set.Bind(record.Closed(uint8(9)), record.Open("second"))
	past := f.set.Bind(record.Closed(uint8(2)), record.Open("first"))
	for range 10 {
		b.Record(nilContext, f.one())
		past.Record(nilContext, f.one())
	}
	wantCount(t, closed.Key(), "", record.ReasonUnknown, 1)
	wantCount(t, open.Key(), "", record.ReasonOverflow, 1)
	wantCount(t, "", limited, record.ReasonSeries, 1)
	want := map[string]int64{
		closed.Key() + "=__invalid__ " + open.Key() + "=__other__":            10,
		closed.Key() + "=" + closed.Text(2) + " " + open.Key() + "=__other__": 10,
	}
	if got := f.rows(t); !maps.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
}

// What is bound before a tag of the process is set has it all the same.
func TestBoundBeforeTheProcessTagIsSet(t *testing.T) {
	closed := threeTags()[0]
	build := record.NewOpenTag(unique("z"), record.OpenTag{MaxValues: 1, From: record.FromProcess})
	f := newFixture(t, []*record.Tag{closed, build})
	b := f.set.Bind(record.Closed(uint8(2)))
	build.Set(record.Open("v1"))
	b.Record(nilContext, f.one())
	want := map[string]int64{closed.Key() + "=b " + build.Key() + "=v1": 1}
	if got := f.rows(t); !maps.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
}

func TestBoundRecordExemplar(t *testing.T) {
	closed := threeTags()[0]
	m := stats.Float64(unique("measure"), "", "ms")
	registerView(t, &view.View{Name: m.Name(), Measure: m, Aggregation: view.Distribution(1), TagKeys: []tag.Key{keyOf(closed)}})
	b := NewTagSet([]*record.Tag{closed}).Bind(record.Closed(uint8(1)))
	sampled, span := trace.StartSpan(context.Background(), "yes", trace.WithSampler(trace.AlwaysSample()))
	b.RecordExemplar(sampled, []stats.Measurement{m.M(2)})
	b.RecordExemplar(nilContext, []stats.Measurement{m.M(2)})
	rows, err := view.RetrieveData(m.Name())
	if err != nil || len(rows) != 1 || tagText(rows[0].Tags) != closed.Key()+"=a" {
		t.Fatalf("rows %v, %v", rows, err)
	}
	d := rows[0].Data.(*view.DistributionData)
	e := d.ExemplarsPerBucket[1]
	if d.Count != 2 || e == nil || e.Attachments[metricdata.AttachmentKeySpanContext] != span.SpanContext() {
		t.Errorf("%+v, exemplar %v", d, e)
	}
}

func TestBoundZeroValue(t *testing.T) {
	var none BoundTags
	m := stats.Int64(unique("measure"), "", "1")
	registerView(t, &view.View{Name: m.Name(), Measure: m, Aggregation: view.Count()})
	none.Record(nilContext, []stats.Measurement{m.M(1)})
	none.RecordExemplar(nilContext, []stats.Measurement{m.M(1)})
	NewTagSet(nil).Bind().Record(nilContext, nil)
	if got := countRows(t, m.Name()); len(got) != 0 {
		t.Errorf("rows %v, want none", got)
	}
}

// One value for all goroutines, for the race detector.
func TestBoundIsSafeForConcurrentUse(t *testing.T) {
	tenant := contextTag(unique("tenant"), 3)
	f := newFixture(t, append(threeTags(), tenant))
	b := f.set.Bind(record.Closed(uint8(1)), record.Closed(uint8(2)), record.Closed(uint8(3)))
	var wg sync.WaitGroup
	for range 4 {
		wait.Go(&wg, func() {
			for i := range 200 {
				ctx := tenant.With(nilContext, record.Open([]string{"", "a", "b"}[i%3]))
				b.Record(ctx, f.one())
			}
		})
	}
	wg.Wait()
	var all int64
	for _, n := range f.rows(t) {
		all += n
	}
	if all != 800 || len(f.rows(t)) != 3 {
		t.Errorf("rows %v, want three of 800 in all", f.rows(t))
	}
}

// A bound record allocates what a record by hand with a prebuilt context does.
func TestBoundRecordAllocations(t *testing.T) {
	build := record.NewOpenTag(unique("build"), record.OpenTag{MaxValues: 1, From: record.FromProcess})
	build.Set(record.Open("v1"))
	for _, tags := range [][]*record.Tag{threeTags(), append(threeTags(), build)} {
		f := newFixture(t, tags)
		b := f.set.Bind(record.Closed(uint8(1)), record.Closed(uint8(2)), record.Closed(uint8(3)))
		got := testing.AllocsPerRun(2000, func() {
			b.Record(context.Background(), []stats.Measurement{f.measure.M(1)})
			view.Find("")
		})
		barrier := testing.AllocsPerRun(2000, func() { view.Find("") })
		if got-barrier > 4 {
			t.Errorf("%d tags: %v allocations a record, want at most 4", len(tags), got-barrier)
		}
	}
}
