package otlp

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// A recorder is a receiver that keeps the last request.
type recorder struct {
	collector.UnimplementedMetricsServiceServer
	last *collector.ExportMetricsServiceRequest
}

func (r *recorder) Export(_ context.Context, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	r.last = request
	return &collector.ExportMetricsServiceResponse{}, nil
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, err := io.ReadAll(request.Body)
	r.last = &collector.ExportMetricsServiceRequest{}
	if err != nil || proto.Unmarshal(body, r.last) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", protobufType)
}

// take returns the request that arrived since the last call.
func (r *recorder) take() *collector.ExportMetricsServiceRequest {
	last := r.last
	r.last = nil
	return last
}

// overGRPC returns the address of a recorder.
func overGRPC(t *testing.T, r *recorder) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.MaxRecvMsgSize(1 << 30))
	collector.RegisterMetricsServiceServer(server, r)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

// An otelExporter is one of OpenTelemetry's.
type otelExporter interface {
	Export(context.Context, *metricdata.ResourceMetrics) error
	Shutdown(context.Context) error
}

// TestAsOpenTelemetry: for random metrics, the receiver gets the same message as from
// OpenTelemetry's exporters, and the same series are refused with the same errors.
func TestAsOpenTelemetry(t *testing.T) {
	t.Run("grpc", func(t *testing.T) {
		r := &recorder{}
		address := overGRPC(t, r)
		theirs, err := otlpmetricgrpc.New(t.Context(), otlpmetricgrpc.WithEndpoint(address), otlpmetricgrpc.WithInsecure())
		if err != nil {
			t.Fatal(err)
		}
		compareExports(t, r, Options{Endpoint: "http://" + address}, theirs)
	})
	t.Run("http", func(t *testing.T) {
		r := &recorder{}
		server := httptest.NewServer(r)
		defer server.Close()
		theirs, err := otlpmetrichttp.New(t.Context(), otlpmetrichttp.WithEndpointURL(server.URL+metricsPath))
		if err != nil {
			t.Fatal(err)
		}
		compareExports(t, r, Options{Protocol: "http", Endpoint: server.URL}, theirs)
	})
}

func compareExports(t *testing.T, r *recorder, opts Options, theirs otelExporter) {
	defer func() { _ = theirs.Shutdown(t.Context()) }()
	opts.Resource = map[string]string{"service.instance.id": "i", "service.name": "größe", "empty": ""}
	ours := newTest(t, opts)
	process, err := opts.resource(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	random := source{rand.New(rand.NewPCG(1, 2))}
	var sent, refused int
	for i := range 500 {
		metrics := random.metrics()
		want, failures := reference(metrics)
		got := exportFailures(t, ours.Export(t.Context(), metrics))
		if len(got) != len(failures) {
			t.Fatalf("export %d: %d series are refused, want %d", i, len(got), len(failures))
		}
		for k, f := range failures {
			if g := got[k]; g.Metric != f.Metric || g.Series != f.Series || g.Fate != f.Fate || g.Err.Error() != f.Err.Error() {
				t.Fatalf("export %d: got %+v, want %+v", i, g, f)
			}
		}
		message := r.take()
		if len(want) > 0 {
			err = theirs.Export(t.Context(), &metricdata.ResourceMetrics{Resource: process, ScopeMetrics: []metricdata.ScopeMetrics{{
				Scope: instrumentation.Scope{Name: bridgeScope, Version: bridgeVersion}, Metrics: want,
			}}})
			if err != nil {
				t.Fatal(err)
			}
		}
		if expected := r.take(); !proto.Equal(message, expected) {
			t.Fatalf("export %d: got %v\nwant %v", i, message, expected)
		}
		sent += len(want)
		refused += len(failures)
	}
	if sent < 1000 || refused < 500 {
		t.Errorf("only %d metrics were sent, and %d series refused", sent, refused)
	}
}
