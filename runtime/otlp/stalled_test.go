package otlp

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	collector "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/protobuf/proto"
)

// A stalled receiver reads HTTP/2 but lets no stream send more than the first 64 KiB of the
// connection, until it is told to. So the requests wait in the client's queue.
type stalled struct {
	listener net.Listener
	http     bool          // instead of gRPC
	refuse   bool          // refuses the first stream when its data begin
	began    chan uint32   // streams
	resume   chan struct{} // closed: all may be sent

	mu   sync.Mutex
	data map[uint32][]byte // by stream
}

func newStalled(t *testing.T, s *stalled) *stalled {
	t.Helper()
	if s.listener == nil {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s.listener = listener
	}
	s.began, s.resume, s.data = make(chan uint32, 10), make(chan struct{}), map[uint32][]byte{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.serve(); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() {
		_ = s.listener.Close()
		<-done
	})
	return s
}

// serve serves one connection.
func (s *stalled) serve() error {
	conn, err := s.listener.Accept()
	if err != nil {
		return nil // the test ended before
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.ReadFull(conn, make([]byte, len(http2.ClientPreface))); err != nil {
		return err
	}
	var writing sync.Mutex
	framer := http2.NewFramer(conn, conn)
	// A stream may send as much as it likes, so the connection's window is what stalls.
	if err := framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 30}); err != nil {
		return err
	}
	go func() {
		<-s.resume
		writing.Lock()
		defer writing.Unlock()
		_ = framer.WriteWindowUpdate(0, 1<<30)
	}()
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return nil // the client is closed
		}
		writing.Lock()
		err = s.answer(framer, frame)
		writing.Unlock()
		if err != nil {
			return nil
		}
	}
}

// answer keeps the data of a frame, and answers a request that is complete.
func (s *stalled) answer(framer *http2.Framer, frame http2.Frame) error {
	switch f := frame.(type) {
	case *http2.SettingsFrame:
		if !f.IsAck() {
			return framer.WriteSettingsAck()
		}
	case *http2.PingFrame:
		if !f.IsAck() {
			return framer.WritePing(true, f.Data)
		}
	case *http2.DataFrame:
		s.mu.Lock()
		first := s.data[f.StreamID] == nil
		s.data[f.StreamID] = append(s.data[f.StreamID], f.Data()...)
		s.mu.Unlock()
		if first {
			s.began <- f.StreamID
		}
		switch {
		case s.refuse && f.StreamID == 1:
			if first {
				return framer.WriteRSTStream(f.StreamID, http2.ErrCodeRefusedStream)
			}
		case f.StreamEnded() && s.http:
			return acceptHTTP(framer, f.StreamID)
		case f.StreamEnded():
			return accept(framer, f.StreamID)
		}
	}
	return nil
}

// accept writes an empty response of gRPC.
func accept(framer *http2.Framer, stream uint32) error {
	var block bytes.Buffer
	encoder := hpack.NewEncoder(&block)
	for _, f := range []hpack.HeaderField{{Name: ":status", Value: "200"}, {Name: "content-type", Value: "application/grpc"}} {
		_ = encoder.WriteField(f)
	}
	if err := framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true}); err != nil {
		return err
	}
	if err := framer.WriteData(stream, false, make([]byte, 5)); err != nil {
		return err
	}
	block.Reset()
	_ = encoder.WriteField(hpack.HeaderField{Name: "grpc-status", Value: "0"})
	return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: true})
}

// acceptHTTP writes an empty response of OTLP over HTTP.
func acceptHTTP(framer *http2.Framer, stream uint32) error {
	var block bytes.Buffer
	_ = hpack.NewEncoder(&block).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	return framer.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: block.Bytes(), EndHeaders: true, EndStream: true})
}

// written returns a metric whose labels have the digit many times.
func written(digit string, series int) *metric.Metric {
	m := numbered("m"+digit, series)
	for _, s := range m.Series {
		s.LabelValues[0].Value = strings.Repeat(digit, 1000)
	}
	return m
}

// TestCanceledRequestInQueue: a request whose call has ended may still wait in the queue of
// gRPC's connection. Nothing of a later request is sent in its place.
func TestCanceledRequestInQueue(t *testing.T) {
	receiver := newStalled(t, &stalled{})
	e := newTest(t, Options{Endpoint: "http://" + receiver.listener.Addr().String()})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		<-receiver.began
		cancel()
	}()
	if counts, why := fates(t, e.Export(ctx, []*metric.Metric{written("1", 1000)})); counts[runtime.Unconfirmed] != 1000 {
		t.Errorf("%v, %v", counts, why)
	}
	exported := make(chan error, 1)
	go func() { exported <- e.Export(t.Context(), []*metric.Metric{written("2", 1000)}) }()
	close(receiver.resume)
	if err := <-exported; err != nil {
		t.Fatal(err)
	}
	receiver.mu.Lock()
	defer receiver.mu.Unlock()
	if canceled := receiver.data[1]; len(canceled) == 0 || len(canceled) >= 1_000_000 || bytes.Contains(canceled, []byte("2222")) {
		t.Errorf("%d bytes of the canceled request arrived, with bytes of the next", len(canceled))
	}
	message := receiver.data[3]
	var decoded collector.ExportMetricsServiceRequest
	if len(message) < 5 || int(binary.BigEndian.Uint32(message[1:])) != len(message)-5 || proto.Unmarshal(message[5:], &decoded) != nil {
		t.Fatalf("%d bytes of the next request arrived", len(message))
	}
	points := decoded.ResourceMetrics[0].ScopeMetrics[0].Metrics[0].GetSum().DataPoints
	if len(points) != 1000 || bytes.Contains(message, []byte("1111")) {
		t.Errorf("%d points arrived", len(points))
	}
}

// TestRefusedStream: gRPC and the transport of HTTP/2 send a request again if the receiver says
// that it did not process it. They send all of it, also if they had sent a part.
func TestRefusedStream(t *testing.T) {
	for _, zip := range []string{"none", "gzip"} {
		t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", zip)
		t.Run("grpc, "+zip, func(t *testing.T) {
			receiver := newStalled(t, &stalled{refuse: true})
			exportToRefusing(t, receiver, Options{Endpoint: "http://" + receiver.listener.Addr().String()})
		})
		t.Run("http, "+zip, func(t *testing.T) {
			config := &tls.Config{Certificates: []tls.Certificate{trustTestServer(t)}, NextProtos: []string{"h2"}}
			listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
			if err != nil {
				t.Fatal(err)
			}
			receiver := newStalled(t, &stalled{refuse: true, http: true, listener: listener})
			exportToRefusing(t, receiver, Options{Protocol: "http", Endpoint: "https://" + listener.Addr().String()})
		})
	}
}

func exportToRefusing(t *testing.T, receiver *stalled, opts Options) {
	close(receiver.resume)
	e := newTest(t, opts)
	exportAll(t, e, written("1", 200)) // less than 256 KiB, or gRPC would not send it again
	receiver.mu.Lock()
	defer receiver.mu.Unlock()
	body := receiver.data[3]
	if !receiver.http {
		body = body[min(5, len(body)):] // a prefix of gRPC
	}
	if unzipped, err := gzip.NewReader(bytes.NewReader(body)); err == nil {
		if body, err = io.ReadAll(unzipped); err != nil {
			t.Error(err)
		}
	}
	var request collector.ExportMetricsServiceRequest
	if err := proto.Unmarshal(body, &request); err != nil || len(receiver.data) != 2 || len(receiver.data[1]) == 0 {
		t.Fatalf("%d streams, %v", len(receiver.data), err)
	}
	if n := len(request.ResourceMetrics[0].ScopeMetrics[0].Metrics[0].GetSum().DataPoints); n != 200 {
		t.Errorf("%d points arrived", n)
	}
}

// marked returns a metric whose name, labels and values all have the number.
func marked(number, series int) *metric.Metric {
	m := numbered(fmt.Sprint("m", number), series)
	for _, s := range m.Series {
		s.LabelValues[0].Value = strings.Repeat(fmt.Sprint(number, " "), 100)
		s.Point.Value = int64(number)
	}
	return m
}

// TestRequestsStayApart: whatever ends a request early, no request has bytes of another.
func TestRequestsStayApart(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		for i := range 8 {
			for k, fault := range []fakeotlp.Fault{{Hang: true, Taken: true}, {Reset: true, Taken: true}, {Delay: time.Millisecond}} {
				receiver.SetFault(fault)
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*5*time.Millisecond)
				_ = e.Export(ctx, []*metric.Metric{marked(4*i+k, 500+i)}) // accepted or not
				cancel()
			}
			receiver.SetFault(fakeotlp.Fault{})
			for e.Export(t.Context(), []*metric.Metric{marked(4*i+3, 400)}) != nil {
				time.Sleep(time.Millisecond)
			}
		}
		points := receiver.Points()
		if len(points) < 8*400 {
			t.Errorf("only %d points arrived", len(points))
		}
		for _, p := range points {
			number := strings.TrimPrefix(p.Metric, "m")
			if want := strings.Repeat(number+" ", 100); p.Attributes["k"] != want || fmt.Sprint(p.Int) != number {
				t.Fatalf("metric %s has a point of %d, %q", p.Metric, p.Int, p.Attributes)
			}
		}
	})
}
