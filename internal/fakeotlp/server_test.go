package fakeotlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
	resource "go.opentelemetry.io/proto/otlp/resource/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

func attributes(pairs ...string) []*common.KeyValue {
	var all []*common.KeyValue
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, &common.KeyValue{
			Key: pairs[i], Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: pairs[i+1]}},
		})
	}
	return all
}

// request is of one process: a sum and a histogram that started at a time.
func request(process string, start, at uint64, n int64) *collector.ExportMetricsServiceRequest {
	sum := &metrics.NumberDataPoint{Attributes: attributes("method", "GET"), StartTimeUnixNano: start, TimeUnixNano: at,
		Value: &metrics.NumberDataPoint_AsInt{AsInt: n}}
	mean := 0.5 * float64(n)
	histogram := &metrics.HistogramDataPoint{StartTimeUnixNano: start, TimeUnixNano: at,
		Count: uint64(n), Sum: &mean, ExplicitBounds: []float64{1}, BucketCounts: []uint64{uint64(n), 0}}
	return &collector.ExportMetricsServiceRequest{ResourceMetrics: []*metrics.ResourceMetrics{{
		Resource: &resource.Resource{Attributes: attributes("service.instance.id", process)},
		ScopeMetrics: []*metrics.ScopeMetrics{{Metrics: []*metrics.Metric{
			{Name: "requests", Unit: "1", Data: &metrics.Metric_Sum{Sum: &metrics.Sum{DataPoints: []*metrics.NumberDataPoint{sum}}}},
			{Name: "latency", Unit: "s", Data: &metrics.Metric_Histogram{Histogram: &metrics.Histogram{DataPoints: []*metrics.HistogramDataPoint{histogram}}}},
		}}},
	}}}
}

func client(t *testing.T, s *Server) collector.MetricsServiceClient {
	t.Helper()
	conn, err := grpc.NewClient(s.GRPC(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return collector.NewMetricsServiceClient(conn)
}

// Totals are of the last points, whatever their order of arrival, over
// processes and restarts.
func TestTotals(t *testing.T) {
	s := New(t)
	c := client(t, s)
	for _, r := range []*collector.ExportMetricsServiceRequest{
		request("a", 1, 20, 5), request("a", 1, 10, 3), request("a", 30, 40, 2), request("b", 1, 20, 100), request("a", 1, 20, 5),
	} {
		if _, err := c.Export(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Totals("requests"); len(got) != 1 || got["method=GET"].Sum != 107 {
		t.Errorf("%v", got)
	}
	got := s.Totals("latency")[""]
	if got.Count != 107 || got.Sum != 53.5 || len(got.Buckets) != 2 || got.Buckets[0] != 107 {
		t.Errorf("%+v", got)
	}
	if p := s.Points()[0]; p.Unit != "1" || p.Kind != "sum" || p.Int != 5 || p.Resource["service.instance.id"] != "a" || p.Start.UnixNano() != 1 {
		t.Errorf("%+v", p)
	}
}

func post(t *testing.T, s *Server, body []byte, headers ...string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+"/v1/metrics", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

func TestHTTP(t *testing.T) {
	s := New(t)
	body, err := proto.Marshal(request("a", 1, 20, 5))
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write(body)
	_ = w.Close()
	for _, c := range []struct {
		body    []byte
		headers []string
		want    int
	}{
		{body, []string{"Content-Type", protobuf}, 200},
		{zipped.Bytes(), []string{"Content-Type", protobuf, "Content-Encoding", "gzip"}, 200},
		{body, []string{"Content-Type", protobuf, "Content-Encoding", "gzip"}, 400},
		{[]byte("hello"), []string{"Content-Type", protobuf}, 400},
		{body, []string{"Content-Type", "application/json"}, 415},
	} {
		if got, answer := post(t, s, c.body, c.headers...); got != c.want {
			t.Errorf("%v: got %d %s, want %d", c.headers, got, answer, c.want)
		}
	}
	if n := len(s.Points()); n != 4 {
		t.Errorf("%d points arrived", n)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		name       string
		fault      Fault
		code       codes.Code
		status     int // 0: no answer
		taken      int // points, of two by each protocol
		rejections int64
	}{
		{"none", Fault{}, codes.OK, 200, 4, 0},
		{"refuse", Fault{Refuse: codes.InvalidArgument, Message: "why"}, codes.InvalidArgument, 400, 0, 0},
		{"refuse, but taken", Fault{Refuse: codes.Unavailable, Taken: true, Message: "why"}, codes.Unavailable, 503, 4, 0},
		{"own status", Fault{Refuse: codes.Internal, Status: 502, Message: "why"}, codes.Internal, 502, 0, 0},
		{"reset", Fault{Reset: true}, codes.Unavailable, 0, 0, 0},
		{"reset, but taken", Fault{Reset: true, Taken: true}, codes.Unavailable, 0, 4, 0},
		{"down", Fault{Down: true}, codes.Unavailable, 0, 0, 0},
		{"large", Fault{MaxBytes: 10}, codes.ResourceExhausted, 413, 0, 0},
		{"not large", Fault{MaxBytes: 10_000}, codes.OK, 200, 4, 0},
		{"partial", Fault{Reject: func(p Point) bool { return p.Metric == "latency" }, Advice: "why"}, codes.OK, 200, 2, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := New(t)
			s.SetFault(c.fault)
			response, err := client(t, s).Export(t.Context(), request("a", 1, 20, 5))
			if status.Code(err) != c.code || response.GetPartialSuccess().GetRejectedDataPoints() != c.rejections {
				t.Errorf("gRPC: %v, %v", err, response)
			}
			if c.fault.Message != "" && !strings.Contains(err.Error(), "why") {
				t.Error(err)
			}
			body, err := proto.Marshal(request("b", 1, 20, 5))
			if err != nil {
				t.Fatal(err)
			}
			got, answer := post(t, s, body, "Content-Type", protobuf)
			if got != c.status || c.fault.Message != "" && !bytes.Contains(answer, []byte("why")) {
				t.Errorf("HTTP: %d %q", got, answer)
			}
			if n := len(s.Points()); n != c.taken {
				t.Errorf("%d points were taken, want %d", n, c.taken)
			}
		})
	}
}

// A server that hangs answers neither its clients nor their end, and stops all
// the same.
func TestHang(t *testing.T) {
	s := New(t)
	s.SetFault(Fault{Hang: true, Taken: true})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { // as soon as the server has the request
		for len(s.Requests()) == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	_, err := client(t, s).Export(ctx, request("a", 1, 20, 5))
	if status.Code(err) != codes.Canceled {
		t.Error(err)
	}
	s.Stop() // or the test does not end
	s.Stop()
	if n := len(s.Points()); n != 2 {
		t.Errorf("%d points were taken", n)
	}
}
