package autoexport

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

func metrics() []*metric.Metric {
	return []*metric.Metric{{
		Descriptor: metric.Descriptor{Name: "shop/queue_depth", Unit: "1", Type: metric.TypeGaugeInt64},
		Series:     []*metric.Series{{Point: metric.Point{Time: time.Now(), Value: int64(42)}}},
	}}
}

// register registers a package with one gauge until the test ends.
func register(t *testing.T) *series.Int64LastValues {
	t.Helper()
	depth := series.NewInt64LastValues(series.SeriesInfo{Name: "shop/queue_depth", Size: 1})
	p := record.NewPackage(record.PackageInfo{
		Name:        "shop",
		Parts:       []record.Part{series.Sets(depth)},
		Descriptors: func() []metric.Descriptor { return []metric.Descriptor{metrics()[0].Descriptor} },
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
	return depth
}

// newTest returns the exporter that the environment asks for.
func newTest(t *testing.T, value string) runtime.Exporter {
	t.Helper()
	t.Setenv(variable, value)
	e, err := New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// exportOnce exports, and checks that both calls of Shutdown are well.
func exportOnce(t *testing.T, e runtime.Exporter) {
	t.Helper()
	if err := e.Export(t.Context(), metrics()); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := e.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestConsole(t *testing.T) {
	stdout := os.Stdout
	defer func() { os.Stdout = stdout }()
	for value, want := range map[string]string{
		"": "shop/queue_depth [1]", "console": "shop/queue_depth [1]", " console ": "shop/queue_depth [1]", "console-json": `"shop/queue_depth"`,
	} {
		file, err := os.CreateTemp(t.TempDir(), "stdout")
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout = file
		exportOnce(t, newTest(t, value))
		written, err := os.ReadFile(file.Name())
		if err != nil || !strings.Contains(string(written), want) || !strings.Contains(string(written), "42") {
			t.Errorf("%q: %v, %s", value, err, written)
		}
		if isJSON := json.Valid(written); isJSON != (value == "console-json") {
			t.Errorf("%q: JSON: %t: %s", value, isJSON, written)
		}
		_ = file.Close()
	}
}

func TestNone(t *testing.T) {
	e := newTest(t, "none")
	if _, ok := e.(runtime.NoSender); !ok {
		t.Error("its exports look as if a backend accepted them")
	}
	exportOnce(t, e)
}

func TestOTLP(t *testing.T) {
	receiver := fakeotlp.New(t)
	for protocol, endpoint := range map[string]string{"": "http://" + receiver.GRPC(), "grpc": "http://" + receiver.GRPC(), "http/protobuf": receiver.URL()} {
		t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", protocol)
		t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
		before := len(receiver.Points())
		exportOnce(t, newTest(t, "otlp"))
		if points := receiver.Points()[before:]; len(points) != 1 || points[0].Int != 42 {
			t.Errorf("%q: %+v", protocol, points)
		}
	}
}

func TestPrometheus(t *testing.T) {
	register(t).At(0).Set(42)
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_PORT", "0")
	e := newTest(t, "prometheus")
	address := e.(*scraped).address
	if host, _, err := net.SplitHostPort(address); err != nil || !net.ParseIP(host).IsLoopback() {
		t.Errorf("it listens at %s, %v", address, err)
	}
	if body := get(t, "http://"+address+"/metrics"); !strings.Contains(body, "\nshop_queue_depth 42\n") {
		t.Error(body)
	}

	if e.(*scraped).server.WriteTimeout <= 0 {
		t.Error("a client that stops reading keeps the memory of its response")
	}

	// The port is taken now.
	_, port, _ := net.SplitHostPort(address)
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1")
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_PORT", port)
	if _, err := New(t.Context()); err == nil || !strings.Contains(err.Error(), "127.0.0.1:"+port) || !strings.Contains(err.Error(), "OTEL_EXPORTER_PROMETHEUS_PORT") {
		t.Error(err)
	}
	exportOnce(t, e)
	if _, err := net.Dial("tcp", address); err == nil {
		t.Error("it listens after Shutdown")
	}
	exportOnce(t, newTest(t, "prometheus")) // the port is free again
}

// Exports that send nothing do not look as if a backend had accepted them; what
// was dropped is told all the same.
func TestPrometheusAcceptsNothing(t *testing.T) {
	register(t).At(0).Set(1)
	record.NewValueCheck("shop/revenue", record.NonNegative).Float64(-1)
	t.Setenv("OTEL_EXPORTER_PROMETHEUS_PORT", "0")
	e := newTest(t, "prometheus")
	tel, err := runtime.Start(t.Context(), runtime.Options{Exporter: e, Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if err := tel.ForceFlush(t.Context()); err != nil {
		t.Error(err)
	}
	body := get(t, "http://"+e.(*scraped).address+"/metrics")
	for _, name := range []string{"exports", "points", "last_success"} {
		if strings.Contains(body, "ocgen_telemetry_"+name) {
			t.Errorf("there is %s in\n%s", name, body)
		}
	}
	if !strings.Contains(body, `ocgen_telemetry_replaced_or_dropped{measure="shop/revenue",reason="negative",tag=""} `) {
		t.Error(body)
	}
	if h := tel.Health(); h.Exports == 0 || h.LastExport.IsZero() || h.Delivered > 0 || !h.LastSuccess.IsZero() {
		t.Errorf("%+v", h)
	}
	if err := tel.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatal(response.Status, err)
	}
	return string(body)
}

// A server that has ended by itself is not silent about it.
func TestPrometheusServerDies(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scraped{server: &http.Server{ReadHeaderTimeout: time.Second}, address: listener.Addr().String(), served: make(chan struct{})}
	_ = listener.Close()
	s.serve(listener)
	if err := s.Export(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no longer served at "+s.address) {
		t.Error(err)
	}
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

// OpenTelemetry's default, as far as the machine has that port free.
func TestPrometheusDefaults(t *testing.T) {
	t.Setenv(variable, "prometheus")
	e, err := New(t.Context())
	if err != nil {
		if !strings.Contains(err.Error(), "localhost:9464") {
			t.Error(err)
		}
		return
	}
	if _, port, _ := net.SplitHostPort(e.(*scraped).address); port != "9464" {
		t.Errorf("it listens at %s", e.(*scraped).address)
	}
	if err := e.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestStackdriver(t *testing.T) {
	register(t)
	t.Setenv("GCE_METADATA_HOST", "127.0.0.1:1") // nobody there
	t.Setenv("HOME", t.TempDir())                // nor credentials of whoever runs the test
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", "")
	t.Setenv("GOOGLE_CLOUD_PROJECT", "")
	t.Setenv(variable, "stackdriver")
	if e, err := New(t.Context()); err == nil || e != nil || !strings.Contains(err.Error(), "GOOGLE_CLOUD_PROJECT, the project to write to, is not set") {
		t.Error(err)
	}
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", credentials(t)) // they name a project too
	for _, project := range []string{"my-project", ""} {
		t.Setenv("GOOGLE_CLOUD_PROJECT", project)
		e := newTest(t, "stackdriver")
		if _, ok := e.(*stackdriver.Exporter); !ok {
			t.Errorf("%T", e)
		}
		if err := e.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// credentials writes a service account that nobody has.
func credentials(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "project_id": "p", "private_key_id": "1", "private_key": string(private),
		"client_email": "nobody@p.iam.gserviceaccount.com", "client_id": "1", "token_uri": "http://127.0.0.1:1/token",
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "credentials.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct{ value, variable, to, want string }{
		{value: "zipkin", want: `OCGEN_EXPORTER is "zipkin": use one of console, console-json, none, otlp, prometheus, stackdriver`},
		{value: "Console", want: `OCGEN_EXPORTER is "Console"`},
		{"otlp", "OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "OCGEN_EXPORTER=otlp: otlp: OTEL_EXPORTER_OTLP_ENDPOINT"},
		{"prometheus", "OTEL_EXPORTER_PROMETHEUS_PORT", "many", "localhost:many (OTEL_EXPORTER_PROMETHEUS_HOST, OTEL_EXPORTER_PROMETHEUS_PORT)"},
	} {
		t.Setenv(variable, c.value)
		if c.variable != "" {
			t.Setenv(c.variable, c.to)
		}
		e, err := New(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.want) || e != nil {
			t.Errorf("%s: %v, %v", c.value, e, err)
		}
	}
}
