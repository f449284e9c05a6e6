package series

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// tenants returns an open tag with two known values.
func tenants() *record.Tag {
	return oneOpen(unique("tenant"), record.OpenTag{MaxValues: 1000, Known: []string{"acme", "beta"}})
}

// TestZeroRowsOfKnownValues: a row for each combination of listed and known values, and none
// for absence or a replacement of an open tag.
func TestZeroRowsOfKnownValues(t *testing.T) {
	closed := oneClosed("a", 2, record.ClosedTag{CatchAll: "v2"})
	tenant := record.NewOpenTag("b", record.OpenTag{MaxValues: 10, Known: []string{"acme", "beta"}})
	region := record.NewOpenTag("c", record.OpenTag{MaxValues: 10, Known: []string{"eu"}})
	tags := []*record.Tag{tenant, closed, region}
	want := map[string]any{
		"a=v1 b=acme c=eu": int64(0), "a=v2 b=acme c=eu": int64(0),
		"a=v1 b=beta c=eu": int64(0), "a=v2 b=beta c=eu": int64(0),
	}
	for _, keyed := range []bool{false, true} {
		set := started(NewCounts(SeriesInfo{Name: unique("known"), Tags: tags, Keyed: keyed, MaxSeries: 4, ZeroRows: true}))
		wantRows(t, set, tags, want)
		if set.limited != 4 || !set.full.Load() {
			t.Errorf("%d series take a place, want the zero rows", set.limited)
		}
	}
	none := record.NewOpenTag(unique("none"), record.OpenTag{MaxValues: 10})
	if m := started(NewCounts(SeriesInfo{Name: unique("none"), Tags: []*record.Tag{closed, none}, ZeroRows: true})).read(time.Now(), nil); m != nil {
		t.Errorf("%d rows without a known value", len(m.Series))
	}
}

// TestZeroRowsOfWideSet: a combination of a set that numbers them as they come.
func TestZeroRowsOfWideSet(t *testing.T) {
	var tags []*record.Tag
	known, given := "", make([]uint64, 5)
	for i := range given {
		key := fmt.Sprintf("k%d", i)
		tags = append(tags, record.NewOpenTag(key, record.OpenTag{MaxValues: 100_000, Known: []string{"a"}}))
		known += fmt.Sprintf(" %s=a", key)
		given[i] = tags[i].OpenIndex("b")
	}
	set := started(NewCounts(SeriesInfo{Name: unique("wide"), Tags: tags, Keyed: true, MaxSeries: 2, ZeroRows: true}))
	if set.places.wide == nil {
		t.Fatal("not wide")
	}
	wantRows(t, set, tags, map[string]any{known[1:]: int64(0)})
	set.Bind(set.Wide(given...))
	wantRows(t, set, tags, map[string]any{known[1:]: int64(0), "k0=b k1=b k2=b k3=b k4=b": int64(0)})
}

// TestNoZeroRowWithoutStart: a series that was found and has no record has no row, unless it
// was bound. Each row has a start.
func TestNoZeroRowWithoutStart(t *testing.T) {
	tags := []*record.Tag{oneClosed("a", 2, record.ClosedTag{})}
	before := time.Now()
	for name, set := range map[string]Set{
		"found": func() Set {
			s := started(NewCounts(SeriesInfo{Name: unique("found"), Tags: tags, ZeroRows: true}))
			s.At(2)
			return s
		}(),
		"bound": func() Set {
			s := started(NewDistributions(SeriesInfo{Name: unique("bound"), Tags: tags, ZeroRows: true}))
			s.Bind(2)
			return s
		}(),
	} {
		m, want := set.read(time.Now(), nil), map[string]int{"found": 2, "bound": 3}[name]
		if len(m.Series) != want {
			t.Errorf("%s: %d rows, want %d", name, len(m.Series), want)
		}
		for _, row := range m.Series {
			if row.StartTime.Before(before) {
				t.Errorf("%s: a row starts at %v", name, row.StartTime)
			}
		}
	}
}

// TestZeroRowsOfBoundRecorders: bound before the registration, while registered and between
// registrations, up to the maximum and past it. Each registration has the rows again.
func TestZeroRowsOfBoundRecorders(t *testing.T) {
	tenant := tenants()
	tags := []*record.Tag{tenant}
	set := NewCounts(SeriesInfo{Name: unique("bound"), Tags: tags, Size: tenant.Indices(), MaxSeries: 4, ZeroRows: true})
	bind := func(text string) { set.ZeroRow(tenant.OpenIndex(text)) }
	want := func(texts ...string) {
		t.Helper()
		rows := map[string]any{}
		for _, text := range texts {
			rows[tenant.Key()+"="+text] = int64(0)
		}
		wantRows(t, set, tags, rows)
	}
	pkg := newPackage([]metric.Descriptor{{Name: set.name(), Type: metric.TypeCumulativeInt64}}, Sets(set))
	registering := func() {
		t.Helper()
		if err := pkg.Register(); err != nil {
			t.Fatal(err)
		}
	}
	bind("acme")
	bind("early")
	bind("early")
	registering()
	want("acme", "beta", "early")
	bind("late")
	bind("early")
	want("acme", "beta", "early", "late")
	bind("past")
	bind("past")
	want("acme", "beta", "early", "late", "__other__")
	set.At(tenant.OpenIndex("past")).Inc()
	pkg.Unregister()
	bind("between")
	registering()
	want("acme", "beta", "early", "late", "__other__")
	pkg.Unregister()
	for i := range 100 {
		bind(fmt.Sprint("more", i))
	}
	if n := len(set.rows.indices); n != 5 { // acme, early, late, between and "__other__"
		t.Errorf("%d rows are remembered, want MaxSeries and the one of __other__", n)
	}
	registering()
	defer pkg.Unregister()
	want("acme", "beta", "early", "late", "__other__")
}

// TestBoundPastTheLimit: a row past the limit is "__other__", but its own in a later
// registration that has a place.
func TestBoundPastTheLimit(t *testing.T) {
	tenant := tenants()
	tags := []*record.Tag{tenant}
	name := tenant.Key() + "="
	set := started(NewCounts(SeriesInfo{Name: unique("past"), Tags: tags, MaxSeries: 3, ZeroRows: true}))
	set.At(tenant.OpenIndex("first")).Inc()
	set.ZeroRow(tenant.OpenIndex("bound"))
	wantRows(t, set, tags, map[string]any{name + "acme": int64(0), name + "beta": int64(0), name + "first": int64(1), name + "__other__": int64(0)})
	set.stop()
	set.start(metric.Descriptor{Name: set.name()}, time.Now())
	wantRows(t, set, tags, map[string]any{name + "acme": int64(0), name + "beta": int64(0), name + "bound": int64(0)})
}

// TestBoundAtOnce: goroutines that bind the same tags for the last place make one row.
func TestBoundAtOnce(t *testing.T) {
	for range 2000 {
		tag := oneOpen("t", record.OpenTag{MaxValues: 10})
		set := started(NewCounts(SeriesInfo{Name: "atonce", Tags: []*record.Tag{tag}, MaxSeries: 1, ZeroRows: true}))
		index := tag.OpenIndex("x")
		var group sync.WaitGroup
		begin := make(chan struct{})
		for range 2 {
			wait.Go(&group, func() {
				<-begin
				set.ZeroRow(index)
			})
		}
		close(begin)
		group.Wait()
		if m := set.read(time.Now(), nil); len(m.Series) != 1 {
			t.Fatalf("%d rows", len(m.Series))
		}
	}
}

// TestBoundZeroRowsAgree: views of one recorder have zero rows only for series that its
// records will go to, also if the recorder is bound before the registration.
func TestBoundZeroRowsAgree(t *testing.T) {
	p := newBoundPair()
	p.both.info.ZeroRows, p.both.rows.has, p.both.bound.found = true, map[uint64]bool{}, map[finderKey]any{}
	bind := func(text string) *BoundSeries[pairSeries] {
		index := p.tags[0].OpenIndex(text)
		return BindZeroRows(p.both, func() pairSeries {
			indices := [1]uint64{index}
			p.limit.Keep(indices[:])
			return pairSeries{p.first.At(indices[0]), p.both.Zero(indices[0])}
		}, index)
	}
	early, past := bind("early"), bind("past")
	for range 2 {
		if err := p.pkg.Register(); err != nil {
			t.Fatal(err)
		}
		p.want(t, "before a record", p.rows(), p.rows("early", 0, "__other__", 0))
		past.Found().record()
		early.Found().record()
		if again := bind("early"); again != early {
			t.Error("the same tags are bound twice")
		}
		p.want(t, "after records", p.rows("early", 1, "__other__", 1), p.rows("early", 1, "__other__", 1))
		p.pkg.Unregister()
	}
}

// TestMostFinders: what is bound past the limit is not remembered, and has its row.
func TestMostFinders(t *testing.T) {
	tenant := oneOpen(unique("tenant"), record.OpenTag{MaxValues: 2 * mostFinders})
	set := started(NewCounts(SeriesInfo{Name: unique("many"), Tags: []*record.Tag{tenant}, Keyed: true, MaxSeries: 2 * mostFinders, ZeroRows: true}))
	for i := range mostFinders + 10 {
		index := tenant.OpenIndex(fmt.Sprint(i))
		BindZeroRows(set, func() *Count { return set.Zero(index) }, index)
	}
	if n := len(set.bound.found); n != mostFinders || len(set.bound.inOrder) != n {
		t.Errorf("%d are remembered, %d in order, want %d", n, len(set.bound.inOrder), mostFinders)
	}
	if rows := set.read(time.Now(), nil).Series; len(rows) != mostFinders+10 {
		t.Errorf("%d rows", len(rows))
	}
}

// TestBindZeroRowsBesideRegistrations binds while the package is registered and
// unregistered: whatever was bound has its row in the last registration.
func TestBindZeroRowsBesideRegistrations(t *testing.T) {
	tenant, other := tenants(), letters()
	found := NewCounts(SeriesInfo{Name: unique("found"), Tags: []*record.Tag{tenant}, Size: tenant.Indices(), MaxSeries: 900, ZeroRows: true})
	kept := NewCounts(SeriesInfo{Name: unique("kept"), Tags: []*record.Tag{other}, Size: other.Indices(), ZeroRows: true})
	pkg := newPackage([]metric.Descriptor{
		{Name: found.name(), Type: metric.TypeCumulativeInt64}, {Name: kept.name(), Type: metric.TypeCumulativeInt64},
	}, Sets(found, kept))
	const goroutines, each = 3, 100
	var group sync.WaitGroup
	for range goroutines {
		wait.Go(&group, func() {
			for i := range each {
				index := tenant.OpenIndex(fmt.Sprint(i))
				BindZeroRows(found, func() *Count { return found.Zero(index) }, index)
				kept.Bind(uint64(i) % other.Indices()).Inc()
			}
		})
	}
	wait.Go(&group, func() {
		for range 20 {
			if err := pkg.Register(); err != nil {
				t.Error(err)
			}
			pkg.Read(nil)
			pkg.Unregister()
		}
	})
	group.Wait()
	if err := pkg.Register(); err != nil {
		t.Fatal(err)
	}
	defer pkg.Unregister()
	if n := len(gathered(t, found.name()).Series); n != each+2 {
		t.Errorf("%d rows, want %d", n, each+2)
	}
	if n := len(gathered(t, kept.name()).Series); n != 5 {
		t.Errorf("%d rows, want the letters and __invalid__", n)
	}
}

// BenchmarkBind binds tags that were bound before.
func BenchmarkBind(b *testing.B) {
	tenant := tenants()
	for _, zero := range []bool{false, true} {
		info := SeriesInfo{Name: unique("bench"), Tags: []*record.Tag{tenant}, MaxSeries: 900, ZeroRows: zero}
		limited := started(NewCounts(info))
		info.Name, info.MaxSeries, info.Tags = unique("bench"), 0, []*record.Tag{letters()}
		kept := started(NewCounts(info))
		index := tenant.OpenIndex("one")
		b.Run(fmt.Sprintf("kept/zero=%t", zero), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				kept.Bind(2)
			}
		})
		b.Run(fmt.Sprintf("found/zero=%t", zero), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if zero {
					BindZeroRows(limited, func() *Count { return limited.Zero(index) }, index)
				} else {
					BindSeries(func() *Count { return limited.At(index) })
				}
			}
		})
	}
}
