package otlp

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
)

// A recorder is a receiver that keeps the last request.
type recorder struct {
	collector.UnimplementedMetricsServiceServer
	last    *collector.ExportMetricsServiceRequest
	headers map[string][]string
}

func (r *recorder) Export(ctx context.Context, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	r.last = request
	r.headers, _ = metadata.FromIncomingContext(ctx)
	return &collector.ExportMetricsServiceResponse{}, nil
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	r.headers = request.Header
	delete(r.headers, "Content-Length") // the encoder also sends zeros that could be left out
	body, err := io.ReadAll(request.Body)
	r.last = &collector.ExportMetricsServiceRequest{}
	if err != nil || proto.Unmarshal(body, r.last) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", protobufType)
}

// take returns the request that arrived since the last call, and its headers.
func (r *recorder) take() (*collector.ExportMetricsServiceRequest, map[string][]string) {
	last, headers := r.last, r.headers
	r.last, r.headers = nil, nil
	return last, headers
}

// overGRPC returns the address of a recorder.
func overGRPC(t *testing.T, r *recorder, opts ...grpc.ServerOption) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(append(opts, grpc.MaxRecvMsgSize(1<<30))...)
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

// TestAsOpenTelemetry: for random metrics, the receiver gets the same message and headers as
// from OpenTelemetry's exporters, and the same series are refused with the same errors.
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
	random := newSource(1)
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
		message, headers := r.take()
		if len(want) > 0 {
			err = theirs.Export(t.Context(), &metricdata.ResourceMetrics{Resource: process, ScopeMetrics: []metricdata.ScopeMetrics{{
				Scope: instrumentation.Scope{Name: bridgeScope, Version: bridgeVersion}, Metrics: want,
			}}})
			if err != nil {
				t.Fatal(err)
			}
		}
		expected, theirHeaders := r.take()
		if !proto.Equal(message, expected) {
			t.Fatalf("export %d: got %v\nwant %v", i, message, expected)
		}
		if !reflect.DeepEqual(headers, theirHeaders) {
			t.Fatalf("export %d: got %v\nwant %v", i, headers, theirHeaders)
		}
		sent += len(want)
		refused += len(failures)
	}
	if sent < 1000 || refused < 500 {
		t.Errorf("only %d metrics were sent, and %d series refused", sent, refused)
	}
}
