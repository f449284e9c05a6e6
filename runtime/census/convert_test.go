package census

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/resource"
	"go.opencensus.io/trace"
)

// at is a moment that tests name by its seconds.
func at(seconds int) time.Time { return time.Unix(int64(seconds), 0) }

// seriesOf returns a metric of one series for each value; nil is a nil series.
func seriesOf(kind metricdata.Type, series ...[]any) *metricdata.Metric {
	m := &metricdata.Metric{Descriptor: metricdata.Descriptor{Name: "m", Type: kind}}
	for _, values := range series {
		ts := &metricdata.TimeSeries{StartTime: at(1)}
		for i, v := range values {
			ts.Points = append(ts.Points, metricdata.Point{Time: at(10 + i), Value: v})
		}
		m.TimeSeries = append(m.TimeSeries, ts)
	}
	return m
}

// What has no value is left out; of several points the last one counts; values of
// types that OpenCensus does not have are left to exporters, which refuse them.
func TestConvertValues(t *testing.T) {
	type strange struct{ n int }
	var noDistribution *metricdata.Distribution
	var noSummary *metricdata.Summary
	m := seriesOf(metricdata.TypeGaugeInt64,
		[]any{}, []any{nil}, []any{noDistribution}, []any{noSummary}, // no value
		[]any{int64(1), int64(2), int64(3)}, []any{2.5}, []any{noSummary, int64(4)},
		[]any{"text"}, []any{strange{1}}, []any{int32(5)},
		[]any{int64(6), nil}, // no value
		[]any{&metricdata.Summary{Count: 2, Sum: 3, HasCountAndSum: true, Snapshot: metricdata.Snapshot{Count: 1, Sum: 2, Percentiles: map[float64]float64{50: 1}}}},
	)
	m.TimeSeries = slices.Insert(m.TimeSeries, 2, (*metricdata.TimeSeries)(nil))
	want := []metric.Point{
		{Time: at(12), Value: int64(3)}, {Time: at(10), Value: 2.5}, {Time: at(11), Value: int64(4)},
		{Time: at(10), Value: "text"}, {Time: at(10), Value: strange{1}}, {Time: at(10), Value: int32(5)},
		{Time: at(10), Value: &metric.Summary{Count: 2, Sum: 3, HasCountAndSum: true, Snapshot: metric.Snapshot{Count: 1, Sum: 2, Percentiles: map[float64]float64{50: 1}}}},
	}
	got := convert(m, nil, nil, memoryKey{})
	var points []metric.Point
	for _, s := range got.Series {
		points = append(points, s.Point)
		if !s.StartTime.Equal(at(1)) || len(s.LabelValues) != 0 {
			t.Errorf("%+v", s)
		}
	}
	if !reflect.DeepEqual(points, want) {
		t.Errorf("got %+v\nwant %+v", points, want)
	}
}

// A metric that is nil is left out, and one without series stays.
func TestReadNilMetrics(t *testing.T) {
	name := unique("empty")
	produce(t, &fixedProducer{[]*metricdata.Metric{nil, {Descriptor: metricdata.Descriptor{Name: name}}, nil}})
	metrics, err := source{}.Read(nil)
	if m := find(metrics, name); err != nil || m == nil || len(m.Series) != 0 || slices.Contains(metrics, nil) {
		t.Errorf("%v, %+v", err, m)
	}
}

func TestConvertDistributions(t *testing.T) {
	for _, c := range []struct {
		name string
		from metricdata.Distribution
		want metric.Distribution
	}{
		{"without bounds", metricdata.Distribution{Count: 3, Sum: 6, SumOfSquaredDeviation: 2},
			metric.Distribution{Count: 3, Sum: 6, SumOfSquaredDeviation: 2, Bounds: []float64{}, Buckets: []metric.Bucket{{Count: 3}}}},
		{"with no bounds", metricdata.Distribution{Count: 3, BucketOptions: &metricdata.BucketOptions{}, Buckets: []metricdata.Bucket{{Count: 3}}},
			metric.Distribution{Count: 3, Bounds: []float64{}, Buckets: []metric.Bucket{{Count: 3}}}},
		{"buckets alone", metricdata.Distribution{Count: 3, Buckets: []metricdata.Bucket{{Count: 3}}},
			metric.Distribution{Count: 3, Bounds: []float64{}, Buckets: []metric.Bucket{{Count: 3}}}},
		{"bounds alone", metricdata.Distribution{Count: 3, BucketOptions: &metricdata.BucketOptions{Bounds: []float64{1, 2}}},
			metric.Distribution{Count: 3, Bounds: []float64{1, 2}}}, // exporters refuse it
		{"both", metricdata.Distribution{Count: 3, BucketOptions: &metricdata.BucketOptions{Bounds: []float64{1}}, Buckets: []metricdata.Bucket{{Count: 1}, {Count: 2}}},
			metric.Distribution{Count: 3, Bounds: []float64{1}, Buckets: []metric.Bucket{{Count: 1}, {Count: 2}}}},
	} {
		m := convert(seriesOf(metricdata.TypeCumulativeDistribution, []any{&c.from}), nil, nil, memoryKey{})
		if got := m.Series[0].Point.Value; !reflect.DeepEqual(got, &c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, &c.want)
		}
	}
}

// A span is told by its key and type; everything else that is attached becomes text.
func TestConvertAttachments(t *testing.T) {
	span := trace.SpanContext{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceOptions: 1}
	for _, c := range []struct {
		attached metricdata.Attachments
		span     metric.Span
		text     map[string]string
	}{
		{nil, metric.Span{}, nil},
		{metricdata.Attachments{metricdata.AttachmentKeySpanContext: span},
			metric.Span{TraceID: metric.TraceID{1}, SpanID: metric.SpanID{2}, Sampled: true}, nil},
		{metricdata.Attachments{metricdata.AttachmentKeySpanContext: "no span", "n": 7, "err": errors.New("e"), "nil": nil},
			metric.Span{}, map[string]string{metricdata.AttachmentKeySpanContext: "no span", "n": "7", "err": "e", "nil": "<nil>"}},
		{metricdata.Attachments{"another key": trace.SpanContext{}}, metric.Span{}, map[string]string{"another key": fmt.Sprint(trace.SpanContext{})}},
	} {
		got := exemplar(&metricdata.Exemplar{Value: 1.5, Timestamp: at(3), Attachments: c.attached})
		want := &metric.Exemplar{Value: 1.5, Timestamp: at(3), Span: c.span, Attachments: c.text}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %+v, want %+v", c.attached, got, want)
		}
	}
	if exemplar(nil) != nil {
		t.Error("there is no exemplar")
	}
}

func TestConvertDescriptor(t *testing.T) {
	m := &metricdata.Metric{
		Descriptor: metricdata.Descriptor{Name: "m", Description: "D.", Unit: "By", Type: metricdata.TypeCumulativeFloat64,
			LabelKeys: []metricdata.LabelKey{{Key: "a", Description: "A."}, {Key: "b"}}},
		Resource: &resource.Resource{Type: "vm", Labels: map[string]string{"zone": "z"}},
		TimeSeries: []*metricdata.TimeSeries{{
			LabelValues: []metricdata.LabelValue{metricdata.NewLabelValue(""), {}},
			Points:      []metricdata.Point{{Value: 1.0}},
		}},
	}
	want := &metric.Metric{
		Descriptor: metric.Descriptor{Name: "m", Description: "D.", Unit: "By", Type: metric.TypeCumulativeFloat64,
			LabelKeys: []metric.LabelKey{{Key: "a", Description: "A."}, {Key: "b"}}},
		Resource: &metric.Resource{Type: "vm", Labels: map[string]string{"zone": "z"}},
		Series:   []*metric.Series{{LabelValues: []metric.LabelValue{metric.NewLabelValue(""), {}}, Point: metric.Point{Value: 1.0}}},
	}
	if got := convert(m, nil, nil, memoryKey{}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// Each type has its own; what OpenCensus does not have is unknown, both ways.
func TestConvertTypes(t *testing.T) {
	for i := metric.TypeGaugeInt64; i <= metric.TypeSummary; i++ {
		out := descriptorOut(metric.Descriptor{Type: i}).Type
		if back := typeOf(out); back != i || strings.ReplaceAll(strings.ToLower(out.String()), "type", "") != strings.ReplaceAll(i.String(), " ", "") {
			t.Errorf("%v is %v, and back %v", i, out, back)
		}
	}
	for _, strange := range []metricdata.Type{-1, metricdata.TypeSummary + 1, 1000} {
		if got := typeOf(strange); got != unknownType || descriptorOut(metric.Descriptor{Type: got}).Type != -1 {
			t.Errorf("%d is %v", strange, got)
		}
	}
}

// A converted metric that OpenCensus's readers get is the one that it was made of.
func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	memory := &record.Memory{}
	for range 2000 {
		m := randomMetric(r)
		for _, memory := range []*record.Memory{nil, memory} {
			ours := convert(m, nil, memory, memoryKey{})
			back := toOpenCensus([]*metric.Metric{ours})
			if dump(back...) != dump(m) {
				t.Fatalf("%s\nbecame\n%s", dump(m), dump(back...))
			}
		}
	}
}

// What OpenCensus's readers get is theirs: the memory of what it was made of may be
// used again.
func TestOutwardOwnsItsMemory(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	memory := &record.Memory{}
	for range 500 {
		m := randomMetric(r)
		back := toOpenCensus([]*metric.Metric{convert(m, nil, memory, memoryKey{})})
		convert(randomMetric(r), nil, memory, memoryKey{})
		if dump(back...) != dump(m) {
			t.Fatalf("%s\nbecame\n%s", dump(m), dump(back...))
		}
	}
}

// dump returns all that metrics say. No bounds are like an empty list of them.
func dump(metrics ...*metricdata.Metric) string {
	var text strings.Builder
	for _, m := range metrics {
		fmt.Fprintf(&text, "%+v %+v\n", m.Descriptor, m.Resource)
		for _, ts := range m.TimeSeries {
			fmt.Fprintf(&text, "  %v %v", ts.LabelValues, ts.StartTime)
			for _, p := range ts.Points {
				fmt.Fprintf(&text, " %v %T %+v", p.Time, p.Value, p.Value)
				if d, ok := p.Value.(*metricdata.Distribution); ok {
					text.WriteString(dumpBuckets(d))
				}
			}
			text.WriteString("\n")
		}
	}
	return pointers.ReplaceAllString(text.String(), "")
}

// pointers are what %v prints of pointers within structs, which dumpBuckets follows.
var pointers = regexp.MustCompile("0x[0-9a-f]+")

func dumpBuckets(d *metricdata.Distribution) string {
	text := fmt.Sprint(" bounds ", d.BucketOptions.Bounds)
	for _, b := range d.Buckets {
		if e := b.Exemplar; e != nil {
			text += fmt.Sprintf(" %v at %v with %T %+v", e.Value, e.Timestamp, e.Attachments[metricdata.AttachmentKeySpanContext], e.Attachments)
		}
	}
	return text
}

// randomMetric returns one as OpenCensus's views and registries make them: with a point
// a series, and buckets in distributions.
func randomMetric(r *rand.Rand) *metricdata.Metric {
	kind := metricdata.Type(r.IntN(int(metricdata.TypeSummary) + 1))
	m := &metricdata.Metric{Descriptor: metricdata.Descriptor{
		Name: fmt.Sprint("m", r.IntN(3)), Description: fmt.Sprint("D", r.IntN(3)), Unit: metricdata.Unit([]string{"1", "ms", "By"}[r.IntN(3)]), Type: kind}}
	for i := range r.IntN(4) {
		m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metricdata.LabelKey{Key: fmt.Sprint("k", i), Description: "K."})
	}
	if r.IntN(3) == 0 {
		m.Resource = &resource.Resource{Type: "vm", Labels: map[string]string{"zone": fmt.Sprint(r.IntN(3))}}
	}
	m.TimeSeries = []*metricdata.TimeSeries{}
	for range r.IntN(5) {
		values := []metricdata.LabelValue{}
		for range m.Descriptor.LabelKeys {
			values = append(values, []metricdata.LabelValue{{}, metricdata.NewLabelValue(fmt.Sprint(r.IntN(100)))}[r.IntN(2)])
		}
		m.TimeSeries = append(m.TimeSeries, &metricdata.TimeSeries{
			LabelValues: values, StartTime: at(r.IntN(100)),
			Points: []metricdata.Point{{Time: at(100 + r.IntN(100)), Value: randomValue(r, kind)}},
		})
	}
	return m
}

func randomValue(r *rand.Rand, kind metricdata.Type) any {
	switch kind {
	case metricdata.TypeGaugeInt64, metricdata.TypeCumulativeInt64:
		return r.Int64()
	case metricdata.TypeGaugeFloat64, metricdata.TypeCumulativeFloat64:
		return r.NormFloat64()
	case metricdata.TypeSummary:
		return &metricdata.Summary{Count: r.Int64N(9), Sum: r.Float64(), HasCountAndSum: r.IntN(2) == 0,
			Snapshot: metricdata.Snapshot{Count: r.Int64N(9), Sum: r.Float64(), Percentiles: map[float64]float64{50: r.Float64(), 99: r.Float64()}}}
	}
	d := &metricdata.Distribution{Count: r.Int64N(99), Sum: r.Float64(), SumOfSquaredDeviation: r.Float64(), BucketOptions: &metricdata.BucketOptions{}}
	for i := range r.IntN(5) {
		d.BucketOptions.Bounds = append(d.BucketOptions.Bounds, float64(i+1))
	}
	for range len(d.BucketOptions.Bounds) + 1 {
		d.Buckets = append(d.Buckets, metricdata.Bucket{Count: r.Int64N(9), Exemplar: randomExemplar(r)})
	}
	return d
}

func randomExemplar(r *rand.Rand) *metricdata.Exemplar {
	e := &metricdata.Exemplar{Value: r.Float64(), Timestamp: at(r.IntN(99)), Attachments: metricdata.Attachments{}}
	switch r.IntN(4) {
	case 0:
		return nil
	case 1:
		e.Attachments["text"] = fmt.Sprint(r.IntN(9))
	case 2:
		e.Attachments[metricdata.AttachmentKeySpanContext] = trace.SpanContext{TraceID: trace.TraceID{byte(1 + r.IntN(9))},
			SpanID: trace.SpanID{byte(r.IntN(9))}, TraceOptions: trace.TraceOptions(r.IntN(2))}
	}
	return e
}

// A changing producer gives other metrics at each reading.
type changing struct{ now []*metricdata.Metric }

func (c *changing) Read() []*metricdata.Metric { return c.now }

// Readings with one Memory have the same as readings without, whatever changed between
// them: the number of metrics and series, their types and labels. Two producers give
// metrics of one name.
func TestMemoryIsUsedAgain(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	one, other := &changing{}, &changing{}
	produce(t, one)
	produce(t, other)
	memory := &record.Memory{}
	for round := range 500 {
		want := map[string]int{}
		for _, p := range []*changing{one, other} {
			p.now = nil
			for range r.IntN(4) {
				m := randomMetric(r)
				p.now = append(p.now, m)
				want[dump(m)]++
			}
		}
		metrics, err := source{}.Read(memory)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range metrics {
			m.Descriptor.Fallen = false // a random total falls, and would be a gauge
		}
		for _, m := range toOpenCensus(metrics) {
			if len(m.Descriptor.Name) == 2 { // of randomMetric
				want[dump(m)]--
			}
		}
		for text, n := range want {
			if n != 0 {
				t.Fatalf("round %d: %d of\n%s", round, n, text)
			}
		}
	}
}

// A second reading of the same metrics makes no new series, labels, bounds or buckets, also if
// the metrics have another order.
func TestMemoryIsSpared(t *testing.T) {
	m := seriesOf(metricdata.TypeCumulativeDistribution, []any{&metricdata.Distribution{
		Count: 1, BucketOptions: &metricdata.BucketOptions{Bounds: []float64{1}}, Buckets: []metricdata.Bucket{{Count: 1}, {}}}})
	m.TimeSeries[0].LabelValues = []metricdata.LabelValue{metricdata.NewLabelValue("v")}
	total := seriesOf(metricdata.TypeCumulativeInt64, []any{int64(1)})
	total.Descriptor.Name = "total"
	producer := &fixedProducer{[]*metricdata.Metric{m, total}}
	produce(t, producer)
	memory := &record.Memory{}
	read := func() (*metric.Series, *metric.Distribution) {
		metrics, err := source{}.Read(memory)
		if err != nil {
			t.Fatal(err)
		}
		s := find(metrics, "m").Series[0]
		return s, s.Point.Value.(*metric.Distribution)
	}
	s, d := read()
	label, bound, bucket := &s.LabelValues[0], &d.Bounds[0], &d.Buckets[0]
	for _, order := range [][]*metricdata.Metric{{m, total}, {total, m}} {
		producer.metrics = order
		again, e := read()
		if again != s || e != d || &again.LabelValues[0] != label || &e.Bounds[0] != bound || &e.Buckets[0] != bucket {
			t.Error("the memory of the first reading is not used again")
		}
	}
}

// What Gather returns shares nothing with the producer's metrics nor with another
// reading.
func TestGatherSharesNothing(t *testing.T) {
	distribution := &metricdata.Distribution{Count: 1, BucketOptions: &metricdata.BucketOptions{Bounds: []float64{1}},
		Buckets: []metricdata.Bucket{{Count: 1, Exemplar: &metricdata.Exemplar{Value: 1, Attachments: metricdata.Attachments{"k": "v"}}}, {}}}
	summary := &metricdata.Summary{Count: 1, Snapshot: metricdata.Snapshot{Percentiles: map[float64]float64{50: 1}}}
	m := seriesOf(metricdata.TypeCumulativeDistribution, []any{distribution}, []any{summary})
	m.Descriptor.Name = unique("shared")
	m.Descriptor.LabelKeys = []metricdata.LabelKey{{Key: "a"}}
	for _, ts := range m.TimeSeries {
		ts.LabelValues = []metricdata.LabelValue{metricdata.NewLabelValue("x")}
	}
	m.Resource = &resource.Resource{Type: "vm", Labels: map[string]string{"zone": "z"}}
	produce(t, &fixedProducer{[]*metricdata.Metric{m}})
	before := dump(m)
	g := gathered(t, m.Descriptor.Name)
	g.Descriptor.LabelKeys[0].Key = "spoilt"
	g.Resource.Labels["zone"] = "spoilt"
	d, s := g.Series[0].Point.Value.(*metric.Distribution), g.Series[1].Point.Value.(*metric.Summary)
	d.Bounds[0], d.Buckets[0].Count, d.Buckets[0].Exemplar.Value = 9, 9, 9
	d.Buckets[0].Exemplar.Attachments["k"] = "spoilt"
	s.Snapshot.Percentiles[50] = 9
	g.Series[0].LabelValues[0].Value = "spoilt"
	if after := dump(m); after != before {
		t.Errorf("was %s\nis %s", before, after)
	}
	if again := gathered(t, m.Descriptor.Name); strings.Contains(dump(toOpenCensus([]*metric.Metric{again})...), "spoilt") {
		t.Errorf("%+v", again)
	}
}

// A first reading, which every Gather and every scrape is, makes the memory of many series
// at once; bounds are made once, and again where they change.
func TestConvertAllocatesInBlocks(t *testing.T) {
	m := seriesOf(metricdata.TypeCumulativeDistribution)
	for i := range 2000 {
		one := seriesOf(metricdata.TypeCumulativeDistribution, []any{&metricdata.Distribution{Count: 1,
			BucketOptions: &metricdata.BucketOptions{Bounds: []float64{1, 2, float64(3 + i/1000)}}, Buckets: make([]metricdata.Bucket, 4)}}).TimeSeries[0]
		one.LabelValues = []metricdata.LabelValue{metricdata.NewLabelValue("a"), {}, metricdata.NewLabelValue("c")}
		m.TimeSeries = append(m.TimeSeries, one)
	}
	var read *metric.Metric
	if n := testing.AllocsPerRun(10, func() { read = convert(m, nil, nil, memoryKey{}) }); n > 100 {
		t.Errorf("%v allocations for %d series", n, len(m.TimeSeries))
	}
	for i, s := range read.Series {
		d := s.Point.Value.(*metric.Distribution)
		if want := []float64{1, 2, float64(3 + i/1000)}; !slices.Equal(d.Bounds, want) || len(d.Buckets) != 4 || cap(d.Buckets) != 4 {
			t.Fatalf("series %d has the bounds %v, want %v, and %d buckets", i, d.Bounds, want, len(d.Buckets))
		}
		if len(s.LabelValues) != 3 || cap(s.LabelValues) != 3 || s.LabelValues[2].Value != "c" {
			t.Fatalf("series %d has the labels %v", i, s.LabelValues)
		}
	}
}
