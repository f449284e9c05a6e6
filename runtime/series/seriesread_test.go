package series

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

func TestReadIsTheReadersOwn(t *testing.T) {
	tags := []*record.Tag{oneClosed("a", 2, record.ClosedTag{}), oneOpen("b", record.OpenTag{MaxValues: 3})}
	set := NewDistributions(SeriesInfo{Name: unique("fresh"), Tags: tags, Bounds: twelve, Keyed: true})
	set.start(metric.Descriptor{Name: set.name(), LabelKeys: []metric.LabelKey{{Key: "a"}, {Key: "b"}}}, time.Now())
	for i := range uint64(4) {
		set.Keyed(i%2+2*tags[1].OpenIndex(fmt.Sprint(i))).RecordExemplar(sampled(), float64(i))
	}
	now := time.Now()
	text := func(m *metric.Metric) string { // of all that it holds: what is shared would be spoiled on both sides
		text, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	first := set.read(now, nil)
	want := text(first)
	spoil(reflect.ValueOf(first).Elem(), map[any]bool{})
	if text(first) == want {
		t.Fatal("nothing is spoiled")
	}
	if got := text(set.read(now, nil)); got != want {
		t.Errorf("after a reader changed what it got:\n%s\nwant\n%s", got, want)
	}
}

// shared are the fields that readings share. Whoever hands a reading on copies them.
var shared = []string{"LabelKeys", "LabelValues", "Bounds", "Exemplar"}

// spoil overwrites all that can be reached and set, except what readings share.
func spoil(v reflect.Value, seen map[any]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			return
		}
		seen[v.Pointer()] = true
		spoil(v.Elem(), seen)
	case reflect.Interface:
		if !v.IsNil() && v.Elem().Kind() == reflect.Pointer {
			spoil(v.Elem(), seen)
		}
	case reflect.Struct:
		if _, ok := v.Interface().(time.Time); ok {
			v.SetZero()
			return
		}
		for i := range v.NumField() {
			if !slices.Contains(shared, v.Type().Field(i).Name) {
				spoil(v.Field(i), seen)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			spoil(v.Index(i), seen)
		}
	case reflect.Map:
		v.Clear()
	default:
		v.SetZero()
	}
}

func TestReadCostsWhatExists(t *testing.T) {
	tags := []*record.Tag{oneClosed("a", 128, record.ClosedTag{}), oneClosed("b", 126, record.ClosedTag{})}
	set := started(NewCounts(SeriesInfo{Name: unique("cost"), Tags: tags}))
	set.At(16000).Inc()
	now := time.Now()
	if n := testing.AllocsPerRun(20, func() { set.read(now, nil) }); n > 20 {
		t.Errorf("a Read of one series of %d allocates %v times", len(set.table), n)
	}
}

// The first reading of many series makes their labels and values in blocks; each has its own.
func TestFirstReadAllocatesInBlocks(t *testing.T) {
	const n = 2000
	a, b := oneClosed("a", n, record.ClosedTag{}), oneClosed("b", 1, record.ClosedTag{})
	now := time.Now()
	var sets []*Distributions
	for range 6 { // AllocsPerRun calls the function once more
		set := started(NewDistributions(SeriesInfo{Name: unique("first"), Tags: []*record.Tag{b, a}, Bounds: []float64{1}}))
		for i := range uint64(n) {
			set.At(i * b.Indices()).Record(1)
		}
		sets = append(sets, set)
	}
	var read *metric.Metric
	if allocs := testing.AllocsPerRun(len(sets)-1, func() { read, sets = sets[0].read(now, nil), sets[1:] }); allocs > 100 {
		t.Errorf("a first reading of %d series allocates %v times", n, allocs)
	}
	for i, s := range read.Series {
		want := []metric.LabelValue{metric.NewLabelValue(a.Text(uint32(i + 1))), metric.NewLabelValue(b.Text(1))}
		if !slices.Equal(s.LabelValues, want) || cap(s.LabelValues) != len(want) {
			t.Fatalf("series %d has the labels %v, want %v", i, s.LabelValues, want)
		}
	}
}

// TestReadOfWhatStopsMeanwhile: a series that was bound and has no record yet
// ends while it is read. It is no record of zero.
func TestReadOfWhatStopsMeanwhile(t *testing.T) {
	info := SeriesInfo{Name: unique("stopping"), Tags: []*record.Tag{oneClosed("a", 2, record.ClosedTag{})}}
	last, sums := started(NewInt64LastValues(info)), started(NewInt64Sums(info))
	last.Bind(0)
	sums.Bind(0)
	stopsFirst(last)
	stopsFirst(sums)
	for _, s := range []Set{last, sums} {
		if m := s.read(time.Now(), nil); m != nil {
			t.Errorf("%+v %+v", m.Descriptor, *m.Series[0])
		}
	}
}

// stopsFirst has a set stop when its series are about to be read.
func stopsFirst[C any](s *SeriesSet[C]) {
	reader := s.kind.reader
	s.kind.reader = func(n int, zero bool) func(*C, any) any {
		s.stop()
		return reader(n, zero)
	}
}
