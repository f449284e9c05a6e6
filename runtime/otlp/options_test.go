package otlp

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

func TestSettings(t *testing.T) {
	for _, c := range []struct {
		name string
		opts Options
		env  map[string]string
		want settings
	}{
		{"nothing said", Options{}, nil, settings{protocol: "grpc", target: target{"localhost:4317", metricsPath, true}, timeout: 10 * time.Second}},
		{"nothing but the protocol", Options{Protocol: "http"}, nil,
			settings{protocol: "http", target: target{"localhost:4318", metricsPath, true}, timeout: 10 * time.Second}},
		{"TLS wanted", Options{}, map[string]string{"OTEL_EXPORTER_OTLP_INSECURE": "false"},
			settings{protocol: "grpc", target: target{"localhost:4317", metricsPath, false}, timeout: 10 * time.Second}},
		{"host and port", Options{Endpoint: "collector:1"}, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://other:1"},
			settings{protocol: "grpc", target: target{"collector:1", metricsPath, false}, timeout: 10 * time.Second}},
		{"a URL", Options{Endpoint: "http://collector:1/base/"}, nil,
			settings{protocol: "grpc", target: target{"collector:1", "/base/v1/metrics", true}, timeout: 10 * time.Second}},
		{"a URL with TLS", Options{Protocol: "http", Endpoint: "https://collector"}, nil,
			settings{protocol: "http", target: target{"collector", metricsPath, false}, timeout: 10 * time.Second}},
		{"variables", Options{}, map[string]string{
			"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:1", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf", "OTEL_EXPORTER_OTLP_TIMEOUT": "250",
			"OTEL_EXPORTER_OTLP_HEADERS": "key=a%20b, other=1",
		}, settings{protocol: "http", timeout: 250 * time.Millisecond}},
		{"variables for metrics count more", Options{}, map[string]string{
			"OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
			"OTEL_EXPORTER_OTLP_METRICS_TIMEOUT": "2", "OTEL_EXPORTER_OTLP_TIMEOUT": "1",
		}, settings{protocol: "grpc", target: target{"localhost:4317", metricsPath, true}, timeout: 2 * time.Millisecond}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := settle(c.opts, environment{func(name string) string { return c.env[name] }})
			if err != nil || got.protocol != c.want.protocol || got.target != c.want.target || got.timeout != c.want.timeout || got.tls != nil {
				t.Errorf("%v, got %+v, want %+v", err, got, c.want)
			}
		})
	}
}

// What OpenTelemetry would log, and then ignore, is an error here.
func TestMistakes(t *testing.T) {
	noPEM := filepath.Join(t.TempDir(), "no.pem")
	if err := os.WriteFile(noPEM, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		opts        Options
		name, value string
		want        string
	}{
		{opts: Options{Protocol: "udp"}, want: `Options.Protocol is "udp": use "grpc" or "http"`},
		{opts: Options{Endpoint: "ftp://x"}, want: `Options.Endpoint is "ftp://x"`},
		{opts: Options{Endpoint: "http://"}, want: `Options.Endpoint is "http://"`},
		{opts: Options{Endpoint: "http://a b/"}, want: `Options.Endpoint is "http://a b/"`},
		{opts: Options{Resource: map[string]string{"host.name": "\xff"}}, want: `resource attribute "host.name"="\xff" is not UTF-8`},
		{name: "OTEL_EXPORTER_OTLP_PROTOCOL", value: "http/json", want: `OTEL_EXPORTER_OTLP_PROTOCOL is "http/json"`},
		{name: "OTEL_EXPORTER_OTLP_ENDPOINT", value: "localhost:4317", want: "write a URL, such as http://localhost:4317"},
		{name: "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", value: "%", want: "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"},
		{name: "OTEL_EXPORTER_OTLP_TIMEOUT", value: "10s", want: `OTEL_EXPORTER_OTLP_TIMEOUT is "10s": write a number of milliseconds`},
		{name: "OTEL_EXPORTER_OTLP_TIMEOUT", value: "0", want: "milliseconds"},
		{name: "OTEL_EXPORTER_OTLP_HEADERS", value: "secret", want: "OTEL_EXPORTER_OTLP_HEADERS must have the form"},
		{name: "OTEL_EXPORTER_OTLP_HEADERS", value: "a=%zz", want: "OTEL_EXPORTER_OTLP_HEADERS must have the form"},
		{name: "OTEL_EXPORTER_OTLP_HEADERS", value: "a b=c", want: "OTEL_EXPORTER_OTLP_HEADERS must have the form"},
		{name: "OTEL_EXPORTER_OTLP_CERTIFICATE", value: "/does/not/exist", want: "OTEL_EXPORTER_OTLP_CERTIFICATE: open /does/not/exist"},
		{name: "OTEL_EXPORTER_OTLP_CERTIFICATE", value: noPEM, want: "contains no certificate in PEM"},
		{name: "OTEL_EXPORTER_OTLP_CLIENT_KEY", value: noPEM, want: "go together"},
		{name: "OTEL_RESOURCE_ATTRIBUTES", value: "novalue", want: "OTEL_RESOURCE_ATTRIBUTES must have the form"},
		{name: "OTEL_RESOURCE_ATTRIBUTES", value: "a=%zz", want: "OTEL_RESOURCE_ATTRIBUTES must have the form"},
	} {
		t.Run(c.want, func(t *testing.T) {
			if c.name != "" {
				t.Setenv(c.name, c.value)
			}
			e, err := New(t.Context(), c.opts)
			if err == nil {
				t.Fatal("no error", e.Shutdown(t.Context()))
			}
			if !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "otlp: ") || strings.Contains(err.Error(), "secret") {
				t.Error(err)
			}
		})
	}
}

// A request may not take longer than the variable says, whatever ctx allows.
func TestTimeout(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "50")
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		receiver.SetFault(fakeotlp.Fault{Hang: true})
		counts, why := fates(t, e.Export(t.Context(), []*metric.Metric{numbered("m", 1)}))
		// The server never answers. On a busy machine the time may be over before the
		// request is sent.
		if counts[runtime.Unconfirmed]+counts[runtime.Unsent] != 1 || len(counts) != 1 {
			t.Errorf("%v, %v", counts, why)
		}
	})
}

func TestHeaders(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, _ *Exporter) {
		endpoint, protocol := "http://"+receiver.GRPC(), "grpc"
		if strings.HasSuffix(t.Name(), "http") {
			endpoint, protocol = receiver.URL(), "http"
		}
		t.Setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=from%20environment")
		fromEnv := newTest(t, Options{Protocol: protocol, Endpoint: endpoint})
		fromOptions := newTest(t, Options{Protocol: protocol, Endpoint: endpoint, Headers: map[string]string{"x-key": "from options"}})
		for _, e := range []*Exporter{fromEnv, fromOptions} {
			if err := e.Export(t.Context(), []*metric.Metric{numbered("m", 1)}); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []string{"from environment", "from options"} {
			if got := receiver.Requests()[i].Headers["x-key"]; len(got) != 1 || got[0] != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	})
}

func TestCompression(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
		if err := e.Export(t.Context(), []*metric.Metric{numbered("m", 100)}); err != nil {
			t.Fatal(err)
		}
		if n := len(receiver.Totals("m")); n != 100 {
			t.Errorf("%d series arrived", n)
		}
		headers := receiver.Requests()[0].Headers
		if encoding := append(headers["content-encoding"], headers["grpc-encoding"]...); strings.HasSuffix(t.Name(), "http") && !slices.Contains(encoding, "gzip") {
			t.Errorf("%v", headers)
		}
	})
}

func TestResource(t *testing.T) {
	t.Setenv("OTEL_SERVICE_NAME", "shop")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "service.version=1.0,deployment.environment=test,host.name=h,example.com/team=%C3%BC")
	attributes := func(opts Options) map[string]string {
		receiver := fakeotlp.New(t)
		opts.Endpoint = "http://" + receiver.GRPC()
		if err := newTest(t, opts).Export(t.Context(), []*metric.Metric{numbered("m", 1)}); err != nil {
			t.Fatal(err)
		}
		return receiver.Points()[0].Resource
	}
	first, second := attributes(Options{}), attributes(Options{})
	if first["service.name"] != "shop" || first["service.version"] != "1.0" || first["host.name"] != "h" || first["example.com/team"] != "ü" {
		t.Errorf("%v", first)
	}
	if id := first["service.instance.id"]; id == "" || id == second["service.instance.id"] {
		t.Errorf("two exporters have the ids %q and %q", id, second["service.instance.id"])
	}
	got := attributes(Options{Resource: map[string]string{"service.name": "mine", "service.instance.id": "", "host.name": ""}})
	if len(got) != 4 || got["service.name"] != "mine" || got["deployment.environment"] != "test" {
		t.Errorf("%v", got)
	}
}

// The variables for certificates work over HTTP, whose client is ours.
func TestTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	e := newTest(t, Options{Protocol: "http", Endpoint: server.URL})
	if err := e.Export(t.Context(), []*metric.Metric{numbered("m", 1)}); err == nil {
		t.Error("an unknown certificate was taken")
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(file, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", file)
	e = newTest(t, Options{Protocol: "http", Endpoint: server.URL})
	if err := e.Export(t.Context(), []*metric.Metric{numbered("m", 1)}); err != nil {
		t.Error(err)
	}
}

func TestClientCertificate(t *testing.T) {
	dir := t.TempDir()
	certFile, keyFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writePair(t, certFile, keyFile)
	var presented int
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { presented = len(r.TLS.PeerCertificates) }))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	defer server.Close()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_CERTIFICATE", ca)
	t.Setenv("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", certFile)
	t.Setenv("OTEL_EXPORTER_OTLP_CLIENT_KEY", keyFile)
	e := newTest(t, Options{Protocol: "http", Endpoint: server.URL})
	if err := e.Export(t.Context(), []*metric.Metric{numbered("m", 1)}); err != nil || presented != 1 {
		t.Errorf("%v, %d certificates", err, presented)
	}
}
