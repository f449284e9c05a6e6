package agreement_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/otlp"
	ocmetric "go.opencensus.io/metric/metricdata"
	"go.opencensus.io/trace"
	"go.opentelemetry.io/otel/bridge/opencensus"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// A rawReceiver keeps the last request as it came.
type rawReceiver struct {
	collector.UnimplementedMetricsServiceServer
	address string
	last    *collector.ExportMetricsServiceRequest
}

func newRawReceiver(t *testing.T) *rawReceiver {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &rawReceiver{address: listener.Addr().String()}
	server := grpc.NewServer()
	collector.RegisterMetricsServiceServer(server, r)
	served := make(chan struct{})
	go func() { defer close(served); _ = server.Serve(listener) }()
	t.Cleanup(func() { server.Stop(); <-served })
	return r
}

func (r *rawReceiver) Export(_ context.Context, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	r.last = request
	return &collector.ExportMetricsServiceResponse{}, nil
}

// scope returns what came last, without its order where OTLP has none.
func (r *rawReceiver) scope(t *testing.T) *metrics.ScopeMetrics {
	t.Helper()
	if len(r.last.GetResourceMetrics()) != 1 || len(r.last.ResourceMetrics[0].ScopeMetrics) != 1 {
		t.Fatalf("not one scope came: %v", r.last)
	}
	scope := r.last.ResourceMetrics[0].ScopeMetrics[0]
	for _, m := range scope.Metrics {
		for _, p := range m.GetHistogram().GetDataPoints() {
			for _, e := range p.Exemplars {
				slices.SortFunc(e.FilteredAttributes, func(a, b *common.KeyValue) int { return strings.Compare(a.Key, b.Key) })
			}
		}
	}
	return scope
}

// TestOTLPAsBridge: OpenTelemetry's bridge is the authority on how OpenCensus looks in
// OpenTelemetry. Both send the same metrics, under the same scope.
func TestOTLPAsBridge(t *testing.T) {
	theirs, ours := newRawReceiver(t), newRawReceiver(t)
	reference, err := otlpmetricgrpc.New(t.Context(), otlpmetricgrpc.WithEndpoint(theirs.address), otlpmetricgrpc.WithInsecure())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reference.Shutdown(t.Context()) }()
	e, err := otlp.New(t.Context(), otlp.Options{Endpoint: ours.address, Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Shutdown(t.Context()) }()
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			produce(t, randomForBridge(rand.New(rand.NewPCG(seed, 0)))...)
			scopes, err := opencensus.NewMetricProducer().Produce(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := reference.Export(t.Context(), &metricdata.ResourceMetrics{ScopeMetrics: scopes}); err != nil {
				t.Fatal(err)
			}
			if err := e.Export(t.Context(), runtime.Gather(t.Context())); err != nil {
				t.Fatal(err)
			}
			if got, want := ours.scope(t), theirs.scope(t); !proto.Equal(got, want) {
				t.Errorf("got\n%v\nwant\n%v", got, want)
			}
		})
	}
}

var bridgedTypes = []ocmetric.Type{
	ocmetric.TypeGaugeInt64, ocmetric.TypeGaugeFloat64, ocmetric.TypeCumulativeInt64, ocmetric.TypeCumulativeFloat64,
	ocmetric.TypeCumulativeDistribution, ocmetric.TypeSummary,
}

func randomForBridge(r *rand.Rand) []*ocmetric.Metric {
	var metrics []*ocmetric.Metric
	for i := range 1 + r.IntN(8) {
		m := &ocmetric.Metric{Descriptor: ocmetric.Descriptor{
			Name: fmt.Sprintf("shop/metric_%d", i), Description: "Größe, 大きさ", Unit: ocmetric.Unit([]string{"1", "s", "By", "{EUR}"}[r.IntN(4)]),
			Type: bridgedTypes[r.IntN(len(bridgedTypes))],
		}}
		for k := range r.IntN(4) {
			m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, ocmetric.LabelKey{Key: fmt.Sprintf("key.%d", k), Description: "not sent"})
		}
		for n := range 1 + r.IntN(5) {
			m.TimeSeries = append(m.TimeSeries, bridgedSeries(r, m.Descriptor, n))
		}
		metrics = append(metrics, m)
	}
	return metrics
}

func bridgedSeries(r *rand.Rand, d ocmetric.Descriptor, n int) *ocmetric.TimeSeries {
	s := &ocmetric.TimeSeries{}
	if d.Type != ocmetric.TypeGaugeInt64 && d.Type != ocmetric.TypeGaugeFloat64 {
		s.StartTime = time.Unix(r.Int64N(1e9), r.Int64N(1e9))
	}
	for k := range d.LabelKeys {
		if k > 0 && r.IntN(4) == 0 {
			s.LabelValues = append(s.LabelValues, ocmetric.LabelValue{})
			continue
		}
		s.LabelValues = append(s.LabelValues, ocmetric.NewLabelValue(fmt.Sprintf("wert é %d", n)))
	}
	s.Points = []ocmetric.Point{{Time: time.Unix(1e9+r.Int64N(7e8), 0), Value: bridgedValue(r, d.Type)}}
	return s
}

func bridgedValue(r *rand.Rand, kind ocmetric.Type) any {
	switch kind {
	case ocmetric.TypeGaugeInt64, ocmetric.TypeCumulativeInt64:
		return r.Int64()
	case ocmetric.TypeGaugeFloat64, ocmetric.TypeCumulativeFloat64:
		return r.ExpFloat64() // a total below zero has fallen: see TestFalls
	case ocmetric.TypeSummary:
		return &ocmetric.Summary{Count: r.Int64(), Sum: r.Float64(), HasCountAndSum: true,
			Snapshot: ocmetric.Snapshot{Percentiles: map[float64]float64{50: r.Float64(), 99: r.Float64(), 100: 1}}}
	}
	d := &ocmetric.Distribution{Sum: r.ExpFloat64(), SumOfSquaredDeviation: 1, BucketOptions: &ocmetric.BucketOptions{}}
	bounds := r.IntN(5)
	for i := range bounds {
		d.BucketOptions.Bounds = append(d.BucketOptions.Bounds, float64(i)*1.5)
	}
	for range bounds + 1 {
		b := ocmetric.Bucket{Count: r.Int64N(1000)}
		if r.IntN(3) == 0 {
			b.Exemplar = bridgedExemplar(r)
		}
		d.Count += b.Count
		d.Buckets = append(d.Buckets, b)
	}
	return d
}

func bridgedExemplar(r *rand.Rand) *ocmetric.Exemplar {
	e := &ocmetric.Exemplar{Value: r.Float64(), Timestamp: time.Unix(r.Int64N(1e9), 0), Attachments: ocmetric.Attachments{}}
	if r.IntN(2) == 0 {
		e.Attachments[ocmetric.AttachmentKeySpanContext] = trace.SpanContext{
			TraceID: trace.TraceID{1, byte(r.IntN(256))}, SpanID: trace.SpanID{2, byte(r.IntN(256))}, TraceOptions: 1,
		}
	}
	for key, value := range map[string]string{"text": "ü", "more": "text"} { // other types become text here
		if r.IntN(3) == 0 {
			e.Attachments[key] = value
		}
	}
	return e
}
