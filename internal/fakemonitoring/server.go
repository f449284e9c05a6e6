package fakemonitoring

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"cloud.google.com/go/monitoring/dashboard/apiv1/dashboardpb"
	"google.golang.org/api/option"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/ocgen/ocgen/internal/netfault"
)

// Options say how a server differs from Cloud Monitoring.
type Options struct {
	// Spacing is the least time between the ends of two points of a series.
	// 0: 5 s, as in Cloud Monitoring.
	Spacing time.Duration
	// Page is the most results in a page of a list. 0: 100.
	Page int
	// Channels are the notification channels that exist, as
	// projects/PROJECT/notificationChannels/ID.
	Channels []string
}

const (
	defaultSpacing = 5 * time.Second
	defaultPage    = 100
)

// A Server is a fake of Cloud Monitoring's services for metrics, SLOs, alert policies and
// dashboards, over gRPC and over REST. It is safe for concurrent use.
type Server struct {
	monitoringpb.UnimplementedMetricServiceServer
	spacing  time.Duration
	page     int
	channels []string
	listener *netfault.Listener
	rest     *netfault.Listener
	stop     func()
	stopped  chan struct{}

	mu          sync.Mutex
	faults      []*armed
	ids         int // that were given
	services    store[*monitoringpb.Service]
	slos        store[*monitoringpb.ServiceLevelObjective]
	policies    store[*monitoringpb.AlertPolicy]
	dashboards  store[*dashboardpb.Dashboard]
	calls       []string
	requests    []int                                 // series in each CreateTimeSeries
	descriptors map[string]*metricpb.MetricDescriptor // by type
	series      []*monitoringpb.TimeSeries            // in the order of arrival
	last        map[string]*monitoringpb.TimeSeries   // by seriesKey
	deleted     map[string]int                        // the length of series when a descriptor was deleted, by type
}

// New starts a server that stops when the test ends.
func New(t testing.TB) *Server {
	t.Helper()
	return Start(t, Options{})
}

// Start is New with options.
func Start(t testing.TB, opts Options) *Server {
	t.Helper()
	s, err := Listen(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// Listen starts a server outside of a test.
func Listen(opts Options) (*Server, error) {
	l, err := netfault.Listen()
	if err != nil {
		return nil, err
	}
	rest, err := netfault.Listen()
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	s := &Server{
		spacing: opts.Spacing, page: opts.Page, channels: opts.Channels,
		listener: l, rest: rest, stopped: make(chan struct{}),
		descriptors: map[string]*metricpb.MetricDescriptor{},
		last:        map[string]*monitoringpb.TimeSeries{},
		deleted:     map[string]int{},
	}
	if s.spacing == 0 {
		s.spacing = defaultSpacing
	}
	if s.page == 0 {
		s.page = defaultPage
	}
	server := grpc.NewServer()
	handler := &restServer{}
	both := registrars{server, handler}
	monitoringpb.RegisterMetricServiceServer(both, s)
	monitoringpb.RegisterServiceMonitoringServiceServer(both, &serviceServer{s: s})
	monitoringpb.RegisterAlertPolicyServiceServer(both, &policyServer{s: s})
	dashboardpb.RegisterDashboardsServiceServer(both, &dashboardServer{s: s})
	web := &http.Server{Handler: handler}
	var ended sync.WaitGroup
	ended.Add(2)
	go func() {
		defer ended.Done()
		_ = server.Serve(l)
	}()
	go func() {
		defer ended.Done()
		_ = web.Serve(rest)
	}()
	s.stop = sync.OnceFunc(func() {
		close(s.stopped) // ends what hangs
		server.Stop()
		_ = web.Close()
		ended.Wait()
	})
	return s, nil
}

// Stop ends the server and all its connections. What arrived can still be read.
func (s *Server) Stop() { s.stop() }

// Address returns host:port of the gRPC server.
func (s *Server) Address() string { return s.listener.Addr().String() }

// URL returns the address of the REST server, without a slash at its end. A request needs
// a bearer token, which may be any text.
func (s *Server) URL() string { return "http://" + s.rest.Addr().String() }

// ClientOptions makes a Google API client talk to the server.
func (s *Server) ClientOptions() []option.ClientOption { return ClientOptions(s.Address()) }

// ClientOptions makes a Google API client talk to a server in another process.
func ClientOptions(address string) []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint(address),
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

// Requests returns the numbers of time series in the requests that wrote some,
// in the order of arrival.
func (s *Server) Requests() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Descriptors returns the descriptors that exist, by type.
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
	index := map[string]int{}
	for _, ts := range s.Series() {
		if ts.Metric.Type != metricType {
			continue
		}
		key := seriesKey(ts)
		if i, ok := index[key]; ok {
			last[i] = ts
			continue
		}
		index[key] = len(last)
		last = append(last, ts)
	}
	return last
}

// Names returns the names of the services, SLOs, alert policies and dashboards that exist.
func (s *Server) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, m := range s.services.all {
		names = append(names, m.Name)
	}
	for _, m := range s.slos.all {
		names = append(names, m.Name)
	}
	for _, m := range s.policies.all {
		names = append(names, m.Name)
	}
	for _, m := range s.dashboards.all {
		names = append(names, m.Name)
	}
	return names
}
