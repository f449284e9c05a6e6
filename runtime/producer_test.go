package runtime

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

	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"

	"github.com/ocgen/ocgen/internal/wait"
)

// newDirectPackage returns a package without OpenCensus views: counts by the
// closed tag "a", and an observed last value without tags.
func newDirectPackage(name string, counts ...*Counts) (*Package, *Int64Observed) {
	observed := NewInt64Observed(nil, ObservedInfo{Name: unique(name + "/observed")})
	info := PackageInfo{Name: name, Observed: []Observer{observed}}
	descriptors := []metricdata.Descriptor{{Name: observed.names()[0], Unit: "By", Type: metricdata.TypeGaugeInt64}}
	for _, c := range counts {
		info.Series = append(info.Series, c)
		descriptors = append(descriptors, metricdata.Descriptor{
			Name: c.name(), Unit: "1", Type: metricdata.TypeCumulativeInt64,
			LabelKeys: []metricdata.LabelKey{{Key: "a", Description: "Label a."}},
		})
	}
	info.Descriptors = func() []metricdata.Descriptor { return descriptors }
	return NewPackage(info), observed
}

func newCounts(name string) *Counts {
	return NewCounts(SeriesInfo{Name: name, Tags: []*Tag{NewClosedTag(tag.MustNewKey("a"), ClosedTag{Values: []string{"x", "y"}})}})
}

// gathered returns the metric of that name, as all exporters have it, or nil.
func gathered(t testing.TB, name string) *metricdata.Metric {
	t.Helper()
	var found *metricdata.Metric
	for _, m := range Gather(context.Background()) {
		if m.Descriptor.Name == name {
			if found != nil {
				t.Errorf("%s twice", name)
			}
			found = m
		}
	}
	return found
}

func TestProducesWhileRegistered(t *testing.T) {
	counts := newCounts(unique("counts"))
	p, observed := newDirectPackage("produces", counts)
	defer observed.Observe(func() int64 { return 7 })()
	before := len(metricproducer.GlobalManager().GetAll())
	for round := range 2 {
		if gathered(t, counts.name()) != nil || gathered(t, observed.names()[0]) != nil {
			t.Error("produced while not registered")
		}
		for range 2 { // the second time changes nothing
			if err := p.Register(); err != nil {
				t.Fatal(err)
			}
			counts.At(1).Inc()
		}
		c, o := gathered(t, counts.name()), gathered(t, observed.names()[0])
		if c == nil || len(c.TimeSeries) != 1 || c.TimeSeries[0].Points[0].Value != int64(2) || c.Descriptor.LabelKeys[0].Description != "Label a." {
			t.Fatalf("round %d: counts %+v", round, c)
		}
		if o == nil || o.TimeSeries[0].Points[0].Value != int64(7) || o.Descriptor.Unit != "By" {
			t.Fatalf("round %d: observed %+v", round, o)
		}
		if n := len(metricproducer.GlobalManager().GetAll()); n != before+1 || !slices.Contains(Registered(), p) {
			t.Errorf("%d producers, want one more than %d", n, before)
		}
		p.Unregister()
		p.Unregister()
		if n := len(metricproducer.GlobalManager().GetAll()); n != before || slices.Contains(Registered(), p) {
			t.Errorf("%d producers are left, want %d", n, before)
		}
	}
}

// The parts of an event are copied before their totals.
func TestReadsInReverseOfWriting(t *testing.T) {
	total, part := newCounts(unique("total")), newCounts(unique("part"))
	p, _ := newDirectPackage("reverse", total, part)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	total.At(0).Inc()
	part.At(0).Inc()
	var names []string
	for _, m := range p.producer.Read() {
		names = append(names, m.Descriptor.Name)
	}
	if want := []string{part.name(), total.name()}; !slices.Equal(names, want) {
		t.Errorf("read %q, want %q", names, want)
	}
}

func TestRegisterRefusesTakenNames(t *testing.T) {
	taken := unique("taken")
	m := stats.Int64(taken, "", "1")
	theirs := &view.View{Name: taken, Measure: m, Aggregation: view.Count()}
	viewPackage := NewPackage(PackageInfo{
		Name:        "views",
		Views:       func() []*view.View { return []*view.View{theirs} },
		Descriptors: func() []metricdata.Descriptor { return nil },
	})
	direct, _ := newDirectPackage("direct", newCounts(taken))
	twin, _ := newDirectPackage("twin", newCounts(unique("fine")), newCounts(taken))
	for _, c := range []struct {
		first, second *Package
		want          string
	}{
		{viewPackage, direct, fmt.Sprintf("view %q is registered with OpenCensus by other code: rename one of them, or leave that view out", taken)},
		{direct, viewPackage, fmt.Sprintf("view %q has the name of a metric of package direct, which is registered: rename one of them, or register only one of the packages", taken)},
		{direct, twin, fmt.Sprintf("metric %q is in package direct too, which is registered: rename one of them, or register only one of the packages", taken)},
	} {
		if err := c.first.Register(); err != nil {
			t.Fatal(err)
		}
		err := c.second.Register()
		if want := "views of package " + c.second.Name() + " are not registered: " + c.want; err == nil || err.Error() != want {
			t.Errorf("got\n%v\nwant\n%s", err, want)
		}
		if c.second.producer != nil || slices.Contains(Registered(), c.second) || c.first != viewPackage && view.Find(taken) != nil {
			t.Errorf("something of %s is registered", c.second.Name())
		}
		if !slices.Contains(Registered(), c.first) {
			t.Errorf("%s is not registered any more", c.first.Name())
		}
		c.first.Unregister()
		if err := c.second.Register(); err != nil {
			t.Errorf("when the name is free: %v", err)
		}
		c.second.Unregister()
	}
}

// An observed measure's name is taken like that of a series.
func TestRegisterRefusesATakenObservedName(t *testing.T) {
	p, observed := newDirectPackage("observing")
	m := stats.Int64(observed.names()[0], "", "1")
	registerView(t, &view.View{Name: m.Name(), Measure: m, Aggregation: view.LastValue()})
	if err := p.Register(); err == nil || !strings.Contains(err.Error(), "is registered with OpenCensus by other code") || p.producer != nil {
		t.Errorf("error %v", err)
	}
}

// A later registration that fails ends what an earlier one began.
func TestFailedRegistrationEndsProducing(t *testing.T) {
	counts := newCounts(unique("counts"))
	p, _ := newDirectPackage("later", counts)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	m := stats.Int64(counts.name(), "", "1")
	registerView(t, &view.View{Name: m.Name(), Measure: m, Aggregation: view.Count()})
	if err := p.Register(); err == nil || p.producer != nil || slices.Contains(Registered(), p) {
		t.Errorf("error %v; it must not stay registered", err)
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
	early, late := newCounts(unique("early")), newCounts(unique("late"))
	running, _ := newDirectPackage("running", early)
	if err := running.Register(); err != nil {
		t.Fatal(err)
	}
	view.Stop()
	p, _ := newDirectPackage("started", late)
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	early.At(0).Inc()
	late.At(0).Inc()
	if gathered(t, early.name()) == nil || gathered(t, late.name()) == nil {
		t.Error("a direct package must go on after view.Stop")
	}
	running.Unregister()
	p.Unregister()
	if gathered(t, early.name()) != nil || gathered(t, late.name()) != nil || len(Registered()) != 0 {
		t.Error("something is still registered")
	}
}

// Everything at once, for the race detector. A function that observes may use
// the package itself.
func TestProducerConcurrentUse(t *testing.T) {
	counts := newCounts(unique("counts"))
	p, observed := newDirectPackage("concurrent", counts)
	defer observed.Observe(func() int64 {
		observed.Observe(func() int64 { return 1 })()
		p.Unregister()
		return int64(len(Registered()))
	})()
	var wg sync.WaitGroup
	for range 4 {
		wait.Go(&wg, func() {
			for range 300 {
				counts.At(1).Inc()
				observed.Observe(func() int64 { return time.Now().Unix() })()
			}
		})
		wait.Go(&wg, func() {
			for range 50 {
				if err := p.Register(); err != nil {
					t.Error(err)
				}
				Gather(context.Background())
				Stats()
				p.Unregister()
			}
		})
	}
	wg.Wait()
	p.Unregister()
}
