package runtime

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

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
	d := e.last(p.info.Views()[1].Name).Descriptor
	if d.Unit != "s" || d.LabelKeys[0].Description != "Label a." || d.LabelKeys[1].Description != "Label b." {
		t.Errorf("%+v", d)
	}
	if err := tel.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// A registrar is a producer that registers a package, which records, while the
type registrar struct {
	p *Package
	m *stats.Float64Measure
}

func (r *registrar) Read() []*metric.Metric {
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
		metrics := gather(nil, metricproducer.Producer.Read)
		metricproducer.GlobalManager().DeleteProducer(r)
		p.Unregister()
		for _, metric := range metrics {
			if metric.Descriptor.Name != p.info.Views()[1].Name {
				continue
			}
			if exported++; metric.Descriptor.Unit != "s" {
				t.Fatalf("exported with %+v", metric.Descriptor)
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
	for _, d := range []metric.Descriptor{
		{Name: "m", Unit: "1", Type: metric.TypeGaugeInt64, LabelKeys: []metric.LabelKey{{Key: "a"}}},
		{Name: "m", Unit: "1", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "b"}}},
		{Name: "n", Unit: "1", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "a"}}},
	} {
		if m := (&metric.Metric{Descriptor: d}); restored(m, full) != m {
			t.Errorf("%+v was changed", d)
		}
	}
	m := &metric.Metric{Descriptor: metric.Descriptor{
		Name: "m", Unit: "1", Type: metric.TypeCumulativeInt64, LabelKeys: []metric.LabelKey{{Key: "a"}}}}
	if r := restored(m, full); r.Descriptor.Unit != "s" || m.Descriptor.Unit != "1" {
		t.Errorf("restored %+v from %+v", r.Descriptor, m.Descriptor)
	}
}

// A fixedProducer gives the same metrics each time.
type fixedProducer struct{ metrics []*metric.Metric }

func (p *fixedProducer) Read() []*metric.Metric { return p.metrics }

// What Gather returns is the caller's own, has one point a series, and none
// from the future.
func TestGatherIsFresh(t *testing.T) {
	began := time.Now()
	ahead := began.Add(time.Hour)
	name := unique("fresh")
	p := &fixedProducer{[]*metric.Metric{nil, {
		Descriptor: metric.Descriptor{Name: name},
		Series: []*metric.Series{nil, {}, {Points: []metric.Point{
			metric.Point{Time: ahead.Add(-2 * time.Hour), Value: int64(1)}, metric.Point{Time: ahead, Value: int64(2)}}}},
	}}}
	metricproducer.GlobalManager().AddProducer(p)
	defer metricproducer.GlobalManager().DeleteProducer(p)
	for range 2 {
		found := false
		for _, m := range Gather(context.Background()) {
			if m.Descriptor.Name != name {
				continue
			}
			found = true
			if len(m.Series) != 1 || len(m.Series[0].Points) != 1 || m.Series[0].Point.Value != int64(2) {
				t.Fatalf("%+v", m.Series)
			}
			if at := m.Series[0].Point.Time; at.After(time.Now()) || at.Before(began) {
				t.Errorf("dated %v", at)
			}
			m.Series[0].Point.Value = int64(9)
			m.Series[0] = nil
		}
		if !found {
			t.Fatal("not gathered")
		}
	}
	if last := p.metrics[1].Series[2].Points[1]; last.Value != int64(2) || !last.Time.Equal(ahead) {
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
		for _, m := range Gather(ctx) {
			if m.Descriptor.Name == f.view.Name {
				got = m.Series[0].Point.Value
			}
		}
		if got != int64(1000) {
			t.Errorf("gathered %v of 1000", got)
		}
	}
}

// A panicker is a producer with a bug.
type panicker struct{}

func (*panicker) Read() []*metric.Metric { panic("no metrics today") }

// TestProducerPanics: it costs its own metrics, and is told; all others arrive.
func TestProducerPanics(t *testing.T) {
	p := &panicker{}
	metricproducer.GlobalManager().AddProducer(p)
	defer metricproducer.GlobalManager().DeleteProducer(p)
	f := newFixture(t, nil)
	e := &memory{}
	tel := startMemory(t, e)
	f.set.Record(nilContext, f.one())
	err := tel.Shutdown(context.Background())
	if err == nil || !strings.Contains(err.Error(), "the producer *runtime.panicker of metrics panicked: no metrics today") {
		t.Errorf("Shutdown said %v", err)
	}
	if got := e.last(f.view.Name).Series[0].Point.Value; got != int64(1) {
		t.Errorf("%v of 1 record arrived", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("Gather kept the panic from its caller")
		}
	}()
	Gather(context.Background())
}

// TestNoDistribution: a point whose distribution is nil has no value.
func TestNoDistribution(t *testing.T) {
	now := time.Now()
	m := &metric.Metric{
		Descriptor: metric.Descriptor{Name: "m", Type: metric.TypeCumulativeDistribution},
		Series: []*metric.Series{
			{StartTime: now, Point: metric.Point{Time: now, Value: nil}},
			{StartTime: now, Point: metric.Point{Time: now, Value: &metric.Distribution{Count: 1}}},
		},
	}
	if got := lastPoints(m).Series; len(got) != 1 || got[0].Point.Value.(*metric.Distribution).Count != 1 {
		t.Errorf("got %+v", got)
	}
}

// TestGatherDatesOwnSeries: a clock that was set back after a series began dates
// no point ahead, of our own series neither.
func TestGatherDatesOwnSeries(t *testing.T) {
	set := NewCounts(SeriesInfo{Name: unique("ahead"), ZeroRows: true})
	set.start(metric.Descriptor{Name: set.name(), Type: metric.TypeCumulativeInt64}, time.Now().Add(time.Hour))
	p := &packageProducer{series: []Series{set}}
	metricproducer.GlobalManager().AddProducer(p)
	defer metricproducer.GlobalManager().DeleteProducer(p)
	for _, m := range Gather(context.Background()) {
		if m.Descriptor.Name != set.name() {
			continue
		}
		if at := m.Series[0].Point.Time; at.After(time.Now()) {
			t.Errorf("dated %v", at)
		}
		return
	}
	t.Error("not gathered")
}
