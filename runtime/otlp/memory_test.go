package otlp

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
)

// sendingTo returns an exporter that gives its requests to a function in place of a connection.
func sendingTo(t *testing.T, send func(mem.Buffer)) *Exporter {
	t.Helper()
	e := newTest(t, Options{})
	e.client.upload = func(ctx context.Context, _ *metricdata.ResourceMetrics) error {
		send(exchangeOf(ctx).request)
		return nil
	}
	return e
}

func exportAll(t *testing.T, e *Exporter, metrics ...*metric.Metric) {
	t.Helper()
	if err := e.Export(t.Context(), metrics); err != nil {
		t.Fatal(err)
	}
}

// TestRequestsInUseStay: as long as a connection reads a request, later requests have other
// memory. Then its memory is used again.
func TestRequestsInUseStay(t *testing.T) {
	var last mem.Buffer
	e := sendingTo(t, func(request mem.Buffer) {
		request.Ref()
		last = request
	})
	exportAll(t, e, numbered("first", 100))
	first := last
	before := bytes.Clone(first.ReadOnlyData())
	for range 3 {
		exportAll(t, e, numbered("later", 100))
		last.Free()
	}
	if !bytes.Equal(first.ReadOnlyData(), before) {
		t.Error("a request was overwritten while it was in use")
	}
	memory := &first.ReadOnlyData()[0]
	first.Free()
	exportAll(t, e, numbered("last", 100))
	if &last.ReadOnlyData()[0] != memory {
		t.Error("the memory was not used again")
	}
	last.Free()
}

// TestMessageOfGRPC: gRPC gets the request from the codec, with a reference of its own. It also
// keeps the message for its traces, so the message must not be memory that is used again.
func TestMessageOfGRPC(t *testing.T) {
	var m memory
	data := m.Get(5000)
	*data = append((*data)[:0], "a request"...)
	request := mem.NewBuffer(data, &m)
	var encoded mem.BufferSlice
	const empty = "the message of the exporter"
	invoke := func(_ context.Context, _ string, message, _ any, _ *grpc.ClientConn, opts ...grpc.CallOption) (err error) {
		if message != empty {
			t.Errorf("gRPC was called with another message: %v", message)
		}
		encoded, err = opts[len(opts)-1].(grpc.ForceCodecV2CallOption).CodecV2.Marshal(message)
		return err
	}
	if err := sendEncoded(withExchange(t.Context(), &exchange{request: request}), "method", empty, nil, nil, invoke); err != nil {
		t.Fatal(err)
	}
	request.Free()
	if m.request.Load() != nil || string(encoded.Materialize()) != "a request" {
		t.Errorf("the message is %q", encoded.Materialize())
	}
	encoded.Free()
	if m.request.Load() != data {
		t.Error("the memory was not returned")
	}
}

// TestExportAllocatesLittle: an export of many series allocates no more than an export of few.
func TestExportAllocatesLittle(t *testing.T) {
	requests := 0
	e := sendingTo(t, func(mem.Buffer) { requests++ })
	distributions := numbered("d", 10_000)
	distributions.Descriptor.Type = metric.TypeCumulativeDistribution
	for _, s := range distributions.Series {
		d := &metric.Distribution{Count: 3, Sum: 1.5, Bounds: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, Buckets: make([]metric.Bucket, 13)}
		d.Buckets[4] = metric.Bucket{Count: 3, Exemplar: &metric.Exemplar{Value: 1, Span: metric.Span{TraceID: metric.TraceID{1}, SpanID: metric.SpanID{2}}}}
		s.Point.Value = d
	}
	metrics := []*metric.Metric{numbered("m", 10_000), distributions}
	exportAll(t, e, metrics...)
	if requests < 2 {
		t.Fatalf("%d requests", requests)
	}
	allocations := testing.AllocsPerRun(5, func() { exportAll(t, e, metrics...) })
	if most := 20 * float64(requests); allocations > most {
		t.Errorf("%v allocations, want at most %v", allocations, most)
	}
}

// kept returns how many bytes an exporter keeps.
func (m *memory) kept() (size int) {
	if b := m.batch.Load(); b != nil {
		size = b.memory()
	}
	if r := m.request.Load(); r != nil {
		size += cap(*r)
	}
	return size
}

func TestMemoryIsBounded(t *testing.T) {
	e := sendingTo(t, func(mem.Buffer) {})
	exportAll(t, e, numbered("m", 100_000))
	large := e.memory.kept()
	if large < maxRequest || large > 7<<20 {
		t.Errorf("%d bytes are kept for 100,000 series", large)
	}
	exportAll(t, e, numbered("m", 200_000))
	if n := e.memory.kept(); n > large+large/8 {
		t.Errorf("%d bytes are kept for twice the series, before %d", n, large)
	}
	exportAll(t, e, numbered("m", 100))
	if n := e.memory.kept(); n != 0 {
		t.Errorf("%d bytes are kept after an export of few series", n)
	}
	exportAll(t, e, numbered("m", 1000))
	if e.memory.kept() == 0 {
		t.Error("nothing is kept")
	}
}

// TestOddMetricsKeepLittle: the bound holds for series of any size, and for any number of
// series in a metric.
func TestOddMetricsKeepLittle(t *testing.T) {
	huge := func(size int) *metric.Metric {
		m := numbered("m", 1)
		m.Series[0].LabelValues[0].Value = strings.Repeat("x", size)
		return m
	}
	short := numbered("m", 200_000) // points of 11 bytes
	short.Descriptor.LabelKeys = nil
	for _, s := range short.Series {
		s.LabelValues, s.StartTime, s.Point.Time = nil, time.Time{}, time.Time{}
	}
	single := make([]*metric.Metric, 40_000)
	for i := range single {
		single[i] = numbered("m", 1)
	}
	for name, metrics := range map[string][]*metric.Metric{
		"short points": {short}, "metrics of one series": single,
		"a request": {huge(maxRequest - 1000)}, "more than a request": {huge(maxRequest + 1)},
		"two requests": {huge(2*maxRequest - 1000)}, "three requests": {huge(3 * maxRequest)},
	} {
		t.Run(name, func(t *testing.T) {
			e := sendingTo(t, func(mem.Buffer) {})
			exportAll(t, e, metrics...)
			if n := e.memory.kept(); n > 7<<20 {
				t.Errorf("%d bytes are kept", n)
			}
		})
	}
}

// TestNothingIsKeptAfterShutdown: not even the memory of a connection that ends later.
func TestNothingIsKeptAfterShutdown(t *testing.T) {
	var held mem.Buffer
	e := sendingTo(t, func(request mem.Buffer) {
		request.Ref()
		held = request
	})
	exportAll(t, e, numbered("m", 1000))
	if err := e.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if n := e.memory.kept(); n != 0 {
		t.Errorf("%d bytes are kept after Shutdown", n)
	}
	held.Free()
	if n := e.memory.kept(); n != 0 {
		t.Errorf("%d bytes are kept after Shutdown and the end of a connection", n)
	}
}

// TestNothingBorrowedIsKept: an exporter keeps memory, but no metrics.
func TestNothingBorrowedIsKept(t *testing.T) {
	e := sendingTo(t, func(mem.Buffer) {})
	exportAll(t, e, numbered("m", 100))
	b := e.memory.batch.Load()
	if b == nil {
		t.Fatal("no batch is kept")
	}
	for _, i := range b.items[:cap(b.items)] {
		if i.metric != nil || i.series != nil {
			t.Fatalf("an item is kept: %v", i)
		}
	}
	for _, r := range b.runs[:cap(b.runs)] {
		if r.metric != nil || r.items != nil {
			t.Fatalf("a run is kept: %v", r)
		}
	}
	if !reflect.DeepEqual(b.encoder, encoder{}) {
		t.Error("the encoder keeps a metric")
	}
}

// TestFullRequests: requests are filled up to the maximum, and none exceeds it unless a single
// series does.
func TestFullRequests(t *testing.T) {
	var sizes []int
	var names []string
	e := sendingTo(t, func(request mem.Buffer) {
		sizes = append(sizes, request.Len())
		var decoded collector.ExportMetricsServiceRequest
		if err := proto.Unmarshal(request.ReadOnlyData(), &decoded); err != nil {
			t.Error(err)
		}
		for _, m := range decoded.ResourceMetrics[0].ScopeMetrics[0].Metrics {
			for _, p := range m.GetSum().GetDataPoints() {
				names = append(names, fmt.Sprintf("%s %d", m.Name, p.GetAsInt()))
			}
		}
	})
	few := make([]*metric.Metric, 2000) // of one series each
	var want []string
	for i := range few {
		few[i] = numbered(fmt.Sprint(i, strings.Repeat("n", 100)), 1)
		few[i].Descriptor.Description = strings.Repeat("d", 3000)
		want = append(want, few[i].Descriptor.Name+" 1")
	}
	huge := numbered("huge", 3)
	huge.Series[1].LabelValues[0].Value = strings.Repeat("x", 3*maxRequest)
	want = append(want, "huge 1", "huge 2", "huge 3")
	exportAll(t, e, append(few, huge)...)
	if got := strings.Join(names, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("%d points arrived, want %d in their order", len(names), len(want))
	}
	if len(sizes) != 6 {
		t.Fatalf("%d requests", len(sizes))
	}
	for i, size := range sizes {
		alone := i == 4
		if alone != (size > maxRequest) || i < 3 && size < maxRequest/100*99 {
			t.Errorf("request %d has %d bytes", i, size)
		}
	}
}

// TestSizes: the size of a request is known before it is written, and a batch never
// underestimates it.
func TestSizes(t *testing.T) {
	random := newSource(3)
	for range 300 {
		d := delivery{exporter: &Exporter{envelope: envelope{resource: make([]byte, 200), scope: make([]byte, 20)}}, batch: &batch{}}
		for _, m := range random.metrics() {
			if m == nil {
				continue
			}
			for _, s := range m.Series {
				_ = d.batch.add(m, s)
			}
		}
		b := d.batch
		request := b.request(&d.exporter.envelope, b.items, &d.exporter.memory)
		size := d.exporter.envelope.size(b.runs)
		if bound := b.size + d.exporter.envelope.overhead(); request.Len() != size || size > bound {
			t.Fatalf("a request has %d bytes, computed were %d, at most %d", request.Len(), size, bound)
		}
		request.Free()
	}
}
