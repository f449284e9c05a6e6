package fakeotlp

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/proto"

	"github.com/ocgen/ocgen/internal/netfault"
)

// A Server receives metrics over gRPC and HTTP. It is safe for concurrent use.
type Server struct {
	collector.UnimplementedMetricsServiceServer
	grpcListener *netfault.Listener
	httpListener *netfault.Listener
	stop         func()
	stopped      chan struct{}

	mu       sync.Mutex
	fault    Fault
	requests []Request
	points   []Point
}

// A Request is one that arrived, whatever it was answered with.
type Request struct {
	Headers map[string][]string // keys in lower case, as gRPC has them
	Points  int
	Bytes   int // of the message, uncompressed
}

// New starts a server that stops when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	s, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Start starts a server.
func Start() (*Server, error) {
	grpcListener, err := netfault.Listen()
	if err != nil {
		return nil, err
	}
	httpListener, err := netfault.Listen()
	if err != nil {
		return nil, errors.Join(err, grpcListener.Close())
	}
	s := &Server{grpcListener: grpcListener, httpListener: httpListener, stopped: make(chan struct{})}
	// The server takes any size: what a receiver takes is a fault's to say.
	// After Stop no request is still being taken.
	overGRPC := grpc.NewServer(grpc.MaxRecvMsgSize(1<<30), grpc.WaitForHandlers(true))
	collector.RegisterMetricsServiceServer(overGRPC, s)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/metrics", s.serveHTTP)
	overHTTP := &http.Server{Handler: mux}
	var running sync.WaitGroup
	running.Go(func() { _ = overGRPC.Serve(grpcListener) })
	running.Go(func() { _ = overHTTP.Serve(httpListener) })
	s.stop = sync.OnceFunc(func() {
		close(s.stopped) // ends what hangs
		overGRPC.Stop()
		_ = overHTTP.Close()
		running.Wait()
	})
	return s, nil
}

// Stop ends the server and all its connections. What arrived can still be read.
func (s *Server) Stop() { s.stop() }

// GRPC returns the address of the gRPC server, host:port.
func (s *Server) GRPC() string { return s.grpcListener.Addr().String() }

// URL returns the base URL of the HTTP server, e.g. "http://127.0.0.1:4318".
func (s *Server) URL() string { return "http://" + s.httpListener.Addr().String() }

// SetFault replaces the fault for requests that arrive from now on. The zero
// fault is none.
func (s *Server) SetFault(f Fault) {
	s.mu.Lock()
	s.fault = f
	s.mu.Unlock()
	s.grpcListener.SetDown(f.Down)
	s.httpListener.SetDown(f.Down)
}

// Requests returns the requests that arrived, in their order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Points returns the points that were taken, in the order of their arrival.
func (s *Server) Points() []Point {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.points)
}

// Export implements the gRPC service.
func (s *Server) Export(ctx context.Context, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	headers, _ := metadata.FromIncomingContext(ctx)
	response, failure := s.receive(ctx, request, headers)
	switch {
	case failure == nil:
		return response, nil
	case failure.reset:
		from, _ := peer.FromContext(ctx)
		s.grpcListener.Reset(from.Addr.String())
	}
	return nil, failure.grpc()
}

// receive notes a request, keeps its points and returns the answer, as far as
// the fault lets it.
func (s *Server) receive(ctx context.Context, request *collector.ExportMetricsServiceRequest, headers map[string][]string) (*collector.ExportMetricsServiceResponse, *failure) {
	points := PointsOf(request)
	s.mu.Lock()
	s.requests = append(s.requests, Request{Headers: headers, Points: len(points), Bytes: proto.Size(request)})
	fault := s.fault
	if fault.takesFirst() { // together with the request: who sees one sees the other
		s.points = append(s.points, points...)
	}
	s.mu.Unlock()

	if failure := fault.before(ctx, s.stopped, proto.Size(request)); failure != nil {
		return nil, failure
	}
	taken := points
	if fault.Reject != nil {
		taken = slices.DeleteFunc(slices.Clone(points), fault.Reject)
	}
	s.mu.Lock()
	s.points = append(s.points, taken...)
	s.mu.Unlock()
	response := &collector.ExportMetricsServiceResponse{}
	if rejected := len(points) - len(taken); rejected > 0 || fault.Advice != "" {
		response.PartialSuccess = &collector.ExportMetricsPartialSuccess{
			RejectedDataPoints: int64(rejected), ErrorMessage: fault.Advice,
		}
	}
	return response, nil
}
