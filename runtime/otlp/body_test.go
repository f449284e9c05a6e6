package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/ocgen/ocgen/runtime/metric"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/stats"
	"google.golang.org/protobuf/proto"
)

// A roundTripper is a transport.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// exchangeWith returns a request of OpenTelemetry's exporter, whose exchange has the message.
func exchangeWith(t *testing.T, m *memory, message string) (*http.Request, mem.Buffer) {
	t.Helper()
	data := m.Get(len(message))
	*data = append((*data)[:0], message...)
	request := mem.NewBuffer(data, m)
	r := httptest.NewRequestWithContext(withExchange(t.Context(), &exchange{request: request}), http.MethodPost, "/", http.NoBody)
	return r, request
}

// TestBodyReadAfterRoundTrip: a transport may read the body after RoundTrip has returned, and
// reads what it had to send, whatever was sent since. It is for the race detector too.
func TestBodyReadAfterRoundTrip(t *testing.T) {
	var m memory
	first, later := string(bytes.Repeat([]byte("1"), 10_000)), string(bytes.Repeat([]byte("2"), 10_000))
	next, read := make(chan struct{}), make(chan string, 1)
	slow := watchedTransport{roundTripper(func(r *http.Request) (*http.Response, error) {
		go func() {
			start := make([]byte, 10)
			_, err := io.ReadFull(r.Body, start)
			<-next
			rest, restErr := io.ReadAll(r.Body)
			if err := errors.Join(err, restErr, r.Body.Close()); err != nil {
				t.Error(err)
			}
			read <- string(start) + string(rest)
		}()
		return nil, errors.New("the connection broke")
	})}
	fast := watchedTransport{roundTripper(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err := errors.Join(err, r.Body.Close()); err != nil || string(body) != later {
			t.Errorf("%v, a body of %d bytes, want %d", err, len(body), len(later))
		}
		return nil, errors.New("the connection broke")
	})}
	r, request := exchangeWith(t, &m, first)
	_, _ = slow.RoundTrip(r)
	request.Free()
	for i := range 10 {
		r, request := exchangeWith(t, &m, later)
		_, _ = fast.RoundTrip(r)
		request.Free()
		if i == 5 {
			close(next)
		}
	}
	if got := <-read; got != first {
		t.Error("the body of a request changed after RoundTrip")
	}
}

// TestBodyClosedDuringRead: a transport of HTTP/2 closes the body while it reads. From then on
// the memory belongs to the next request.
func TestBodyClosedDuringRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var m memory
		for range 50 {
			_, request := exchangeWith(t, &m, string(make([]byte, 100_000)))
			b := newBody(request)
			request.Free()
			go func() {
				data, err := io.ReadAll(b)
				if err != nil && !errors.Is(err, http.ErrBodyReadAfterClose) {
					t.Error(err)
				}
				if len(bytes.Trim(data, "\x00")) > 0 {
					t.Error("bytes of the next request were read")
				}
			}()
			go func() {
				for range 2 {
					if err := b.Close(); err != nil {
						t.Error(err)
					}
				}
				memory := m.Get(100_000) // as the next request does
				for i := range (*memory)[:100_000] {
					(*memory)[:100_000][i] = 1
				}
				m.Put(memory)
			}()
			synctest.Wait()
		}
	})
}

// TestBodyAgain: a transport that finds its connection closed sends the body again.
func TestBodyAgain(t *testing.T) {
	var m memory
	r, request := exchangeWith(t, &m, "a request")
	_, _ = watchedTransport{roundTripper(func(r *http.Request) (*http.Response, error) {
		_, _ = io.CopyN(io.Discard, r.Body, 3)
		_ = r.Body.Close()
		again, err := r.GetBody()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(again)
		if err := errors.Join(err, again.Close()); err != nil || string(body) != "a request" || r.ContentLength != int64(len(body)) {
			t.Errorf("%v, %q, %d", err, body, r.ContentLength)
		}
		return nil, errors.New("the connection broke")
	})}.RoundTrip(r)
	if m.request.Load() != nil {
		t.Error("the memory was returned while the request was in use")
	}
	request.Free()
}

// TestZippedBody: the body is compressed, its length is known, and it can be sent again.
func TestZippedBody(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
	var names []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength <= 0 || r.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%d bytes, %v", r.ContentLength, r.Header)
		}
		unzipped, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		data, err := io.ReadAll(unzipped)
		var request collector.ExportMetricsServiceRequest
		if err := errors.Join(err, proto.Unmarshal(data, &request)); err != nil {
			t.Error(err)
		}
		names = append(names, request.ResourceMetrics[0].ScopeMetrics[0].Metrics[0].Name)
	}))
	defer server.Close()
	e := newTest(t, Options{Protocol: "http", Endpoint: server.URL})
	for _, name := range []string{"a", "b"} {
		if err := e.Export(t.Context(), []*metric.Metric{numbered(name, 1000)}); err != nil {
			t.Error(err)
		}
	}
	if len(names) != 2 || names[0] != "a" || names[1] != "b" {
		t.Errorf("%v", names)
	}
}

// A lengthWatcher notes the lengths of the last message that a server of gRPC received.
type lengthWatcher struct{ length, zipped int }

func (w *lengthWatcher) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	return ctx
}

func (w *lengthWatcher) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context {
	return ctx
}

func (w *lengthWatcher) HandleConn(context.Context, stats.ConnStats) {}

func (w *lengthWatcher) HandleRPC(_ context.Context, event stats.RPCStats) {
	if e, ok := event.(*stats.InPayload); ok {
		w.length, w.zipped = e.Length, e.CompressedLength
	}
}

// TestZippedOverGRPC: gRPC compresses the request.
func TestZippedOverGRPC(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
	r, w := &recorder{}, &lengthWatcher{}
	e := newTest(t, Options{Endpoint: "http://" + overGRPC(t, r, grpc.StatsHandler(w))})
	for range 3 {
		exportAll(t, e, numbered("m", 1000))
		request, _ := r.take()
		if n := len(request.ResourceMetrics[0].ScopeMetrics[0].Metrics[0].GetSum().DataPoints); n != 1000 {
			t.Errorf("%d points arrived", n)
		}
		if w.zipped == 0 || w.zipped > w.length/2 {
			t.Errorf("%d bytes were sent for %d", w.zipped, w.length)
		}
	}
}
