//go:build go1.25

package runtime

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
	"go.opencensus.io/trace"
)

// onlyPackages lets the program have these packages alone until the test ends.
func onlyPackages(t *testing.T, packages ...*Package) {
	registry.mu.Lock()
	defer registry.mu.Unlock()
	old := registry.known
	registry.known = packages
	t.Cleanup(func() {
		registry.mu.Lock()
		defer registry.mu.Unlock()
		registry.known = append(old, registry.known...)
	})
}

// Records through OpenCensus before the first registration are dropped and counted, by
// any recorder; those after it are recorded; those after UnregisterViews are neither.
func TestUnregisteredViews(t *testing.T) {
	name := unique("unregistered/")
	m := stats.Int64(name, "", "1")
	v := &view.View{Name: name, Measure: m, Aggregation: view.Count()}
	p := NewPackage(PackageInfo{Name: "views", Views: func() []*view.View { return []*view.View{v} },
		Descriptors: func() []metricdata.Descriptor { return nil }})
	set := NewTagSet(nil)
	sampled, span := trace.StartSpan(t.Context(), "sampled", trace.WithSampler(trace.AlwaysSample()))
	defer span.End()
	recordAll := func() {
		set.Record(nilContext, []stats.Measurement{m.M(1)})
		set.RecordExemplar(nilContext, []stats.Measurement{m.M(1)})
		set.Bind().Record(nilContext, []stats.Measurement{m.M(1)})
		set.Bind().RecordExemplar(nilContext, []stats.Measurement{m.M(1)})
		set.RecordExemplar(sampled, []stats.Measurement{m.M(1)})
	}
	recordAll()
	wantCount(t, "", name, ReasonUnregistered, 5)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	recordAll()
	if got := countRows(t, name)[""]; got != 5 {
		t.Errorf("%d of 5 records", got)
	}
	p.Unregister()
	recordAll()
	wantCount(t, "", name, ReasonUnregistered, 5)
}

// The view may be registered by hand: then nothing is lost, and nothing counted.
func TestRegisteredByHand(t *testing.T) {
	f := newFixture(t, []*Tag{NewClosedTag(tag.MustNewKey(unique("key")), ClosedTag{Values: []string{"a"}})})
	f.set.Record(nilContext, f.one(), Closed(uint8(1)))
	wantCount(t, "", f.measure.Name(), ReasonUnregistered, 0)
	p := NewPackage(PackageInfo{Name: "by hand", Measures: []MeasureInfo{{Measure: f.measure}}})
	onlyPackages(t, p)
	if names := forgottenPackages(); names != nil {
		t.Errorf("forgotten: %q", names)
	}
}

// All kinds of direct series count alike, bound ones too.
func TestUnregisteredDirect(t *testing.T) {
	name := unique("direct")
	info := func(kind string) SeriesInfo { return SeriesInfo{Name: name + kind} }
	keyed := info("keyed")
	keyed.Keyed = true
	counts, sums, floats := NewCounts(info("count")), NewInt64Sums(info("int")), NewFloat64Sums(info("float"))
	ints, lasts := NewInt64LastValues(info("lastint")), NewFloat64LastValues(info("lastfloat"))
	bounded := info("dist")
	bounded.Bounds = []float64{1}
	dists, hashed := NewDistributions(bounded), NewCounts(keyed)
	boundCount := counts.Bind(0)
	recordAll := func() {
		counts.At(0).Inc()
		boundCount.Inc()
		sums.At(0).Add(1)
		floats.At(0).Add(1)
		ints.At(0).Set(1)
		lasts.At(0).Set(1)
		dists.At(0).Record(1)
		hashed.Keyed(0).Inc()
	}
	want := func(n uint64) {
		t.Helper()
		wantCount(t, "", name+"count", ReasonUnregistered, 2*n)
		for _, kind := range []string{"int", "float", "lastint", "lastfloat", "dist", "keyed"} {
			wantCount(t, "", name+kind, ReasonUnregistered, n)
		}
	}
	recordAll()
	want(1)
	all := []Series{counts, sums, floats, ints, lasts, dists, hashed}
	p := NewPackage(PackageInfo{Name: "direct", Series: all, Descriptors: func() []metricdata.Descriptor {
		var ds []metricdata.Descriptor
		for _, s := range all {
			ds = append(ds, metricdata.Descriptor{Name: s.name()})
		}
		return ds
	}})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	recordAll()
	p.Unregister()
	recordAll()
	want(1)
}

// Lost records are told once, with the cure, whoever else is registered.
func TestLostRecordsAreTold(t *testing.T) {
	log := logTo(t)
	name := unique("lost/")
	NewTagSet(nil).Record(nilContext, []stats.Measurement{stats.Int64(name, "", "1").M(1)})
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		b.set("a", 1)
		tel := b.start(t, Options{Interval: 10 * time.Second})
		time.Sleep(time.Minute)
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Error(err)
		}
	})
	if got := log.lines("RegisterViews"); len(got) != 1 || !slices.ContainsFunc(Stats(), func(s Stat) bool { return s.Measure == name }) {
		t.Errorf("logged %q", got)
	}
}

// A program that registers nothing is told, unless it has other metrics, registers
// after Start, or has no generated package.
func TestForgottenRegistration(t *testing.T) {
	if records, _ := lostBeforeRegistration(); records > 0 {
		counterList.mu.Lock() // other tests' are theirs
		for _, c := range counterList.all {
			if c.reason == ReasonUnregistered {
				c.n.Store(0)
			}
		}
		counterList.mu.Unlock()
	}
	forgotten := NewPackage(PackageInfo{Name: "shopmetrics"})
	registered := NewPackage(PackageInfo{Name: "other"})
	registered.everRegistered.Store(true)
	for name, c := range map[string]struct {
		packages []*Package
		series   bool
		wait     time.Duration // between Start and Shutdown
		lines    int
	}{
		"forgotten":               {[]*Package{forgotten}, false, time.Minute, 1},
		"forgotten, a short run":  {[]*Package{forgotten}, false, 0, 1},
		"other metrics":           {[]*Package{forgotten}, true, time.Minute, 0},
		"one of two":              {[]*Package{forgotten, registered}, false, time.Minute, 0},
		"no generated package":    {nil, false, time.Minute, 0},
		"registered, but nothing": {[]*Package{registered}, false, time.Minute, 0},
	} {
		t.Run(name, func(t *testing.T) {
			onlyPackages(t, c.packages...)
			log := logTo(t)
			synctest.Test(t, func(t *testing.T) {
				b := newBackend(testSpacing)
				if c.series {
					b.set("a", 1)
				}
				tel := b.start(t, Options{Interval: 10 * time.Second})
				time.Sleep(c.wait)
				if err := tel.Shutdown(within(t, testGrace)); err != nil {
					t.Error(err)
				}
			})
			got := log.lines("RegisterViews")
			if len(got) != c.lines || c.lines > 0 && len(log.lines("shopmetrics")) != 1 {
				t.Errorf("logged %q", got)
			}
		})
	}
}

// Packages that register within the first interval after Start are in time.
func TestRegistrationAfterStart(t *testing.T) {
	late := NewPackage(PackageInfo{Name: "late"})
	onlyPackages(t, late)
	log := logTo(t)
	synctest.Test(t, func(t *testing.T) {
		b := newBackend(testSpacing)
		tel := b.start(t, Options{Interval: 10 * time.Second})
		time.Sleep(10*time.Second - 1) // the first export has been made
		late.everRegistered.Store(true)
		time.Sleep(time.Minute)
		if err := tel.Shutdown(within(t, testGrace)); err != nil {
			t.Error(err)
		}
	})
	if got := log.lines("RegisterViews"); len(got) != 0 {
		t.Errorf("logged %q", got)
	}
}
