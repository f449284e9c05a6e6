package census

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/plugin/ochttp"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

// A directPackage has no OpenCensus views: it counts by the closed tag "a", and
// observes a last value without tags.
type directPackage struct {
	*record.Package
	counts       []*series.Counts // in the order of their names
	observed     *series.Int64Observed
	observedName string
}

func newDirectPackage(name string, counts ...string) *directPackage {
	p := &directPackage{observedName: unique(name + "/observed")}
	p.observed = series.NewInt64Observed(nil, series.ObservedInfo{Name: p.observedName})
	descriptors := []metric.Descriptor{{Name: p.observedName, Unit: "By", Type: metric.TypeGaugeInt64}}
	var sets []series.Set
	for _, count := range counts {
		c := series.NewCounts(series.SeriesInfo{Name: count, Size: 3, Tags: []*record.Tag{
			record.NewClosedTag("a", record.ClosedTag{Values: []string{"x", "y"}})}})
		p.counts, sets = append(p.counts, c), append(sets, c)
		descriptors = append(descriptors, metric.Descriptor{
			Name: count, Unit: "1", Type: metric.TypeCumulativeInt64,
			LabelKeys: []metric.LabelKey{{Key: "a", Description: "Label a."}},
		})
	}
	p.Package = record.NewPackage(record.PackageInfo{
		Name:        name,
		Parts:       []record.Part{series.Sets(sets...), series.Observers(p.observed)},
		Descriptors: func() []metric.Descriptor { return descriptors },
	})
	return p
}

// toReaders returns the metric of that name that OpenCensus's own readers get, or nil.
func toReaders(t *testing.T, name string) *metricdata.Metric {
	t.Helper()
	var found *metricdata.Metric
	for _, p := range metricproducer.GlobalManager().GetAll() {
		for _, m := range p.Read() {
			if m.Descriptor.Name != name {
				continue
			}
			if found != nil {
				t.Errorf("OpenCensus's readers get %s twice", name)
			}
			found = m
		}
	}
	return found
}

// A direct package's metrics are in our exports, and in those of OpenCensus's own
// readers, from its registration on.
func TestProducesWhileRegistered(t *testing.T) {
	name := unique("counts")
	p := newDirectPackage("produces", name)
	defer p.observed.Observe(func() int64 { return 7 })()
	before := len(metricproducer.GlobalManager().GetAll())
	for round := range 2 {
		for _, name := range []string{name, p.observedName} {
			if gathered(t, name) != nil || toReaders(t, name) != nil {
				t.Error("produced while not registered")
			}
		}
		for range 2 { // the second time changes nothing
			if err := p.Register(); err != nil {
				t.Fatal(err)
			}
			p.counts[0].At(1).Inc()
		}
		c, o := gathered(t, name), gathered(t, p.observedName)
		if c == nil || len(c.Series) != 1 || c.Series[0].Point.Value != int64(2) || c.Descriptor.LabelKeys[0].Description != "Label a." {
			t.Fatalf("round %d: counts %+v", round, c)
		}
		if o == nil || o.Series[0].Point.Value != int64(7) || o.Descriptor.Unit != "By" {
			t.Fatalf("round %d: observed %+v", round, o)
		}
		theirs, observed := toReaders(t, name), toReaders(t, p.observedName)
		if theirs == nil || len(theirs.TimeSeries) != 1 || theirs.TimeSeries[0].Points[0].Value != int64(2) || theirs.Descriptor.LabelKeys[0].Description != "Label a." {
			t.Errorf("round %d: OpenCensus's readers get counts %+v", round, theirs)
		}
		if observed == nil || observed.TimeSeries[0].Points[0].Value != int64(7) {
			t.Errorf("round %d: OpenCensus's readers get observed %+v", round, observed)
		}
		if n := len(metricproducer.GlobalManager().GetAll()); n != before || !isRegistered(p.Package) {
			t.Errorf("%d producers, want %d", n, before)
		}
		p.Unregister()
		p.Unregister()
		if isRegistered(p.Package) {
			t.Error("still registered")
		}
	}
}

// The parts of an event are copied before their totals.
func TestReadsInReverseOfWriting(t *testing.T) {
	total, part := unique("total"), unique("part")
	p := newDirectPackage("reverse", total, part)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	p.counts[0].At(0).Inc()
	p.counts[1].At(0).Inc()
	for _, memory := range []*record.Memory{nil, {}} {
		var names []string
		for _, m := range p.Read(memory) {
			names = append(names, m.Descriptor.Name)
		}
		if want := []string{part, total}; !slices.Equal(names, want) {
			t.Errorf("read %q, want %q", names, want)
		}
	}
}

// Packages of different recorders cannot share a name, whichever is first, nor can two
// direct ones. There is one error for it.
func TestRegisterRefusesTakenNames(t *testing.T) {
	taken := unique("taken")
	m := stats.Int64(taken, "", "1")
	theirs := &view.View{Name: taken, Measure: m, Aggregation: view.Count()}
	views := newViewsPackage("views", []*view.View{theirs}, ViewsInfo{}, nil).Package
	direct := newDirectPackage("direct", taken).Package
	twin := newDirectPackage("twin", unique("fine"), taken).Package
	for _, c := range [][2]*record.Package{{views, direct}, {direct, views}, {direct, twin}} {
		first, second := c[0], c[1]
		if err := first.Register(); err != nil {
			t.Fatal(err)
		}
		err := second.Register()
		want := fmt.Sprintf("views of package %s are not registered: metric %q is also in package %s, which is registered: rename one of the metrics, or register only one of the packages",
			second.Name(), taken, first.Name())
		if err == nil || err.Error() != want {
			t.Errorf("got\n%v\nwant\n%s", err, want)
		}
		if isRegistered(second) || len(second.Read(nil)) > 0 || first != views && view.Find(taken) != nil {
			t.Errorf("something of %s is registered", second.Name())
		}
		if !isRegistered(first) || first == views && view.Find(taken) != theirs {
			t.Errorf("%s is not registered any more", first.Name())
		}
		first.Unregister()
		if err := second.Register(); err != nil {
			t.Errorf("when the name is free: %v", err)
		}
		second.Unregister()
	}
}

// A view that other code registered takes the name too, of a series and of an observed
// measure.
func TestRegisterRefusesTheNameOfAForeignView(t *testing.T) {
	count := unique("count")
	p := newDirectPackage("observing", count)
	for _, name := range []string{count, p.observedName} {
		m := stats.Int64(name, "", "1")
		foreign := &view.View{Name: name, Measure: m, Aggregation: view.LastValue()}
		if err := view.Register(foreign); err != nil {
			t.Fatal(err)
		}
		err := p.Register()
		want := fmt.Sprintf("views of package observing are not registered: view %q is registered with OpenCensus by other code: rename one of the views, or do not register that view", name)
		if err == nil || err.Error() != want || isRegistered(p.Package) {
			t.Errorf("got\n%v\nwant\n%s", err, want)
		}
		view.Unregister(foreign)
		if err := p.Register(); err != nil {
			t.Errorf("when the name is free: %v", err)
		}
		p.Unregister()
	}
}

// A later registration that fails ends what an earlier one began.
func TestFailedRegistrationEndsProducing(t *testing.T) {
	name := unique("counts")
	p := newDirectPackage("later", name)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	p.counts[0].At(0).Inc()
	if gathered(t, name) == nil {
		t.Fatal("not registered")
	}
	m := stats.Int64(name, "", "1")
	registerView(t, &view.View{Name: name, Measure: m, Aggregation: view.Count()})
	if err := p.Register(); err == nil || isRegistered(p.Package) || len(p.Read(nil)) > 0 {
		t.Errorf("error %v; it must not stay registered", err)
	}
}

// A program may have direct packages beside the views of a library, such as ochttp, of
// which it links this package for the export.
func TestDirectBesideForeignViews(t *testing.T) {
	name := unique("counts")
	p := newDirectPackage("beside", name)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	requests := ochttp.ServerRequestCountView
	registerView(t, requests)
	p.counts[0].At(0).Inc()
	stats.Record(context.Background(), ochttp.ServerRequestCount.M(1))
	e := &memory{}
	tel := startMemory(t, e)
	if err := tel.Shutdown(within(t, testGrace)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{name, requests.Name} {
		if m := e.last(name); m == nil || m.Series[0].Point.Value != int64(1) {
			t.Errorf("%s: exported %+v", name, m)
		}
	}
	// The views come from this package alone.
	if all := record.Sources(); len(all) != 1 || all[0] != record.Source(source{}) {
		t.Errorf("sources %v, want that of this package", all)
	}
	if find(p.Read(nil), requests.Name) != nil || find(p.ReadAtOnce(), requests.Name) != nil {
		t.Error("the package has a view of other code")
	}
}

// TestDirectAfterStop runs itself in another process: view.Stop cannot be undone.
func TestDirectAfterStop(t *testing.T) {
	if os.Getenv("OCGEN_TEST_DIRECT_STOP") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestDirectAfterStop$", "-test.v")
		cmd.Env = append(os.Environ(), "OCGEN_TEST_DIRECT_STOP=1")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "--- PASS: TestDirectAfterStop") {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	early, late := unique("early"), unique("late")
	running := newDirectPackage("running", early)
	if err := running.Register(); err != nil {
		t.Fatal(err)
	}
	view.Stop()
	p := newDirectPackage("started", late)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	running.counts[0].At(0).Inc()
	p.counts[0].At(0).Inc()
	for _, name := range []string{early, late} {
		if gathered(t, name) == nil || find(runtimeMetrics(outward{}.Read()), name) == nil {
			t.Error("a direct package must go on after view.Stop")
		}
	}
	running.Unregister()
	p.Unregister()
	if gathered(t, early) != nil || gathered(t, late) != nil || len(record.Registered()) != 0 {
		t.Error("something is still registered")
	}
}

// runtimeMetrics converts metrics of OpenCensus.
func runtimeMetrics(all []*metricdata.Metric) []*metric.Metric {
	var converted []*metric.Metric
	for _, m := range all {
		converted = append(converted, convert(m, nil, nil, memoryKey{}))
	}
	return converted
}

// Everything at once, for the race detector. A function that observes may use
// the package itself.
func TestProducerConcurrentUse(t *testing.T) {
	p := newDirectPackage("concurrent", unique("counts"))
	defer p.observed.Observe(func() int64 {
		p.observed.Observe(func() int64 { return 1 })()
		p.Unregister()
		return int64(len(record.Registered()))
	})()
	var wg sync.WaitGroup
	for range 4 {
		wait.Go(&wg, func() {
			for range 300 {
				p.counts[0].At(1).Inc()
				p.observed.Observe(func() int64 { return time.Now().Unix() })()
			}
		})
		wait.Go(&wg, func() {
			for range 50 {
				if err := p.Register(); err != nil {
					t.Error(err)
				}
				runtime.Gather(context.Background())
				outward{}.Read()
				record.Stats()
				p.Unregister()
			}
		})
	}
	wg.Wait()
	p.Unregister()
}
