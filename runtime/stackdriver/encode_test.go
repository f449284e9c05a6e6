package stackdriver

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/genproto/googleapis/api/monitoredres"
	"google.golang.org/protobuf/proto"
)

func testConverter() *converter {
	return &converter{project: "p", prefix: "mysvc", task: "task", resource: &monitoredres.MonitoredResource{
		Type: "k8s_pod", Labels: map[string]string{"location": "eu", "pod_name": "pod-1"},
	}}
}

// decoded returns the time series of a request as a receiver finds them.
func decoded(t testing.TB, r *monitoringpb.CreateTimeSeriesRequest) []*monitoringpb.TimeSeries {
	t.Helper()
	sent, err := proto.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var received monitoringpb.CreateTimeSeriesRequest
	if err := proto.Unmarshal(sent, &received); err != nil {
		t.Fatal(err)
	}
	if received.Name != r.Name || len(received.ProtoReflect().GetUnknown()) > 0 {
		t.Fatalf("received %v", &received)
	}
	return received.TimeSeries
}

// encoded returns the time series that are sent for metrics.
func encoded(t testing.TB, c *converter, metrics []*metric.Metric) ([]*monitoringpb.TimeSeries, []runtime.Failure) {
	t.Helper()
	encoder := c.encoder(metrics)
	var all []*monitoringpb.TimeSeries
	for b := range encoder.batches(metrics) {
		all = append(all, decoded(t, b.request(c.project))...)
	}
	return all, encoder.failures
}

// compareWithReference compares what is sent for metrics, and what is refused, with the
// reference. It returns the numbers of both.
func compareWithReference(t *testing.T, c *converter, encoder *encoder, metrics []*metric.Metric) (sent, refused int) {
	t.Helper()
	points, failures := reference(c, metrics)
	remaining := points
	for b := range encoder.batches(metrics) {
		if n := len(b.points); n != min(200, len(remaining)) {
			t.Fatalf("%d points in a request, and %d are left", n, len(remaining))
		}
		series := decoded(t, b.request(c.project))
		if len(series) != len(b.points) {
			t.Fatalf("%d series for %d points", len(series), len(b.points))
		}
		for i, got := range series {
			want := remaining[i]
			if b.points[i] != (point{want.metric, want.series}) {
				t.Fatalf("point %d is another", i)
			}
			if !bytes.Equal(deterministic(t, got), deterministic(t, want.proto)) {
				t.Fatalf("got\n%v\nwant\n%v", got, want.proto)
			}
		}
		remaining = remaining[len(b.points):]
	}
	if len(remaining) > 0 {
		t.Fatalf("%d series are missing", len(remaining))
	}
	text := func(f runtime.Failure) string { return fmt.Sprintf("%p %p %v %v", f.Metric, f.Series, f.Fate, f.Err) }
	for i := range max(len(failures), len(encoder.failures)) {
		if i >= len(failures) || i >= len(encoder.failures) || text(failures[i]) != text(encoder.failures[i]) {
			t.Fatalf("got\n%v\nwant\n%v", encoder.failures, failures)
		}
	}
	return len(points), len(failures)
}

// deterministic returns a message's only encoding, so that also NaN and -0 are compared.
func deterministic(t *testing.T, m proto.Message) []byte {
	t.Helper()
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEncodingIsTheReference compares random metrics with the reference, also if all
// identities have the same hash.
func TestEncodingIsTheReference(t *testing.T) {
	for _, sameHash := range []bool{false, true} {
		t.Run(fmt.Sprintf("same hash %t", sameHash), func(t *testing.T) {
			r := randomMetrics{rand.New(rand.NewPCG(1, 2))}
			var sent, refused int
			for range 4000 {
				c, metrics := r.converter(), r.metrics()
				encoder := c.encoder(metrics)
				if sameHash {
					encoder.seen.hash = func([]byte) uint64 { return 7 }
				}
				s, f := compareWithReference(t, c, encoder, metrics)
				sent, refused = sent+s, refused+f
			}
			if sent < 10_000 || refused < 3_000 {
				t.Errorf("only %d series were sent, and %d refused", sent, refused)
			}
		})
	}
}

// TestSamplesAreEncoded compares metrics of every type, and requests that are full.
func TestSamplesAreEncoded(t *testing.T) {
	c := testConverter()
	for _, n := range []int{0, 1, 199, 200, 201, 400, 1001} {
		metrics := append(samples(), counted("m", n, -1))
		if sent, _ := compareWithReference(t, c, c.encoder(metrics), metrics); sent != n+11 {
			t.Errorf("%d series are sent, want %d", sent, n+11)
		}
	}
}

// TestRefusals has the errors of single series.
func TestRefusals(t *testing.T) {
	gauge := func(change func(*metric.Metric)) *metric.Metric {
		m := &metric.Metric{
			Descriptor: metric.Descriptor{Name: "m", LabelKeys: keys("a.b", "a-b")},
			Series:     []*metric.Series{{LabelValues: present("x", "y"), Point: metric.Point{Time: time.Now(), Value: int64(1)}}},
		}
		change(m)
		return m
	}
	for _, test := range []struct {
		name   string
		change func(*metric.Metric)
		want   string
	}{
		{"nothing", func(*metric.Metric) {}, ""},
		{"name", func(m *metric.Metric) { m.Descriptor.Name = "\xff" }, `the metric's name "\xff" is not UTF-8`},
		{"absent value", func(m *metric.Metric) { m.Series[0].LabelValues[1] = metric.LabelValue{Value: "\xff"} }, `the label a_b has the value "\xff", which is not UTF-8`},
		{"type of resource", func(m *metric.Metric) { m.Resource = &metric.Resource{Type: "\xff"} }, `the metric's resource has the type "\xff", which is not UTF-8`},
		{"key of resource", func(m *metric.Metric) { m.Resource = &metric.Resource{Labels: map[string]string{"\xff": "v"}} }, `the label "\xff" of the metric's resource has the value "v", which is not UTF-8`},
		{"no distribution", func(m *metric.Metric) { m.Series[0].Point.Value = (*metric.Distribution)(nil) }, "the series has no value: its producer must set one"},
		{"summary", func(m *metric.Metric) { m.Series[0].Point.Value = &metric.Summary{} }, "the point's value has the type *metric.Summary, which no metric has: its producer must set another"},
		{"twice", func(m *metric.Metric) {
			again := *m.Series[0]
			again.LabelValues = present("another", "y")
			m.Series = append(m.Series, &again)
		}, "another series of this export has the same name in Cloud Monitoring, custom.googleapis.com/opencensus/mysvc/mmap[a_b:y opencensus_task:task]: rename one of the views, or a tag key that differs only in punctuation"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, failures := encoded(t, testConverter(), []*metric.Metric{gauge(test.change)})
			got := ""
			for _, f := range failures {
				got += f.Err.Error()
				if f.Fate != runtime.Refused {
					t.Errorf("fate %v", f.Fate)
				}
			}
			if got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestEncodingAllocatesLittle: next to nothing is allocated for a series.
func TestEncodingAllocatesLittle(t *testing.T) {
	const n = 2000
	c := testConverter()
	metrics := []*metric.Metric{counted("count", n, 1), distributions("latency", n)}
	allocated := testing.AllocsPerRun(10, func() {
		sent := 0
		for b := range c.encoder(metrics).batches(metrics) {
			sent += len(b.points)
		}
		if sent != 2*n {
			t.Fatalf("%d series", sent)
		}
	})
	if allocated > n/10 {
		t.Errorf("%v allocations for %d series", allocated, 2*n)
	}
}

// distributions returns a metric with n series that share their bounds.
func distributions(name string, n int) *metric.Metric {
	m := counted(name, n, 1)
	m.Descriptor.Type = metric.TypeCumulativeDistribution
	bounds := []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048}
	for i, s := range m.Series {
		d := &metric.Distribution{Bounds: bounds, Buckets: make([]metric.Bucket, len(bounds)+1), Count: int64(i), Sum: float64(i)}
		d.Buckets[i%len(d.Buckets)].Count = int64(i)
		s.Point.Value = d
	}
	return m
}

// randomMetrics makes metrics, good and malformed.
type randomMetrics struct{ *rand.Rand }

func oneOf[T any](r randomMetrics, all ...T) T { return all[r.IntN(len(all))] }

func (r randomMetrics) rarely() bool { return r.IntN(12) == 0 }

func (r randomMetrics) converter() *converter {
	c := testConverter()
	c.task = oneOf(r, "", "task", strings.Repeat("t", 200))
	c.prefix = oneOf(r, "", "mysvc", "custom.googleapis.com/mysvc")
	c.project = oneOf(r, "p", "a-long-project-name-123456")
	if r.rarely() {
		c.resource = &monitoredres.MonitoredResource{Type: "global"}
	}
	return c
}

func (r randomMetrics) text() string {
	if r.rarely() {
		return oneOf(r, "\xff", "a\xc3", "\n", "\x00", "日本", strings.Repeat("x", 127), strings.Repeat("é", 64), strings.Repeat("long", 5000))
	}
	return oneOf(r, "", "a", "b", "GET", "/cart", "ä")
}

func (r randomMetrics) metrics() []*metric.Metric {
	all := make([]*metric.Metric, 1+r.IntN(4))
	for i := range all {
		all[i] = r.metric()
	}
	return all
}

func (r randomMetrics) metric() *metric.Metric {
	m := &metric.Metric{Descriptor: metric.Descriptor{
		Name: oneOf(r, "shop/a", "shop//a", "shop/b", "shop/c", "x.googleapis.com/a"),
		Type: metric.Type(r.IntN(int(metric.TypeSummary))),
	}}
	d := &m.Descriptor
	if r.rarely() {
		d.Name += r.text()
	}
	if r.rarely() {
		d.Type = oneOf(r, metric.TypeSummary, metric.Type(99))
	}
	d.Fallen = r.rarely()
	for range r.IntN(4) {
		d.LabelKeys = append(d.LabelKeys, metric.LabelKey{Key: oneOf(r, "method", "http.method", "http_method", "http-method", "1st", "key_1st", "opencensus_task", "opencensus.task", "", "\xff", strings.Repeat("k", 130))})
	}
	if r.IntN(5) == 0 {
		m.Resource = &metric.Resource{Type: oneOf(r, "", "global", "k8s_pod"), Labels: map[string]string{}}
		for range r.IntN(3) {
			m.Resource.Labels[oneOf(r, "location", "pod_name", r.text())] = oneOf(r, "eu", "pod-1", r.text())
		}
	}
	for range r.IntN(6) {
		m.Series = append(m.Series, r.series(d))
	}
	return m
}

func (r randomMetrics) series(d *metric.Descriptor) *metric.Series {
	s := &metric.Series{StartTime: r.time(), Point: metric.Point{Time: r.time()}}
	for range d.LabelKeys {
		v := metric.LabelValue{Value: r.text(), Present: true}
		if r.IntN(4) == 0 {
			v.Present = false
			if !r.rarely() {
				v.Value = ""
			}
		}
		s.LabelValues = append(s.LabelValues, v)
	}
	if r.rarely() {
		s.LabelValues = append(s.LabelValues, metric.NewLabelValue("x"))
	}
	switch d.Type {
	case metric.TypeGaugeInt64, metric.TypeCumulativeInt64:
		s.Point.Value = r.int()
	case metric.TypeGaugeFloat64, metric.TypeCumulativeFloat64:
		s.Point.Value = r.float()
	default:
		s.Point.Value = r.distribution()
	}
	if r.rarely() {
		s.Point.Value = oneOf[any](r, nil, "text", uint64(1), 1, &metric.Summary{}, r.int(), r.float(), r.distribution())
	}
	return s
}

var someTime = time.Unix(1_700_000_000, 123_456_789)

func (r randomMetrics) time() time.Time {
	if r.rarely() {
		return oneOf(r, time.Time{}, time.Unix(0, 0), time.Unix(-5, 7), time.Date(20_000, 1, 1, 0, 0, 0, 1, time.UTC), time.Unix(math.MaxInt64, 0))
	}
	return someTime.Add(time.Duration(r.IntN(3000)) * time.Microsecond)
}

func (r randomMetrics) int() int64 {
	return oneOf(r, 0, 1, -1, 127, 128, 300, math.MaxInt64, math.MinInt64, r.Int64())
}

func (r randomMetrics) float() float64 {
	return oneOf(r, 0, math.Copysign(0, -1), 1, -1.5, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, r.NormFloat64())
}

// someBounds are shared by distributions, as the distributions of a view share their bounds.
var someBounds = [][]float64{
	nil, {}, {0}, {1}, {-1, 2}, {0, 2}, {1, 2}, {1, 3}, {math.NaN(), 1}, {math.Inf(-1), 0}, slices.Repeat([]float64{1}, 50),
}

func (r randomMetrics) distribution() *metric.Distribution {
	d := &metric.Distribution{Count: r.int(), Sum: r.float(), SumOfSquaredDeviation: r.float(), Bounds: oneOf(r, someBounds...)}
	n := len(d.Bounds) + 1
	if r.rarely() {
		n = r.IntN(4)
	}
	for range n {
		b := metric.Bucket{Count: r.int()}
		if r.IntN(5) == 0 {
			b.Exemplar = r.exemplar()
		}
		d.Buckets = append(d.Buckets, b)
	}
	return d
}

func (r randomMetrics) exemplar() *metric.Exemplar {
	e := &metric.Exemplar{Value: r.float(), Timestamp: r.time()}
	if r.IntN(2) == 0 {
		e.Span = metric.Span{TraceID: metric.TraceID{byte(r.IntN(2)), 15: byte(r.IntN(256))}, SpanID: metric.SpanID{byte(r.IntN(256))}, Sampled: true}
	}
	if r.IntN(3) == 0 {
		e.Attachments = map[string]string{"user": r.text()}
	}
	return e
}
