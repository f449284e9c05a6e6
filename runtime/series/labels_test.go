package series

import (
	"fmt"
	goruntime "runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// labelled is a set of counts by a closed and an open tag.
type labelled struct{ *Counts }

func newLabelled(t testing.TB) labelled {
	t.Helper()
	tags := []*record.Tag{letters(), record.NewOpenTag(unique("number"), record.OpenTag{MaxValues: 10_000})}
	s := labelled{NewCounts(SeriesInfo{Name: unique("labelled"), Tags: tags, Keyed: true})}
	s.start(metric.Descriptor{Name: s.name()}, time.Now())
	return s
}

// record makes the i-th series.
func (s labelled) record(i int) {
	s.Keyed(uint64(i%4) + s.info.Tags[0].Indices()*s.info.Tags[1].OpenIndex(fmt.Sprint(i))).Inc()
}

// wantLabels checks the labels of the first n series.
func wantLabels(t *testing.T, m *metric.Metric, n int) {
	t.Helper()
	if len(m.Series) != n {
		t.Errorf("%d series, want %d", len(m.Series), n)
		return
	}
	for i, ts := range m.Series {
		want := []metric.LabelValue{metric.NewLabelValue("abcd"[i%4 : i%4+1]), metric.NewLabelValue(fmt.Sprint(i))}
		if !slices.Equal(ts.LabelValues, want) {
			t.Errorf("series %d of %d has the labels %v, want %v", i, n, ts.LabelValues, want)
			return
		}
		if cap(ts.LabelValues) != len(want) {
			t.Errorf("an append to the labels of series %d would write to those of the next", i)
			return
		}
	}
}

func TestLabelsOfSeriesThatBeginBetweenReadings(t *testing.T) {
	set := newLabelled(t)
	made := 0
	var kept *metric.Metric
	for _, n := range []int{1, 2, 4, 5, 11, 12, 13, 300, 1019, 1020, 1021, 2044, 2045, 5000} {
		for ; made < n; made++ {
			set.record(made)
		}
		wantLabels(t, set.read(time.Now(), nil), n)
		if n%2 == 0 {
			goruntime.GC() // of some blocks
		}
		kept = set.read(time.Now(), kept)
		wantLabels(t, kept, n)
	}
}

func TestReadingsShareLabels(t *testing.T) {
	set := newLabelled(t)
	for i := range 2000 {
		set.record(i)
	}
	kept := set.read(time.Now(), nil)
	goruntime.GC()
	other := set.read(time.Now(), nil)
	for i := range kept.Series {
		if &kept.Series[i].LabelValues[0] != &other.Series[i].LabelValues[0] {
			t.Fatalf("series %d has other labels in another reading", i)
		}
	}
}

func TestLabelsEndWithTheirReadings(t *testing.T) {
	set := newLabelled(t)
	for i := range 2000 {
		set.record(i)
	}
	wantLabels(t, set.read(time.Now(), nil), 2000)
	if len(set.labels.blocks) == 0 {
		t.Fatal("no labels were made")
	}
	goruntime.GC()
	for i, b := range set.labels.blocks {
		if b.first.Value() != nil {
			t.Errorf("block %d is kept, although no reading is", i)
		}
	}
	wantLabels(t, set.read(time.Now(), nil), 2000)
}

func TestLabelsAfterForgetByClosedTags(t *testing.T) {
	tag := letters()
	set := NewInt64LastValues(SeriesInfo{Name: unique("closed"), Tags: []*record.Tag{tag}, Size: 4})
	set.start(metric.Descriptor{Name: set.name()}, time.Now())
	forgetting := NewForgetting([]*record.Tag{tag}, set)
	for i := range uint64(4) {
		set.At(i).Set(int64(i))
	}
	kept := set.read(time.Now(), nil)
	forgetting.Forget(record.Closed(uint8(2)))
	wantSet(t, set, map[string]any{"a": int64(0), "c": int64(2), "d": int64(3)})
	if got := kept.Series[1].LabelValues[0].Value; got != "b" {
		t.Errorf("the labels of a reading from before have become %q", got)
	}
	set.At(1).Set(7)
	wantSet(t, set, map[string]any{"a": int64(0), "b": int64(7), "c": int64(2), "d": int64(3)})

	later := set.read(time.Now(), nil) // a, c, d and the new b
	for i, before := range []int{0, 2, 3, 1} {
		same := &later.Series[i].LabelValues[0] == &kept.Series[before].LabelValues[0]
		if ended := before == 1; same == ended {
			t.Errorf("series %v has the memory of its labels from before: %t", later.Series[i].LabelValues, same)
		}
	}
}

// A set of closed tags that nobody reads, or whose readings nobody keeps, keeps no labels when
// series end.
func TestForgetKeepsNoLabels(t *testing.T) {
	tag := letters()
	set := started(NewCounts(SeriesInfo{Name: unique("closed"), Tags: []*record.Tag{tag}, Size: 4}))
	for i := range uint64(4) {
		set.At(i).Inc()
	}
	wantSet(t, set, map[string]any{"a": int64(1), "b": int64(1), "c": int64(1), "d": int64(1)})
	goruntime.GC()
	NewForgetting([]*record.Tag{tag}, set).Forget(record.Closed(uint8(2)))
	wantSet(t, set, map[string]any{"a": int64(1), "c": int64(1), "d": int64(1)})
	if set.labels.apart != nil {
		t.Errorf("the set keeps the labels %v", set.labels.apart)
	}
}

func TestLabelsWithoutTags(t *testing.T) {
	set := NewCounts(SeriesInfo{Name: unique("untagged"), Size: 1})
	set.start(metric.Descriptor{Name: set.name()}, time.Now())
	set.At(0).Inc()
	for range 2 {
		m := set.read(time.Now(), nil)
		if labels := m.Series[0].LabelValues; labels == nil || len(labels) != 0 {
			t.Errorf("the labels are %#v, want an empty list", labels)
		}
	}
}

// TestLabelsOfReadersAtOnce is for the race detector: readers fill in blocks that others have.
func TestLabelsOfReadersAtOnce(t *testing.T) {
	set := newLabelled(t)
	set.record(0)
	var all sync.WaitGroup
	wait.Go(&all, func() {
		for i := range 3000 {
			set.record(i)
		}
	})
	for range 3 {
		wait.Go(&all, func() {
			var kept *metric.Metric
			for range 50 {
				kept = set.read(time.Now(), kept)
				wantLabels(t, kept, len(kept.Series))
			}
		})
	}
	wait.Go(&all, func() {
		for range 20 {
			goruntime.GC()
		}
	})
	all.Wait()
	wantLabels(t, set.read(time.Now(), nil), 3000)
}

// A later reading that uses the memory of the last one allocates no more for more series.
func TestLaterReadingsFindLabelsWithoutMemory(t *testing.T) {
	allocated := func(n int) float64 {
		set := newLabelled(t)
		for i := range n {
			set.record(i)
		}
		kept := set.read(time.Now(), nil)
		return testing.AllocsPerRun(10, func() { kept = set.read(time.Now(), kept) })
	}
	if few, many := allocated(3), allocated(5000); many > few {
		t.Errorf("a reading of 5,000 series allocates %v times, and a reading of 3 series %v times", many, few)
	}
}
