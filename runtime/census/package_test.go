package census

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/internal/wait"
)

// A testPackage is a package of OpenCensus views alone.
type testPackage struct {
	*record.Package
	part  *viewsPart // its views may be changed until the first registration
	views []*view.View
}

// newTestPackage returns a package of two views, a count and a distribution by
// the keys "b" and "a", over one float64 measure in seconds.
func newTestPackage(name string, tags ...*record.Tag) (*testPackage, *stats.Float64Measure) {
	prefix := unique(name + "/")
	m := stats.Float64(prefix+"latency", "Latency.", "s")
	keys := func() []tag.Key { return []tag.Key{tag.MustNewKey("b"), tag.MustNewKey("a")} }
	views := []*view.View{
		{Name: prefix + "count", Description: "Count.", Measure: m, Aggregation: view.Count(), TagKeys: keys()},
		{Name: prefix + "latency", Measure: m, Aggregation: view.Distribution(0, 1, 2), TagKeys: keys()},
	}
	labels := []metric.LabelKey{{Key: "a", Description: "Label a."}, {Key: "b", Description: "Label b."}}
	return newViewsPackage(name, views, ViewsInfo{Measures: []MeasureInfo{{Measure: m, Description: "Latency.", Unit: "s"}}},
		[]metric.Descriptor{
			{Name: prefix + "count", Description: "Count.", Unit: "1", Type: metric.TypeCumulativeInt64, LabelKeys: labels},
			{Name: prefix + "latency", Description: "Latency.", Unit: "s", Type: metric.TypeCumulativeDistribution, LabelKeys: labels},
		}, tags...), m
}

// newViewsPackage returns a package of the views, whatever else the info has.
func newViewsPackage(name string, views []*view.View, info ViewsInfo, descriptors []metric.Descriptor, tags ...*record.Tag) *testPackage {
	info.Views = func() []*view.View { return slices.Clone(views) }
	part := Views(info).(*viewsPart)
	return &testPackage{part: part, views: views, Package: record.NewPackage(record.PackageInfo{
		Name:        name,
		Parts:       []record.Part{part},
		Descriptors: func() []metric.Descriptor { return descriptors },
		Tags:        tags,
	})}
}

// isRegistered reports whether the package is listed among the registered ones.
func isRegistered(p *record.Package) bool { return slices.Contains(record.Registered(), p) }

func registeredViews(p *testPackage) int {
	n := 0
	for _, v := range p.views {
		if view.Find(v.Name) == v {
			n++
		}
	}
	return n
}

func TestRegister(t *testing.T) {
	p, _ := newTestPackage("plain")
	for range 2 {
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		if registeredViews(p) != 2 || !isRegistered(p.Package) {
			t.Error("not registered")
		}
	}
	for range 2 {
		p.Unregister()
		if registeredViews(p) != 0 || isRegistered(p.Package) {
			t.Error("still registered")
		}
	}
}

func TestRegisterConflicts(t *testing.T) {
	p, m := newTestPackage("conflict")
	ours := p.views
	b, c := tag.MustNewKey("b"), tag.MustNewKey("c")
	other := stats.Int64(unique("other"), "Other.", "By")
	registerView(t, &view.View{Name: ours[0].Name, Description: "Else.", Measure: m, Aggregation: view.Sum(), TagKeys: []tag.Key{c, b}})
	registerView(t, &view.View{Name: ours[1].Name, Description: "Latency.", Measure: other, Aggregation: view.Distribution(1, 3), TagKeys: ours[1].TagKeys})
	err := p.Register()
	want := fmt.Sprintf(`views of package conflict are not registered: view %q is registered by other code with differences: description "Else." instead of "Count."; tag keys ["b" "c"] instead of ["a" "b"]; aggregation Sum instead of Count; rename one of the views, or make them equal
view %q is registered by other code with differences: measure %q instead of %q; unit "By" instead of "s"; type int64 instead of float64; bounds [1 3] instead of [1 2]; rename one of the views, or make them equal`,
		ours[0].Name, ours[1].Name, other.Name(), m.Name())
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	p.Unregister()
	if view.Find(ours[0].Name) == nil || view.Find(ours[1].Name) == nil {
		t.Error("a view of somebody else was unregistered")
	}
}

func TestConflictLeavesNoneOfOursRegistered(t *testing.T) {
	p, m := newTestPackage("rollback")
	registerView(t, &view.View{Name: p.views[1].Name, Measure: m, Aggregation: view.Count()})
	if err := p.Register(); err == nil {
		t.Error("no error")
	}
	if registeredViews(p) != 0 || isRegistered(p.Package) {
		t.Error("something is registered")
	}
}

// An equal view of somebody else serves for ours, though OpenCensus would
// refuse ours: distributions built apart never compare equal there.
func TestRegisterAcceptsAnEqualView(t *testing.T) {
	p, m := newTestPackage("equal")
	ours := p.views[1]
	theirs := &view.View{Name: ours.Name, Description: "Latency.", Measure: m, Aggregation: view.Distribution(1, 2),
		TagKeys: []tag.Key{tag.MustNewKey("a"), tag.MustNewKey("b")}}
	registerView(t, theirs)
	for range 2 {
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
	}
	if registeredViews(p) != 1 {
		t.Errorf("%d views of ours registered, want 1", registeredViews(p))
	}
	p.Unregister()
	if view.Find(ours.Name) != theirs || registeredViews(p) != 0 {
		t.Error("Unregister took the wrong views")
	}
}

// Two packages may have one view: whichever goes first, the other keeps it.
func TestPackagesShareAView(t *testing.T) {
	for first := range 2 {
		one, m := newTestPackage("one")
		var twins []*view.View
		for _, v := range one.views {
			twin := *v
			twins = append(twins, &twin)
		}
		two := newViewsPackage("two", twins, ViewsInfo{}, one.Descriptors())
		both := []*testPackage{one, two}
		for _, p := range both {
			if err := p.Register(); err != nil {
				t.Fatal(err)
			}
		}
		name := one.views[0].Name
		NewTagSet(nil).Record(nilContext, []stats.Measurement{m.M(1)})
		if got := gathered(t, name); got == nil || got.Series[0].Point.Value != int64(1) { // once, or gathered fails
			t.Errorf("gathered %+v", got)
		}
		both[first].Unregister()
		if view.Find(name) == nil {
			t.Errorf("package %d took the view that the other one needs", first)
		}
		both[1-first].Unregister()
		if view.Find(name) != nil || registeredHere[name] != nil {
			t.Errorf("the view is left over when both are unregistered, package %d first", first)
		}
	}
}

func TestRegisterReportsDeclarations(t *testing.T) {
	p, m := newTestPackage("declared")
	p.part.info.Measures = []MeasureInfo{{Measure: m, Description: "Time.", Unit: "ms"}}
	p.part.info.Existing = []Existing{
		{Measure: m, Name: "x/latency", Unit: "By"},
		{Measure: m, Name: m.Name(), Unit: "s"},
		{Key: tag.MustNewKey("route"), Name: "http_route"},
		{Key: tag.MustNewKey("route"), Name: "route"},
	}
	err := p.Register()
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		`measure "` + m.Name() + `" was declared first by other code, with the unit "s" instead of "ms"`,
		`with the description "Latency." instead of "Time."`,
		`the existing measure is "` + m.Name() + `", but the schema says "x/latency"`,
		`the existing measure "x/latency" has the unit "s", but the schema says "By"`,
		`the existing tag key is "route", but the schema says "http_route"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("not in the error: %s\n%v", want, err)
		}
	}
	if n := strings.Count(err.Error(), "\n"); n != 4 {
		t.Errorf("%d lines: %v", n+1, err)
	}
}

// What OpenCensus itself refuses is an error too.
func TestRegisterReportsOpenCensusErrors(t *testing.T) {
	p, m := newTestPackage("refused")
	views := append(p.views, &view.View{Name: "negative", Measure: m, Aggregation: view.Distribution(-1, 1)})
	p.part.info.Views = func() []*view.View { return views }
	if err := p.Register(); err == nil || !strings.Contains(err.Error(), "negative bucket bounds") || registeredViews(p) != 0 {
		t.Errorf("%v, %d registered", err, registeredViews(p))
	}
}

func TestRegistrationFreezesProcessTags(t *testing.T) {
	build := record.NewOpenTag(unique("build"), record.OpenTag{MaxValues: 1, From: record.FromProcess})
	p, m := newTestPackage("frozen", build)
	blocking := &view.View{Name: p.views[0].Name, Measure: m, Aggregation: view.Sum()}
	registerView(t, blocking)
	if err := p.Register(); err == nil {
		t.Fatal("no conflict")
	}
	build.Set(record.Open("v1")) // the failed registration has recorded nothing
	wantCount(t, build.Key(), "", record.ReasonLate, 0)
	view.Unregister(blocking)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	build.Set(record.Open("v2"))
	wantCount(t, build.Key(), "", record.ReasonLate, 1)
}

// Everything at once, for the race detector.
func TestConcurrentUse(t *testing.T) {
	build := record.NewOpenTag(unique("build"), record.OpenTag{MaxValues: 3, From: record.FromProcess})
	p, m := newTestPackage("concurrent", build)
	open := record.NewOpenTag(unique("open"), record.OpenTag{MaxValues: 20})
	tenant := contextTag(unique("tenant"), 20)
	set := NewTagSet([]*record.Tag{threeTags()[0], open, tenant, build}, NewSeriesLimit(unique("v"), 30, open, tenant))
	var wg sync.WaitGroup
	for g := range 4 {
		wait.Go(&wg, func() {
			for i := range 300 {
				ctx := tenant.With(nilContext, record.Open(fmt.Sprint(i%30)))
				set.Record(ctx, []stats.Measurement{m.M(1)}, record.Closed(uint8(i%6)), record.Open(fmt.Sprint(i%30)))
				set.Record(nilContext, []stats.Measurement{m.M(1)}, record.Closed(uint8(g)), record.Open(fmt.Sprint(i%30)))
			}
		})
		wait.Go(&wg, func() {
			for i := range 50 {
				build.Set(record.Open(fmt.Sprint(i)))
				if err := p.Register(); err != nil {
					t.Error(err)
				}
				record.Stats()
				runtime.Gather(context.Background())
				p.Unregister()
			}
		})
	}
	wg.Wait()
}
