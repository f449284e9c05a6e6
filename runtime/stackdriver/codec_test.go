package stackdriver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime/internal/borrowed"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
)

// A front is a server that notes the headers of requests before it passes them to a fake.
type front struct {
	address string
	fake    *fakemonitoring.Server

	mu      sync.Mutex
	headers []metadata.MD // of CreateTimeSeries
}

func startFront(t *testing.T) *front {
	t.Helper()
	f := &front{fake: fakemonitoring.New(t)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.address = listener.Addr().String()
	server := grpc.NewServer(grpc.UnaryInterceptor(f.note))
	monitoringpb.RegisterMetricServiceServer(server, f.fake)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return f
}

func (f *front) note(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if md, ok := metadata.FromIncomingContext(ctx); ok && strings.HasSuffix(info.FullMethod, "/CreateTimeSeries") {
		f.mu.Lock()
		f.headers = append(f.headers, md)
		f.mu.Unlock()
	}
	return handler(ctx, req)
}

func noted(key string, f *front) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, md := range f.headers {
		all = append(all, md.Get(key)...)
	}
	return all
}

// A collector is an interceptor that collects the requests, which tests read later.
type collector struct {
	mu       sync.Mutex
	requests []*monitoringpb.CreateTimeSeriesRequest
	codecs   int // calls with a requestCodec
}

func (c *collector) intercept(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	if r, ok := req.(*monitoringpb.CreateTimeSeriesRequest); ok {
		c.mu.Lock()
		c.requests = append(c.requests, r)
		for _, o := range opts {
			if forced, ok := o.(grpc.ForceCodecV2CallOption); ok && forced.CodecV2 == (requestCodec{}) {
				c.codecs++
			}
		}
		c.mu.Unlock()
	}
	return invoke(ctx, method, req, reply, cc, opts...)
}

// replacing returns an interceptor that passes on another message.
func replacing(other func(*monitoringpb.CreateTimeSeriesRequest) proto.Message) grpc.UnaryClientInterceptor {
	return func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		if r, ok := req.(*monitoringpb.CreateTimeSeriesRequest); ok {
			req = other(r)
		}
		return invoke(ctx, method, req, reply, cc, opts...)
	}
}

// compressing is an interceptor that lets gRPC compress the messages.
func compressing(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	return invoke(ctx, method, req, reply, cc, append(opts, grpc.UseCompressor(gzip.Name))...)
}

// TestConnections: with every kind of connection the headers are those of Google's client, the
// series arrive, and interceptors can decode them.
func TestConnections(t *testing.T) {
	dial := func(interceptor grpc.UnaryClientInterceptor) []grpc.DialOption {
		return []grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithUnaryInterceptor(interceptor)}
	}
	ours := func(t *testing.T, address string, interceptor grpc.UnaryClientInterceptor) []option.ClientOption {
		opts := []option.ClientOption{option.WithEndpoint(address), option.WithoutAuthentication()}
		for _, d := range dial(interceptor) {
			opts = append(opts, option.WithGRPCDialOption(d))
		}
		return opts
	}
	users := func(t *testing.T, address string, interceptor grpc.UnaryClientInterceptor) []option.ClientOption {
		conn, err := grpc.NewClient(address, dial(interceptor)...)
		if err != nil {
			t.Fatal(err)
		}
		return []option.ClientOption{option.WithGRPCConn(conn)} // Shutdown closes it
	}
	all := &collector{}
	asMessages := func(r *monitoringpb.CreateTimeSeriesRequest) proto.Message {
		return &monitoringpb.CreateTimeSeriesRequest{Name: r.Name, TimeSeries: decoded(t, r)}
	}
	cloned := func(r *monitoringpb.CreateTimeSeriesRequest) proto.Message { return proto.Clone(r) }
	dynamic := func(r *monitoringpb.CreateTimeSeriesRequest) proto.Message {
		m := dynamicpb.NewMessage(r.ProtoReflect().Descriptor())
		if err := proto.Unmarshal(deterministic(t, r), m); err != nil {
			t.Error(err)
		}
		return m
	}
	for _, test := range []struct {
		name        string
		connect     func(*testing.T, string, grpc.UnaryClientInterceptor) []option.ClientOption
		interceptor grpc.UnaryClientInterceptor
	}{
		{"ours", ours, all.intercept},
		{"of the user", users, all.intercept},
		{"ours, series as messages", ours, replacing(asMessages)},
		{"of the user, series as messages", users, replacing(asMessages)},
		{"a clone", ours, replacing(cloned)},
		{"another type of message", ours, replacing(dynamic)},
		{"compressed", ours, compressing},
	} {
		t.Run(test.name, func(t *testing.T) {
			register(t, "shop", onKubernetesShop, countPart)
			all.requests, all.codecs = nil, 0
			f := startFront(t)
			e := made(t, Options{ProjectID: "p", ResourceLabels: goodLabels, ClientOptions: test.connect(t, f.address, test.interceptor)})
			if err := e.Export(within(t, 20*time.Second), []*metric.Metric{counted("m", 3, 5)}); err != nil {
				t.Fatal(err)
			}
			if got := noted("content-type", f); !slices.Equal(got, []string{"application/grpc"}) {
				t.Errorf("content types %q", got)
			}
			if got := noted("x-goog-request-params", f); !slices.Equal(got, []string{"name=projects%2Fp"}) {
				t.Errorf("routing headers %q", got)
			}
			if got := len(f.fake.Series()); got != 3 {
				t.Errorf("%d series arrived", got)
			}
			if all.codecs != len(all.requests) {
				t.Errorf("%d of %d calls have the codec", all.codecs, len(all.requests))
			}
			for _, r := range all.requests {
				if series := decoded(t, r); len(series) != 3 || series[2].Metric.Labels["n"] != "2" || series[2].Points[0].Value.GetInt64Value() != 5 {
					t.Errorf("the interceptor finds %v", series)
				}
			}
		})
	}
}

// TestOverlappingExports: every request has the series of its own export, though exports
// overlap, calls hang, are canceled or reset, and an interceptor reads its requests at the end.
func TestOverlappingExports(t *testing.T) {
	register(t, "shop", onKubernetesShop, countPart)
	fake := fakemonitoring.New(t)
	var all collector
	opts := append(fake.ClientOptions(), option.WithGRPCDialOption(grpc.WithUnaryInterceptor(all.intercept)))
	e := made(t, Options{ProjectID: "p", ResourceLabels: goodLabels, ClientOptions: opts})
	const method = "CreateTimeSeries"
	fake.SetFaults(
		fakemonitoring.Fault{Method: method, Nth: 5, Reset: true, Taken: true},
		fakemonitoring.Fault{Method: method, Nth: 9, Hang: true},
		fakemonitoring.Fault{Method: method, Nth: 14, Refuse: codes.Unavailable},
		fakemonitoring.Fault{Method: method, Nth: 21, Hang: true, Taken: true},
		fakemonitoring.Fault{Method: method, Nth: 33, Reset: true},
		fakemonitoring.Fault{Method: method, Nth: 40, Hang: true},
	)
	const exporters, exports, series = 3, 8, 450
	var running sync.WaitGroup
	for x := range exporters {
		running.Add(1)
		go func() {
			defer running.Done()
			for i := range exports {
				number := x*exports + i
				metrics := []*metric.Metric{numbered(number, series)}
				ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond) // ends what hangs
				err := e.Export(ctx, metrics)
				cancel()
				borrowed.Overwrite(metrics)
				if ours := (*exportError)(nil); err != nil && !errors.As(err, &ours) {
					t.Error(err)
				}
			}
		}()
	}
	running.Wait()
	if n := len(all.requests); n < 10 {
		t.Errorf("only %d requests", n)
	}
	for _, r := range all.requests {
		got := decoded(t, r)
		if n := len(got); n != 200 && n != 50 {
			t.Errorf("%d series in a request", n)
		}
		for _, ts := range got {
			if ts.Metric.Type != got[0].Metric.Type {
				t.Fatalf("%s and %s are in one request", ts.Metric.Type, got[0].Metric.Type)
			}
			checkNumbered(t, ts)
		}
	}
	for _, ts := range fake.Series() {
		checkNumbered(t, ts)
	}
}

// numbered returns the metric of an export. The value of each series follows from its name.
func numbered(number, n int) *metric.Metric {
	m := counted(fmt.Sprintf("numbered/%d", number), n, 0)
	for i, s := range m.Series {
		s.Point.Value = int64(number*1000 + i)
	}
	return m
}

func checkNumbered(t *testing.T, ts *monitoringpb.TimeSeries) {
	t.Helper()
	var number, i int64
	_, err := fmt.Sscanf(ts.Metric.Type+" "+ts.Metric.Labels["n"], "custom.googleapis.com/opencensus/numbered/%d %d", &number, &i)
	if got := ts.Points[0].Value.GetInt64Value(); err != nil || got != number*1000+i {
		t.Fatalf("%v has the value %d: %v", ts.Metric, got, err)
	}
}

// TestCodecCopiesNothing: gRPC gets the memory of the series itself.
func TestCodecCopiesNothing(t *testing.T) {
	b := batch{series: appendText(nil, requestTimeSeries, "")}
	data, err := requestCodec{}.Marshal(b.request("p"))
	if err != nil {
		t.Fatal(err)
	}
	if last := data[len(data)-1].ReadOnlyData(); len(last) != 2 || &last[0] != &b.series[0] {
		t.Errorf("%d bytes in other memory", len(last))
	}
}

// TestRequestThatCannotBeEncoded: its points are refused, because another try would fail too.
func TestRequestThatCannotBeEncoded(t *testing.T) {
	_, e := newFake(t)
	e.convert.project = "\xff"
	m := counted("m", 3, 1)
	err := e.Export(within(t, 20*time.Second), []*metric.Metric{m})
	if got := fates(t, m, err); !slices.Equal(got, each("refused")) || !strings.Contains(err.Error(), "invalid UTF-8") {
		t.Errorf("%q: %v", got, err)
	}
}

// TestCodecIsProtobufs: any message has the encoding of protobuf, and a nil request is empty.
func TestCodecIsProtobufs(t *testing.T) {
	series, _ := encoded(t, testConverter(), samples())
	whole := &monitoringpb.CreateTimeSeriesRequest{Name: "projects/p", TimeSeries: series[:1]}
	whole.ProtoReflect().SetUnknown(appendText(nil, 99, "of a newer version"))
	for _, m := range []proto.Message{whole, series[0], &emptypb.Empty{}, (*monitoringpb.CreateTimeSeriesRequest)(nil)} {
		data, err := requestCodec{}.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		got := m.ProtoReflect().New().Interface()
		if err := (requestCodec{}).Unmarshal(data, got); err != nil || !bytes.Equal(deterministic(t, got), deterministic(t, m)) {
			t.Errorf("got %v, want %v: %v", got, m, err)
		}
	}
	if _, err := (requestCodec{}).Marshal("text"); err == nil || err.Error() != "the request is a string: an interceptor must pass on a proto.Message" {
		t.Error(err)
	}
	if err := (requestCodec{}).Unmarshal(nil, "text"); err == nil || err.Error() != "the reply is a string: an interceptor must pass on a proto.Message" {
		t.Error(err)
	}
}
