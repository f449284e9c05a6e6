package runtime

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	direct "github.com/ocgen/ocgen/runtime/series"
)

// distributions is a registered package of one distribution by a closed tag.
func distributions(t *testing.T) (set *direct.Distributions, name string) {
	name = unique("distribution")
	set = direct.NewDistributions(direct.SeriesInfo{Name: name, Size: 4, Bounds: []float64{1, 2},
		Tags: []*record.Tag{record.NewClosedTag("tag", record.ClosedTag{Values: []string{"a", "b", "c"}})}})
	p := record.NewPackage(record.PackageInfo{
		Name:  "distributions",
		Parts: []record.Part{direct.Sets(set)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: name, Type: metric.TypeCumulativeDistribution, LabelKeys: []metric.LabelKey{{Key: "tag", Description: "Tag."}}}}
		},
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
	return set, name
}

// What Gather returns is the caller's own: changing all of it changes no other reading.
func TestGatherIsFresh(t *testing.T) {
	set, name := distributions(t)
	span := metric.Span{TraceID: metric.TraceID{1}, SpanID: metric.SpanID{2}, Sampled: true}
	for i := range uint64(3) {
		set.At(i).RecordExemplar(span, 1.5)
	}
	first := gathered(name)
	if first == nil || len(first.Series) != 3 {
		t.Fatalf("gathered %+v", first)
	}
	before := text(first)
	first.Descriptor.LabelKeys[0].Key = "spoilt"
	for _, s := range first.Series {
		s.LabelValues[0].Value = "spoilt"
		_ = append(s.LabelValues, metric.NewLabelValue("spoilt")) // not over the next one's
		d := s.Point.Value.(*metric.Distribution)
		d.Bounds[0], d.Buckets[1].Count, d.Buckets[1].Exemplar.Value, d.Count = 9, 9, 9, 9
		s.StartTime = time.Time{}
	}
	first.Series[0] = nil
	if again := text(gathered(name)); again != before {
		t.Errorf("was %s\nis  %s", before, again)
	}
}

// text returns all that a metric says, but the time of its points.
func text(m *metric.Metric) string {
	all := fmt.Sprintf("%+v", m.Descriptor)
	for _, s := range m.Series {
		d := s.Point.Value.(*metric.Distribution)
		all += fmt.Sprintf(" %v %v %d %v", s.LabelValues, s.StartTime, d.Count, d.Bounds)
		for _, b := range d.Buckets {
			all += fmt.Sprintf(" %d %+v", b.Count, b.Exemplar)
		}
	}
	return all
}

// An aheadPart is a part of a package whose clock was set back.
type aheadPart struct {
	record.Part
	metric metric.Metric
}

func (p *aheadPart) Read(*record.Memory) []*metric.Metric {
	m := p.metric
	m.Series = []*metric.Series{{Point: metric.Point{Time: time.Now().Add(time.Hour), Value: int64(1)}}}
	return []*metric.Metric{&m}
}

// TestGatherDatesOwnSeries: a clock that was set back after a series began dates
// no point ahead, of our own series neither.
func TestGatherDatesOwnSeries(t *testing.T) {
	part := &aheadPart{direct.Sets(), metric.Metric{Descriptor: metric.Descriptor{Name: unique("ahead"), Type: metric.TypeCumulativeInt64}}}
	p := record.NewPackage(record.PackageInfo{Name: "ahead", Parts: []record.Part{part}, Descriptors: func() []metric.Descriptor { return nil }})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	began := time.Now()
	m := gathered(part.metric.Descriptor.Name)
	if m == nil {
		t.Fatal("not gathered")
	}
	if at := m.Series[0].Point.Time; at.After(time.Now()) || at.Before(began) {
		t.Errorf("dated %v", at)
	}
}

// Metrics are sorted by name, and those of one name stay in their order.
func TestGatherSorts(t *testing.T) {
	late, early := newTestPackage("zz"), newTestPackage("aa")
	for _, p := range []*testPackage{late, early} {
		if err := p.Register(); err != nil {
			t.Fatal(err)
		}
		defer p.Unregister()
		p.counts.At(0).Inc()
	}
	var names []string
	for _, m := range Gather(context.Background()) {
		names = append(names, m.Descriptor.Name)
	}
	if !slices.IsSorted(names) || !slices.Contains(names, late.name) || !slices.Contains(names, early.name) {
		t.Errorf("gathered %q", names)
	}
}

// A foreign source's metrics are gathered beside the packages' own, an error costs
// nothing that could be read, and records that wait are waited for. The test adds a source
// for the life of its process.
func TestGatherSources(t *testing.T) {
	if !alone(t) {
		return
	}
	p := newTestPackage("beside")
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	p.counts.At(0).Inc()
	if all := record.Sources(); len(all) > 0 {
		t.Errorf("sources %v: this package brings none, OpenCensus's views neither", all)
	}
	s := &fakeSource{records: 3}
	record.AddSource(s)
	metrics, err := GatherPartial(context.Background())
	if err == nil || err.Error() != errDown.Error() || find(metrics, "foreign") == nil || find(metrics, p.name) == nil {
		t.Errorf("%v, %v", metrics, err)
	}
	if s.drained != 1 || s.memories[0] != nil {
		t.Errorf("drained %d times, read with %v", s.drained, s.memories)
	}
	func() {
		defer func() {
			if p, ok := recover().(error); !ok || p.Error() != errDown.Error() {
				t.Errorf("Gather panicked with %v", p)
			}
		}()
		Gather(context.Background())
	}()
	s.memories = nil
	e := &memory{}
	tel, err := Start(context.Background(), Options{Exporter: e, OnError: func(error) {}, NoHealthMetrics: true})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		_ = tel.ForceFlush(context.Background())
	}
	if len(s.memories) != 2 || s.memories[0] == nil || s.memories[0] != s.memories[1] || e.last("foreign") == nil {
		t.Errorf("exports read with %v", s.memories)
	}
	if got := sourceRecords(); got != 3 || !reflect.DeepEqual(record.SourceConflicts([]string{"foreign", "other"}), []error{errDown}) {
		t.Errorf("%d records", got)
	}
	if err := tel.Shutdown(context.Background()); err == nil {
		t.Error("Shutdown hides that not everything could be read")
	}
}

// A fakeSource has one metric, and one that it cannot read.
type fakeSource struct {
	records  uint64
	drained  int
	memories []*record.Memory // of the readings
}

func (s *fakeSource) Drain(context.Context) error { s.drained++; return nil }

func (s *fakeSource) Records() uint64 { return s.records }

func (s *fakeSource) Read(memory *record.Memory) ([]*metric.Metric, error) {
	s.memories = append(s.memories, memory)
	return []*metric.Metric{{Descriptor: metric.Descriptor{Name: "foreign"}, Series: []*metric.Series{series1()}}}, errDown
}

func (s *fakeSource) Conflict(name string) error {
	if name == "foreign" {
		return errDown
	}
	return nil
}
