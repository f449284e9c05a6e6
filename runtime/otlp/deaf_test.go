package otlp

import (
	"crypto/tls"
	"encoding/pem"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	goruntime "runtime"
	"testing"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"golang.org/x/net/http2"
)

// trustTestServer returns the certificate of httptest's servers, and makes New trust it.
func trustTestServer(t *testing.T) tls.Certificate {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	file := filepath.Join(t.TempDir(), "certificate.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", file)
	return server.TLS.Certificates[0]
}

// serveDeaf accepts connections of HTTP/2 on which a client may send as much as it likes, but
// reads nothing. It returns a channel that has a value for each connection.
func serveDeaf(t *testing.T, listener net.Listener) (accepted chan struct{}) {
	accepted = make(chan struct{}, 1000)
	done := make(chan struct{})
	go func() {
		defer close(done)
		var all []net.Conn
		for {
			conn, err := listener.Accept()
			if err != nil {
				break
			}
			all = append(all, conn)
			framer := http2.NewFramer(conn, nil)
			_ = framer.WriteSettings(http2.Setting{ID: http2.SettingInitialWindowSize, Val: 1 << 30})
			_ = framer.WriteWindowUpdate(0, 1<<30)
			accepted <- struct{}{}
		}
		for _, conn := range all {
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return accepted
}

// TestReceiverStopsReading: the exporter gives up a connection whose receiver does not read.
// Otherwise all later requests would wait in it.
func TestReceiverStopsReading(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "300")
	test := func(t *testing.T, listener net.Listener, opts Options) {
		accepted := serveDeaf(t, listener)
		e := newTest(t, opts)
		for len(accepted) < 3 { // go test ends a test that waits in vain
			if counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{written("1", 1500)})); counts[runtime.Refused] != 0 || len(counts) != 1 {
				t.Errorf("%v, %v", counts, why)
			}
		}
	}
	t.Run("grpc", func(t *testing.T) {
		if goruntime.GOOS != "linux" {
			t.Skip("only Linux has TCP_USER_TIMEOUT")
		}
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		test(t, listener, Options{Endpoint: "http://" + listener.Addr().String()})
	})
	t.Run("http", func(t *testing.T) {
		config := &tls.Config{Certificates: []tls.Certificate{trustTestServer(t)}, NextProtos: []string{"h2"}}
		listener, err := tls.Listen("tcp", "127.0.0.1:0", config)
		if err != nil {
			t.Fatal(err)
		}
		test(t, listener, Options{Protocol: "http", Endpoint: "https://" + listener.Addr().String()})
	})
}
