package census

import (
	"context"
	"errors"
	"fmt"
	goruntime "runtime"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

// produce adds a producer until the test ends.
func produce(t *testing.T, p metricproducer.Producer) {
	metricproducer.GlobalManager().AddProducer(p)
	t.Cleanup(func() { metricproducer.GlobalManager().DeleteProducer(p) })
}

func TestExportRestoresDescriptors(t *testing.T) {
	p, m := newTestPackage("restored")
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	e := &memory{}
	tel := startMemory(t, e)
	NewTagSet(nil).Record(nilContext, []stats.Measurement{m.M(1)})
	if err := tel.ForceFlush(context.Background()); err != nil {
		t.Fatal(err)
	}
	d := e.last(p.views[1].Name).Descriptor
	if d.Unit != "s" || d.LabelKeys[0].Description != "Label a." || d.LabelKeys[1].Description != "Label b." {
		t.Errorf("%+v", d)
	}
	if err := tel.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// A registrar is a producer that registers a package, which records, while the metrics
// are read.
type registrar struct {
	p *testPackage
	m *stats.Float64Measure
}

func (r *registrar) Read() []*metricdata.Metric {
	if err := r.p.Register(); err != nil {
		panic(err)
	}
	NewTagSet(nil).Record(nilContext, []stats.Measurement{r.m.M(1)})
	view.Find("")
	return nil
}

func TestRestoredDuringRegistration(t *testing.T) {
	exported := 0
	// Producers are read in any order; in one of eight rounds ours comes first.
	for round := 0; round < 1000 && exported < 3; round++ {
		p, m := newTestPackage("during")
		r := &registrar{p, m}
		metricproducer.GlobalManager().AddProducer(r)
		metrics, err := source{}.Read(nil)
		metricproducer.GlobalManager().DeleteProducer(r)
		p.Unregister()
		if err != nil {
			t.Fatal(err)
		}
		if m := find(metrics, p.views[1].Name); m != nil {
			if exported++; m.Descriptor.Unit != "s" {
				t.Fatalf("exported with %+v", m.Descriptor)
			}
		}
	}
	if exported == 0 {
		t.Error("never exported")
	}
}

func TestRestoredLeavesStrangersAlone(t *testing.T) {
	full := map[string]metric.Descriptor{"m": {
		Name: "m", Unit: "s", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "a", Description: "A."}}}}
	key := func(name string) []metricdata.LabelKey { return []metricdata.LabelKey{{Key: name}} }
	for _, d := range []metricdata.Descriptor{
		{Name: "m", Unit: "1", Type: metricdata.TypeGaugeInt64, LabelKeys: key("a")},
		{Name: "m", Unit: "1", Type: metricdata.TypeCumulativeInt64, LabelKeys: key("b")},
		{Name: "m", Unit: "1", Type: metricdata.TypeCumulativeInt64},
		{Name: "n", Unit: "1", Type: metricdata.TypeCumulativeInt64, LabelKeys: key("a")},
	} {
		if got, want := descriptor(d, full), descriptor(d, nil); fmt.Sprint(got) != fmt.Sprint(want) || got.Unit != "1" {
			t.Errorf("%+v became %+v", d, got)
		}
	}
	ours := metricdata.Descriptor{Name: "m", Unit: "1", Type: metricdata.TypeCumulativeInt64, LabelKeys: key("a")}
	if d := descriptor(ours, full); d.Unit != "s" || d.LabelKeys[0].Description != "A." || ours.Unit != "1" || ours.LabelKeys[0].Description != "" {
		t.Errorf("restored %+v from %+v", d, ours)
	}
}

// What Gather returns is the caller's own, has one point a series, and none
// from the future.
func TestGatherIsFresh(t *testing.T) {
	began := time.Now()
	ahead := began.Add(time.Hour)
	name := unique("fresh")
	p := &fixedProducer{[]*metricdata.Metric{nil, {
		Descriptor: metricdata.Descriptor{Name: name},
		TimeSeries: []*metricdata.TimeSeries{nil, {}, {Points: []metricdata.Point{
			{Time: ahead.Add(-2 * time.Hour), Value: int64(1)}, {Time: ahead, Value: int64(2)}}}},
	}}}
	produce(t, p)
	for range 2 {
		m := gathered(t, name)
		if m == nil {
			t.Fatal("not gathered")
		}
		if len(m.Series) != 1 || m.Series[0].Point.Value != int64(2) {
			t.Fatalf("%+v", m.Series)
		}
		if at := m.Series[0].Point.Time; at.After(time.Now()) || at.Before(began) {
			t.Errorf("dated %v", at)
		}
		m.Series[0].Point.Value = int64(9)
		m.Series[0] = nil
	}
	if last := p.metrics[1].TimeSeries[2].Points[1]; last.Value != int64(2) || !last.Time.Equal(ahead) {
		t.Errorf("the producer's own point is %+v", last)
	}
}

// Gather has what was recorded before it, and with a ctx that is done what can be
// read at once.
func TestGatherHasWhatWasRecorded(t *testing.T) {
	f := newFixture(t, nil)
	for range 1000 {
		f.set.Record(context.Background(), f.one())
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for _, ctx := range []context.Context{context.Background(), done} {
		var got any
		if m := find(runtime.Gather(ctx), f.view.Name); m != nil {
			got = m.Series[0].Point.Value
		}
		if got != int64(1000) {
			t.Errorf("gathered %v of 1000", got)
		}
	}
}

// A breaker is a producer with a bug: it panics, or ends whatever goroutine reads it.
type breaker struct{ goexits bool }

func (b *breaker) Read() []*metricdata.Metric {
	if b.goexits {
		goruntime.Goexit()
	}
	panic("no metrics today")
}

// A producer that breaks costs its own metrics, and is told; all others arrive.
func TestProducerBreaks(t *testing.T) {
	for _, c := range []struct {
		p    *breaker
		want string
	}{
		{&breaker{}, "the producer *census.breaker of metrics panicked: no metrics today, at "},
		{&breaker{goexits: true}, "the producer *census.breaker of metrics ended its goroutine with runtime.Goexit, at "},
	} {
		t.Run(c.want, func(t *testing.T) {
			produce(t, c.p)
			name := unique("counts")
			direct := newDirectPackage("beside", name)
			if err := direct.Register(); err != nil {
				t.Fatal(err)
			}
			defer direct.Unregister()
			f := newFixture(t, nil)
			e := &memory{}
			tel := startMemory(t, e)
			f.set.Record(nilContext, f.one())
			direct.counts[0].At(0).Inc()
			told := func(who string, err any) {
				if text := fmt.Sprint(err); !strings.Contains(text, c.want) || !strings.Contains(text, "gather_test.go:") {
					t.Errorf("%s said %s, want %q with a place", who, text, c.want)
				}
			}
			told("Shutdown", tel.Shutdown(context.Background()))
			partial, err := runtime.GatherPartial(context.Background())
			told("GatherPartial", err)
			for _, name := range []string{f.view.Name, name} {
				for _, m := range []*metric.Metric{e.last(name), find(partial, name)} {
					if m == nil || m.Series[0].Point.Value != int64(1) {
						t.Errorf("%s: %+v arrived of 1 record", name, m)
					}
				}
			}
			defer func() {
				panicked, ok := recover().(error)
				if !ok || panicked.Error() != err.Error() {
					t.Errorf("Gather panicked with %v, want %v", panicked, err)
				}
			}()
			runtime.Gather(context.Background())
		})
	}
}

// Everything recorded before Shutdown is delivered by it, though it waits in OpenCensus's
// queue.
func TestShutdownDeliversEverything(t *testing.T) {
	const records, runs = 1000, 200
	set := NewTagSet(nil)
	for run := range runs {
		p, m := newTestPackage("deliver")
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		e := &memory{}
		tel := startMemory(t, e)
		for range records {
			set.Record(nilContext, []stats.Measurement{m.M(1)})
		}
		if err := tel.Shutdown(context.Background()); err != nil {
			t.Fatal(err)
		}
		last := e.last(p.views[0].Name)
		if last == nil || last.Series[0].Point.Value != int64(records) {
			t.Fatalf("run %d: %+v", run, last)
		}
		if !e.shut {
			t.Fatal("the exporter was not shut down")
		}
		p.Unregister()
	}
}

// Run delivers what serve has recorded through views.
func TestRunDeliversViews(t *testing.T) {
	p, m := newTestPackage("run")
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	e := &memory{}
	served := errors.New("served")
	err := runtime.Run(t.Context(), runtime.Options{Exporter: e}, func(context.Context) error {
		NewTagSet(nil).Record(nilContext, []stats.Measurement{m.M(1)})
		return served
	})
	if last := e.last(p.views[0].Name); !errors.Is(err, served) || last == nil || last.Series[0].Point.Value != int64(1) || !e.shut {
		t.Errorf("Run: %v; delivered %+v, shut down %t", err, last, e.shut)
	}
}

// OpenCensus's own readers see the health of each Telemetry that lives.
func TestHealthForReaders(t *testing.T) {
	const name = "ocgen/telemetry/exports"
	tel := startMemory(t, &memory{})
	m := toReaders(t, name)
	if m == nil || len(m.TimeSeries) != 2 || m.Descriptor.Type != metricdata.TypeCumulativeInt64 || gathered(t, name) == nil {
		t.Errorf("readers get %+v", m)
	}
	if err := tel.Shutdown(within(t, testGrace)); err != nil {
		t.Fatal(err)
	}
	if m := toReaders(t, name); m != nil {
		t.Errorf("after Shutdown readers get %+v", m)
	}
	without, err := runtime.Start(t.Context(), runtime.Options{Exporter: &memory{}, NoHealthMetrics: true})
	if err != nil {
		t.Fatal(err)
	}
	if m := toReaders(t, name); m != nil {
		t.Errorf("left out, readers get %+v", m)
	}
	if err := without.Shutdown(within(t, testGrace)); err != nil {
		t.Fatal(err)
	}
	record.CounterOfMeasure(unique("measure"), record.ReasonNegative).Inc()
	if len(record.Producers()) != 0 {
		t.Errorf("producers %v are left", record.Producers())
	}
}
