// Package fakemonitoring serves the part of the Cloud Monitoring API that
// exporters write to, in memory, so that tests see what Google would.
package fakemonitoring

import (
	"context"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"contrib.go.opencensus.io/exporter/stackdriver"
	"go.opencensus.io/metric/metricexport"
	"google.golang.org/api/option"
	"google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A Server keeps what it is sent. It is safe for concurrent use.
type Server struct {
	monitoringpb.UnimplementedMetricServiceServer
	conn *grpc.ClientConn

	mu          sync.Mutex
	descriptors map[string]*metric.MetricDescriptor // by type
	series      []*monitoringpb.TimeSeries          // in the order of arrival
}

// New starts a server that stops when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{descriptors: map[string]*metric.MetricDescriptor{}}
	listener := bufconn.Listen(1 << 20)
	server := grpc.NewServer()
	monitoringpb.RegisterMetricServiceServer(server, s)
	go server.Serve(listener) // returns when the server stops
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient("passthrough:///bufconn",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }),
	)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	s.conn = conn
	return s
}

// Export sends the present value of every OpenCensus metric of the process to
// the server, through the real exporter. Records still queued in a meter are not
// waited for.
func (s *Server) Export(t testing.TB, metricPrefix string) {
	t.Helper()
	exporter, err := stackdriver.NewExporter(stackdriver.Options{
		ProjectID:               "p",
		Location:                "here", // else it looks for a metadata server
		MetricPrefix:            metricPrefix,
		MonitoringClientOptions: []option.ClientOption{option.WithGRPCConn(s.conn)},
		TraceClientOptions:      []option.ClientOption{option.WithGRPCConn(s.conn)},
		OnError:                 func(err error) { t.Error(err) },
		Timeout:                 30 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	metricexport.NewReader().ReadAndExport(exporter)
	exporter.Flush()
}

// Descriptors returns the descriptors that were created, by type.
func (s *Server) Descriptors() map[string]*metric.MetricDescriptor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.descriptors)
}

// Series returns the time series that were written, with one point each.
func (s *Server) Series() []*monitoringpb.TimeSeries {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.series)
}

// CreateMetricDescriptor implements the API.
func (s *Server) CreateMetricDescriptor(_ context.Context, r *monitoringpb.CreateMetricDescriptorRequest) (*metric.MetricDescriptor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.descriptors[r.MetricDescriptor.Type] = r.MetricDescriptor
	return r.MetricDescriptor, nil
}

// CreateTimeSeries implements the API.
func (s *Server) CreateTimeSeries(_ context.Context, r *monitoringpb.CreateTimeSeriesRequest) (*emptypb.Empty, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.series = append(s.series, r.TimeSeries...)
	return &emptypb.Empty{}, nil
}

// CreateServiceTimeSeries implements the API, for metrics that are Google's own.
func (s *Server) CreateServiceTimeSeries(ctx context.Context, r *monitoringpb.CreateTimeSeriesRequest) (*emptypb.Empty, error) {
	return s.CreateTimeSeries(ctx, r)
}
