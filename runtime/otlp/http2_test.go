package otlp

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/protobuf/proto"
)

// checkMarked checks that a request has only metrics of [marked], each with its own bytes, and
// returns the number of its points.
func checkMarked(t *testing.T, body []byte) (points int64) {
	var request collector.ExportMetricsServiceRequest
	if err := proto.Unmarshal(body, &request); err != nil {
		t.Error(err)
		return 0
	}
	for _, m := range request.ResourceMetrics[0].ScopeMetrics[0].Metrics {
		number := strings.TrimPrefix(m.Name, "m")
		want := strings.Repeat(number+" ", 100)
		for _, p := range m.GetSum().DataPoints {
			if got := p.Attributes[0].Value.GetStringValue(); got != want || fmt.Sprint(p.GetAsInt()) != number {
				t.Errorf("metric %s has a point of %d, %q", m.Name, p.GetAsInt(), got)
			}
			points++
		}
	}
	return points
}

// TestHTTP2RequestsStayApart: over HTTP/2 the transport sends a request again on a new
// connection, and may read its body after the response. No request has bytes of another.
func TestHTTP2RequestsStayApart(t *testing.T) {
	trustTestServer(t)
	var points, number atomic.Int64
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("the request is %s", r.Proto)
		}
		switch number.Add(1) % 6 {
		case 1: // the stream is reset
			panic(http.ErrAbortHandler)
		case 2: // also in the middle of the body
			_, _ = io.CopyN(io.Discard, r.Body, 1000)
			panic(http.ErrAbortHandler)
		case 3: // a response before the body is read, and then smaller requests
			w.WriteHeader(http.StatusRequestEntityTooLarge)
			return
		case 4:
			go server.CloseClientConnections()
		case 5: // GOAWAY
			w.Header().Set("Connection", "close")
		}
		if body, err := io.ReadAll(r.Body); err == nil {
			points.Add(checkMarked(t, body))
		}
		w.Header().Set("Content-Type", protobufType)
	})
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	e := newTest(t, Options{Protocol: "http", Endpoint: server.URL})
	for i := range 100 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(10+i%20)*time.Millisecond)
		_ = e.Export(ctx, []*metric.Metric{marked(i, 200+i)}) // accepted or not
		cancel()
	}
	for before := points.Load(); points.Load() == before; { // go test ends a test that waits in vain
		_ = e.Export(t.Context(), []*metric.Metric{marked(100, 300)})
	}
}
