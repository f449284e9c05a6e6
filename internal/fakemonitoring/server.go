package fakemonitoring

import (
	"context"
	"fmt"
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
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Options say how a server differs from one that takes everything at once.
type Options struct {
	Spacing time.Duration             // least time between the ends of two points of a series; Cloud Monitoring: 5 s
	Delay   time.Duration             // before each answer
	Refuse  func(method string) error // e.g. "CreateTimeSeries"; its error is the answer; nil refuses nothing
}

// A Server is a fake of Cloud Monitoring's MetricService. It is safe for
// concurrent use.
type Server struct {
	monitoringpb.UnimplementedMetricServiceServer
	opts    Options
	address string

	mu          sync.Mutex
	calls       []string
	descriptors map[string]*metricpb.MetricDescriptor // by type
	series      []*monitoringpb.TimeSeries            // in the order of arrival
	lastEnd     map[string]time.Time                  // by series
}

// New starts a server that stops when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	return Start(t, Options{})
}

// Start is New with options.
func Start(t testing.TB, opts Options) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{
		opts: opts, address: listener.Addr().String(),
		descriptors: map[string]*metricpb.MetricDescriptor{}, lastEnd: map[string]time.Time{},
	}
	server := grpc.NewServer()
	monitoringpb.RegisterMetricServiceServer(server, s)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return s
}

// ClientOptions makes a Google API client talk to the server.
func (s *Server) ClientOptions() []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint(s.address),
		option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}
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
		MonitoringClientOptions: s.ClientOptions(),
		TraceClientOptions:      s.ClientOptions(),
		OnError:                 func(err error) { t.Error(err) },
		Timeout:                 30 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	metricexport.NewReader().ReadAndExport(exporter)
	exporter.Flush()
	if err := exporter.Close(); err != nil {
		t.Error(err)
	}
}

// Calls returns the names of the methods that were called, in order.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Descriptors returns the descriptors that were created, by type.
func (s *Server) Descriptors() map[string]*metricpb.MetricDescriptor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.descriptors)
}

// Series returns the time series that were written, with one point each, in the
// order of arrival.
func (s *Server) Series() []*monitoringpb.TimeSeries {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.series)
}

// Last returns the last point of each series of a metric type, in the order in
// which the series first arrived.
func (s *Server) Last(metricType string) []*monitoringpb.TimeSeries {
	var last []*monitoringpb.TimeSeries
	for _, ts := range s.Series() {
		if ts.Metric.Type != metricType {
			continue
		}
		same := func(other *monitoringpb.TimeSeries) bool { return seriesKey(other) == seriesKey(ts) }
		if i := slices.IndexFunc(last, same); i >= 0 {
			last[i] = ts
			continue
		}
		last = append(last, ts)
	}
	return last
}

// answer notes a call, waits, and returns what it is refused with.
func (s *Server) answer(ctx context.Context, method string) error {
	s.mu.Lock()
	s.calls = append(s.calls, method)
	s.mu.Unlock()
	select {
	case <-time.After(s.opts.Delay):
	case <-ctx.Done():
		return status.FromContextError(ctx.Err()).Err()
	}
	if s.opts.Refuse != nil {
		return s.opts.Refuse(method)
	}
	return nil
}

// CreateMetricDescriptor implements the API.
func (s *Server) CreateMetricDescriptor(ctx context.Context, req *monitoringpb.CreateMetricDescriptorRequest) (*metricpb.MetricDescriptor, error) {
	if err := s.answer(ctx, "CreateMetricDescriptor"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.descriptors[req.MetricDescriptor.Type] = req.MetricDescriptor
	return req.MetricDescriptor, nil
}

// CreateTimeSeries implements the API: of a request some of whose series it
// refuses, it takes the others.
func (s *Server) CreateTimeSeries(ctx context.Context, req *monitoringpb.CreateTimeSeriesRequest) (*emptypb.Empty, error) {
	if err := s.answer(ctx, "CreateTimeSeries"); err != nil {
		return nil, err
	}
	if n := len(req.TimeSeries); n > maxSeries {
		return nil, status.Errorf(codes.InvalidArgument, "%d time series in a request, at most %d are allowed", n, maxSeries)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var refusals []string
	inRequest := map[string]bool{}
	for i, ts := range req.TimeSeries {
		key := seriesKey(ts)
		problem := s.problem(ts, key)
		if inRequest[key] {
			problem = "Duplicate TimeSeries encountered"
		}
		inRequest[key] = true
		if problem != "" {
			refusals = append(refusals, fmt.Sprintf("%s: timeSeries[%d]", problem, i))
			continue
		}
		s.lastEnd[key] = ts.Points[0].Interval.EndTime.AsTime()
		s.series = append(s.series, ts)
	}
	if len(refusals) > 0 {
		return nil, status.Errorf(codes.InvalidArgument, "One or more TimeSeries could not be written: %v", refusals)
	}
	return &emptypb.Empty{}, nil
}

// CreateServiceTimeSeries implements the API, for metrics that are Google's own.
func (s *Server) CreateServiceTimeSeries(ctx context.Context, req *monitoringpb.CreateTimeSeriesRequest) (*emptypb.Empty, error) {
	return s.CreateTimeSeries(ctx, req)
}
