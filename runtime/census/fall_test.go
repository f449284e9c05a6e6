package census

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/resource"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

func wantFallen(t *testing.T, when, name string, want bool) {
	t.Helper()
	m := gathered(t, name)
	if m == nil {
		t.Fatalf("%s: %s is not gathered", when, name)
	}
	if m.Descriptor.Fallen != want {
		t.Errorf("%s: fallen is %t, want %t", when, m.Descriptor.Fallen, want)
	}
}

// TestSumFalls: once a view has fallen it stays so, with all of its series, until the process
// ends, also under another registration.
func TestSumFalls(t *testing.T) {
	whole, real, key := stats.Int64(unique("open"), "", "1"), stats.Float64(unique("open"), "", "1"), tag.MustNewKey("kind")
	for _, c := range []struct {
		measure stats.Measure
		of      func(v int64) stats.Measurement
	}{{whole, whole.M}, {real, func(v int64) stats.Measurement { return real.M(float64(v) / 4) }}} {
		v := &view.View{Name: unique("open"), Measure: c.measure, Aggregation: view.Sum(), TagKeys: []tag.Key{key}}
		registerView(t, v)
		record := func(v int64, kind string) {
			_ = stats.RecordWithTags(context.Background(), []tag.Mutator{tag.Upsert(key, kind)}, c.of(v))
		}
		record(1, "a")
		record(1, "b")
		wantFallen(t, "after the first records", v.Name, false)
		wantFallen(t, "unchanged", v.Name, false)
		record(1, "a")
		record(1, "a")
		wantFallen(t, "risen", v.Name, false)
		record(-1, "a")
		wantFallen(t, "fallen", v.Name, true)
		record(100, "a")
		wantFallen(t, "risen again", v.Name, true)
		view.Unregister(v)
		if err := view.Register(v); err != nil {
			t.Fatal(err)
		}
		record(1, "b")
		wantFallen(t, "registered again", v.Name, true)
	}
}

// TestResetIsNoFall: a view that is registered anew has totals with another start.
func TestResetIsNoFall(t *testing.T) {
	m := stats.Int64(unique("open"), "", "1")
	v := &view.View{Name: unique("open"), Measure: m, Aggregation: view.Sum()}
	registerView(t, v)
	for _, total := range []int64{5, 3, 1} {
		stats.Record(context.Background(), m.M(total))
		wantFallen(t, "registered anew", v.Name, false)
		view.Unregister(v)
		if err := view.Register(v); err != nil {
			t.Fatal(err)
		}
	}
	stats.Record(context.Background(), m.M(-1))
	wantFallen(t, "below zero at first", v.Name, true)
}

// TestOtherAggregationsNeverFall: only a total can.
func TestOtherAggregationsNeverFall(t *testing.T) {
	m := stats.Int64(unique("open"), "", "1")
	var names []string
	for _, a := range []*view.Aggregation{view.Count(), view.LastValue(), view.Distribution(1, 2)} {
		v := &view.View{Name: unique("open"), Measure: m, Aggregation: a}
		registerView(t, v)
		names = append(names, v.Name)
	}
	for _, n := range []int64{5, 1, -3} {
		stats.Record(context.Background(), m.M(n))
		for _, name := range names {
			wantFallen(t, fmt.Sprint("after ", n), name, false)
		}
	}
}

// TestSumOfGeneratedPackageFalls: other code may record an existing measure. The metric keeps
// the schema's descriptor.
func TestSumOfGeneratedPackageFalls(t *testing.T) {
	m := stats.Int64(unique("existing"), "", "s")
	views := []*view.View{
		{Name: unique("sum"), Measure: m, Aggregation: view.Sum()},
		{Name: unique("count"), Measure: m, Aggregation: view.Count()},
	}
	p := record.NewPackage(record.PackageInfo{
		Name:  unique("existing"),
		Parts: []record.Part{Views(ViewsInfo{Views: func() []*view.View { return views }, Existing: []Existing{{Measure: m, Name: m.Name(), Unit: "s"}}})},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: views[0].Name, Unit: "s", Type: metric.TypeCumulativeInt64}, {Name: views[1].Name, Unit: "1", Type: metric.TypeCumulativeInt64}}
		},
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	for i, n := range []int64{2, -1} {
		stats.Record(context.Background(), m.M(n))
		wantFallen(t, "sum", views[0].Name, i == 1)
		wantFallen(t, "count", views[1].Name, false)
	}
	if d := gathered(t, views[0].Name).Descriptor; d.Unit != "s" || p.Descriptors()[0].Fallen {
		t.Errorf("%+v of %+v", d, p.Descriptors())
	}
	if counts := countViews(); !counts[views[1].Name] || counts[views[0].Name] {
		t.Errorf("views that count: %v", counts)
	}
}

// A history is readings of one metric by one reader after another.
type history struct {
	watch *fallWatch
	kind  metric.Type
}

func newHistory(kind metric.Type) *history {
	return &history{&fallWatch{metrics: map[string]*watchedMetric{}}, kind}
}

// read enters a reading that began with the number, and reports whether the metric has fallen.
func (h *history) read(began uint64, series ...*metric.Series) bool {
	m := &metric.Metric{Descriptor: metric.Descriptor{Name: "m", Type: h.kind}, Series: series}
	h.watch.mark(began, []*metric.Metric{m}, nil)
	return m.Descriptor.Fallen
}

// next is read for a reading after all others.
func (h *history) next(series ...*metric.Series) bool { return h.read(h.watch.begin(), series...) }

func total(start int64, value any, labels ...string) *metric.Series {
	s := &metric.Series{StartTime: time.Unix(start, 0), Point: metric.Point{Value: value}}
	for _, l := range labels {
		s.LabelValues = append(s.LabelValues, metric.LabelValue{Value: l, Present: l != "absent"})
	}
	return s
}

func TestWhatIsAFall(t *testing.T) {
	const whole, real = metric.TypeCumulativeInt64, metric.TypeCumulativeFloat64
	type reading []*metric.Series
	for name, c := range map[string]struct {
		kind     metric.Type
		readings []reading
		want     bool // after the last reading; before it the metric has not fallen
	}{
		"equal":                       {whole, []reading{{total(1, int64(5))}, {total(1, int64(5))}}, false},
		"lower":                       {whole, []reading{{total(1, int64(5))}, {total(1, int64(4))}}, true},
		"lower by one beyond 2^53":    {whole, []reading{{total(1, int64(1<<60))}, {total(1, int64(1<<60-1))}}, true},
		"lower with another start":    {whole, []reading{{total(1, int64(5))}, {total(2, int64(4))}}, false},
		"lower with an earlier start": {whole, []reading{{total(2, int64(5))}, {total(1, int64(4))}}, false},
		"lower after a new start":     {whole, []reading{{total(1, int64(5))}, {total(2, int64(4))}, {total(2, int64(3))}}, true},
		"negative":                    {whole, []reading{{total(1, int64(-1))}}, true},
		"smallest":                    {whole, []reading{{total(1, int64(math.MinInt64))}}, true},
		"negative with another start": {whole, []reading{{total(1, int64(5))}, {total(2, int64(-1))}}, true},
		"float lower":                 {real, []reading{{total(1, 5.0)}, {total(1, math.Nextafter(5, 0))}}, true},
		"float higher":                {real, []reading{{total(1, 0.0)}, {total(1, math.SmallestNonzeroFloat64)}, {total(1, 1e-300)}, {total(1, 2.5)}, {total(1, 1e300)}, {total(1, math.Inf(1))}}, false},
		"float negative":              {real, []reading{{total(1, -0.5)}}, true},
		"float -0":                    {real, []reading{{total(1, 0.0)}, {total(1, math.Copysign(0, -1))}}, false},
		"-Inf":                        {real, []reading{{total(1, math.Inf(-1))}}, true},
		"below infinity":              {real, []reading{{total(1, math.Inf(1))}, {total(1, 1.0)}}, true},
		"NaN is no fall":              {real, []reading{{total(1, 5.0)}, {total(1, math.NaN())}, {total(1, 5.0)}}, false},
		"lower after NaN":             {real, []reading{{total(1, 5.0)}, {total(1, math.NaN())}, {total(1, 4.0)}}, true},
		"other values":                {whole, []reading{{total(1, "five")}, {total(1, nil)}}, false},
		"one of several series":       {whole, []reading{{total(1, int64(5), "a"), total(1, int64(5), "b")}, {total(1, int64(9), "b"), total(1, int64(4), "a")}}, true},
		"absent and empty":            {whole, []reading{{total(1, int64(5), "absent"), total(1, int64(3), "")}, {total(1, int64(3), ""), total(1, int64(5), "absent")}}, false},
		"absent falls beside empty":   {whole, []reading{{total(1, int64(5), "absent"), total(1, int64(3), "")}, {total(1, int64(3), ""), total(1, int64(4), "absent")}}, true},
		"labels with one text":        {whole, []reading{{total(1, int64(5), "ab", "c"), total(1, int64(3), "a", "bc")}, {total(1, int64(3), "a", "bc"), total(1, int64(5), "ab", "c")}}, false},
		"gone":                        {whole, []reading{{total(1, int64(5), "a")}, {}}, false},
		"gone, with the same start":   {whole, []reading{{total(1, int64(5), "a")}, {}, {total(1, int64(4), "a")}}, true},
		"gone, with another start":    {whole, []reading{{total(1, int64(5), "a")}, {}, {total(3, int64(4), "a")}}, false},
		"two series of a name":        {whole, []reading{{total(1, int64(5)), total(1, int64(3))}, {total(1, int64(3)), total(1, int64(5))}, {total(1, int64(5)), total(1, int64(4))}}, false},
		"two starts, higher falls":    {whole, []reading{{total(1, int64(3)), total(2, int64(15))}, {total(1, int64(3)), total(2, int64(14))}}, true},
		"two starts, lower falls":     {whole, []reading{{total(1, int64(10)), total(2, int64(5))}, {total(1, int64(10)), total(2, int64(4))}}, true},
		"gauge":                       {metric.TypeGaugeInt64, []reading{{total(1, int64(5))}, {total(1, int64(-4))}}, false},
	} {
		h := newHistory(c.kind)
		for i, r := range c.readings {
			last := i == len(c.readings)-1
			if got := h.next(r...); got != (c.want && last) {
				t.Errorf("%s: fallen is %t after reading %d of %d", name, got, i+1, len(c.readings))
			}
		}
		if c.want && !h.next(total(1, int64(1000), "other")) {
			t.Errorf("%s: has not fallen any more", name)
		}
	}
}

// TestTypeOfTotalsChanges: a total of another type is another metric.
func TestTypeOfTotalsChanges(t *testing.T) {
	h := newHistory(metric.TypeCumulativeFloat64)
	h.next(total(1, 5.0))
	h.kind = metric.TypeCumulativeInt64
	if h.next(total(1, int64(4))) || !h.next(total(1, int64(3))) {
		t.Error("a float and an int were compared, or two ints were not")
	}
}

// TestProducersOfTwoTypes: two producers may have totals of one name and of different types.
func TestProducersOfTwoTypes(t *testing.T) {
	w := newHistory(metric.TypeCumulativeInt64).watch
	read := func(v int64) bool {
		real := &metric.Metric{Descriptor: metric.Descriptor{Name: "m", Type: metric.TypeCumulativeFloat64}, Series: []*metric.Series{total(1, 5.0)}}
		whole := &metric.Metric{Descriptor: metric.Descriptor{Name: "m", Type: metric.TypeCumulativeInt64}, Series: []*metric.Series{total(1, v)}}
		w.mark(w.begin(), []*metric.Metric{whole, real}, nil)
		return whole.Descriptor.Fallen && real.Descriptor.Fallen
	}
	if read(9) || !read(8) {
		t.Error("9, then 8 beside a float is no fall")
	}
}

// TestLabelsHaveKeys: a producer may give the labels of a metric other keys, or another order.
func TestLabelsHaveKeys(t *testing.T) {
	for _, c := range []struct {
		keys [2]string
		want bool
	}{{[2]string{"a", "b"}, true}, {[2]string{"b", "a"}, false}, {[2]string{"a", "c"}, false}} {
		h := newHistory(metric.TypeCumulativeInt64)
		read := func(keys [2]string, v int64) bool {
			m := &metric.Metric{
				Descriptor: metric.Descriptor{Name: "m", Type: h.kind, LabelKeys: []metric.LabelKey{{Key: keys[0]}, {Key: keys[1]}}},
				Series:     []*metric.Series{total(1, v, "x", "y")},
			}
			h.watch.mark(h.watch.begin(), []*metric.Metric{m}, nil)
			return m.Descriptor.Fallen
		}
		read([2]string{"a", "b"}, 9)
		if got := read(c.keys, 8); got != c.want {
			t.Errorf("keys %q: fallen is %t, want %t", c.keys, got, c.want)
		}
	}
}

// TestOverlappingReadings: of two readings at once, the one that is entered later may have the
// older values.
func TestOverlappingReadings(t *testing.T) {
	h := newHistory(metric.TypeCumulativeInt64)
	h.next(total(1, int64(1)))
	older, newer := h.watch.begin(), h.watch.begin()
	if h.read(newer, total(1, int64(6))) || h.read(older, total(1, int64(5))) {
		t.Fatal("a value that was read before counts as a fall")
	}
	if !h.next(total(1, int64(5))) {
		t.Error("6 was reached, and 5 is no fall")
	}

	h = newHistory(metric.TypeCumulativeInt64)
	h.next(total(1, int64(6), "a"), total(1, int64(2), "b"))
	one, two, three := h.watch.begin(), h.watch.begin(), h.watch.begin()
	if h.read(one, total(1, int64(8), "a"), total(1, int64(2), "b")) || h.read(two, total(1, int64(7), "a"), total(9, int64(1), "b")) {
		t.Fatal("a value that was read before, or that began again, counts as a fall")
	}
	if !h.read(three, total(1, int64(5), "a")) {
		t.Error("6 was reached before all three readings, and 5 is no fall")
	}
}

// TestResourcesHaveSeries: two producers may have a metric of one name, each with a resource.
func TestResourcesHaveSeries(t *testing.T) {
	name := unique("shared")
	of := func(pod string, value int64) *fixedProducer {
		return &fixedProducer{[]*metricdata.Metric{{
			Descriptor: metricdata.Descriptor{Name: name, Type: metricdata.TypeCumulativeInt64},
			Resource:   &resource.Resource{Labels: map[string]string{"pod": pod}},
			TimeSeries: []*metricdata.TimeSeries{{StartTime: time.Unix(1, 0), Points: []metricdata.Point{{Value: value}}}},
		}}}
	}
	low, high := of("low", 1), of("high", 5)
	produce(t, low)
	produce(t, high)
	fallen := func() (n int) {
		for _, m := range runtime.Gather(context.Background()) {
			if m.Descriptor.Name == name && m.Descriptor.Fallen {
				n++
			}
		}
		return n
	}
	for range 20 { // the order of producers changes
		if n := fallen(); n != 0 {
			t.Fatalf("%d have fallen", n)
		}
	}
	high.metrics[0].TimeSeries[0].Points[0].Value = int64(4)
	if n := fallen(); n != 2 {
		t.Errorf("%d have fallen, want both, because a name has one type", n)
	}
}

// TestWatchIsBounded: neither names nor series that are gone stay for ever, but some do.
func TestWatchIsBounded(t *testing.T) {
	h := newHistory(metric.TypeCumulativeInt64)
	for i := range 10 * spare {
		h.next(total(1, int64(5), strconv.Itoa(i)))
		if n := len(h.watch.metrics["m"].series); n > spare+2 {
			t.Fatalf("%d series are remembered", n)
		}
	}
	h.next(total(1, int64(5), "few"))
	for i := range spare - 1 {
		h.next(total(1, int64(5), "later"+strconv.Itoa(i%10)))
	}
	if !h.next(total(1, int64(4), "few")) {
		t.Error("a series is forgotten although there were few others")
	}
	for i := range 10 * spare {
		m := &metric.Metric{Descriptor: metric.Descriptor{Name: strconv.Itoa(i), Type: metric.TypeCumulativeInt64}}
		h.watch.mark(h.watch.begin(), []*metric.Metric{m}, nil)
		if n := len(h.watch.metrics); n > spare+2 {
			t.Fatalf("%d metrics are remembered", n)
		}
		if i == spare/2 && !h.next(total(1, int64(9))) {
			t.Error("the fall is forgotten although there were few others")
		}
	}
	if h.next(total(9, int64(9))) {
		t.Error("the fall is remembered although there were many others")
	}
	for i := range 30 { // metrics of many series come and go
		m := &metric.Metric{Descriptor: metric.Descriptor{Name: "gone" + strconv.Itoa(i), Type: metric.TypeCumulativeInt64}}
		for j := range spare {
			m.Series = append(m.Series, total(1, int64(1), strconv.Itoa(j)))
		}
		h.watch.mark(h.watch.begin(), []*metric.Metric{m}, nil)
		remembered := 0
		for _, m := range h.watch.metrics {
			remembered += len(m.series)
		}
		if remembered > 4*spare {
			t.Fatalf("%d series are remembered", remembered)
		}
	}
}

// TestFallsInRace: readers at once see totals that grow, and none of them sees a fall. For
// the race detector too.
func TestFallsInRace(t *testing.T) {
	m, key := stats.Int64(unique("open"), "", "1"), tag.MustNewKey("kind")
	grows := &view.View{Name: unique("grows"), Measure: m, Aggregation: view.Sum(), TagKeys: []tag.Key{key}}
	registerView(t, grows)
	const readers, readings = 4, 200
	var recording, running sync.WaitGroup
	stop := make(chan struct{})
	recording.Add(1)
	go func() {
		defer recording.Done()
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = stats.RecordWithTags(context.Background(), []tag.Mutator{tag.Upsert(key, strconv.Itoa(i%3))}, m.M(1))
			}
		}
	}()
	for range readers {
		running.Add(1)
		go func() {
			defer running.Done()
			for range readings {
				metrics, err := source{}.Read(nil)
				if err != nil {
					t.Error(err)
				}
				if m := find(metrics, grows.Name); m != nil && m.Descriptor.Fallen {
					t.Error("a total that grows has fallen")
				}
			}
		}()
	}
	running.Wait()
	close(stop)
	recording.Wait()
	wantFallen(t, "before", grows.Name, false)
	_ = stats.RecordWithTags(context.Background(), []tag.Mutator{tag.Upsert(key, "0")}, m.M(-1))
	fallen := make([]bool, readers)
	for i := range readers {
		running.Add(1)
		go func() {
			defer running.Done()
			fallen[i] = gathered(t, grows.Name).Descriptor.Fallen
		}()
	}
	running.Wait()
	if !slices.Contains(fallen, true) {
		t.Error("no reader has seen the fall")
	}
	wantFallen(t, "after", grows.Name, true)
}

// TestFallenGoesOutAsGauge: OpenCensus's cumulatives only grow.
func TestFallenGoesOutAsGauge(t *testing.T) {
	for from, want := range map[metric.Type]metricdata.Type{
		metric.TypeCumulativeInt64: metricdata.TypeGaugeInt64, metric.TypeCumulativeFloat64: metricdata.TypeGaugeFloat64,
	} {
		m := &metric.Metric{Descriptor: metric.Descriptor{Name: "m", Type: from}, Series: []*metric.Series{total(1, int64(3))}}
		if out := toOpenCensus([]*metric.Metric{m})[0]; out.Descriptor.Type != types[from] || out.TimeSeries[0].StartTime.IsZero() {
			t.Errorf("%v became %+v", from, out)
		}
		m.Descriptor.Fallen = true
		if out := toOpenCensus([]*metric.Metric{m})[0]; out.Descriptor.Type != want || !out.TimeSeries[0].StartTime.IsZero() || out.TimeSeries[0].Points[0].Value != int64(3) {
			t.Errorf("%v that has fallen became %+v", from, out)
		}
	}
}
