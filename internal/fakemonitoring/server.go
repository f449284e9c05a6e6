package fakemonitoring

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
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
	descriptors []*metricpb.MetricDescriptor
	series      []*monitoringpb.TimeSeries
	lastEnd     map[string]time.Time // by series
}

// Start starts a server, which ends with the test.
func Start(t testing.TB, opts Options) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{opts: opts, address: listener.Addr().String(), lastEnd: map[string]time.Time{}}
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

// Calls returns the names of the methods that were called, in order.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Descriptors returns the metric descriptors that were created, in order.
func (s *Server) Descriptors() []*metricpb.MetricDescriptor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.descriptors)
}

// Series returns the time series that were taken, in order; each has one point.
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

// CreateMetricDescriptor implements the API's method.
func (s *Server) CreateMetricDescriptor(ctx context.Context, req *monitoringpb.CreateMetricDescriptorRequest) (*metricpb.MetricDescriptor, error) {
	if err := s.answer(ctx, "CreateMetricDescriptor"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.descriptors = append(s.descriptors, req.MetricDescriptor)
	return req.MetricDescriptor, nil
}

// CreateTimeSeries implements the API's method: as the API does, it takes the
// series that it does not refuse.
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
