package collector_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/bridge/opencensus"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	api "go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"

	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/internal/tests/collector"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	ocgenotel "github.com/ocgen/ocgen/runtime/otel"
)

// goldenScope is the scope of the package otel.
const goldenScope = "github.com/ocgen/ocgen/internal/tests/golden/otel"

// newProvider returns a MeterProvider as a main function makes one: a Producer beside the
// SDK's own instruments, and OpenTelemetry's exporter over a protocol. It exports when it
// is flushed or shut down.
func newProvider(t *testing.T, c *collector.Collector, protocol string, temporality sdk.TemporalitySelector, others ...sdk.PeriodicReaderOption) *sdk.MeterProvider {
	t.Helper()
	exporter, err := newSDKExporter(t.Context(), c, protocol, temporality)
	if err != nil {
		t.Fatal(err)
	}
	provider := sdk.NewMeterProvider(
		sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "shop"))),
		sdk.WithReader(sdk.NewPeriodicReader(exporter, append(others, sdk.WithInterval(time.Hour),
			sdk.WithProducer(ocgenotel.NewProducer(ocgenotel.WithTemporality(exporter.Temporality))))...)),
	)
	t.Cleanup(func() { _ = provider.Shutdown(context.Background()) }) // of a test that has failed
	return provider
}

func newSDKExporter(ctx context.Context, c *collector.Collector, protocol string, temporality sdk.TemporalitySelector) (sdk.Exporter, error) {
	if protocol == "http" {
		return otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpointURL(c.URL()+"/v1/metrics"), otlpmetrichttp.WithTemporalitySelector(temporality))
	}
	return otlpmetricgrpc.New(ctx, otlpmetricgrpc.WithEndpoint(c.GRPC()), otlpmetricgrpc.WithInsecure(), otlpmetricgrpc.WithTemporalitySelector(temporality))
}

// handled has the errors that OpenTelemetry's ErrorHandler got.
var handled struct {
	mu     sync.Mutex
	errors []string
}

func handle(err error) {
	handled.mu.Lock()
	defer handled.mu.Unlock()
	handled.errors = append(handled.errors, err.Error())
}

// takeHandled returns the errors since its last call.
func takeHandled() []string {
	handled.mu.Lock()
	defer handled.mu.Unlock()
	defer func() { handled.errors = nil }()
	return handled.errors
}

// serveRequest serves one request through otelhttp, whose instruments are the SDK's own.
func serveRequest(t *testing.T, provider api.MeterProvider) {
	t.Helper()
	served := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	otelhttp.NewHandler(served, "tea", otelhttp.WithMeterProvider(provider)).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil))
}

// wantServed fails unless the metrics of serveRequest arrived.
func wantServed(t *testing.T, points []fakeotlp.Point) {
	t.Helper()
	own := ofScope(points, otelhttp.ScopeName)
	duration := named(own, "http.server.request.duration")
	if len(duration) != 1 || duration[0].Count != 1 || duration[0].Unit != "s" {
		t.Errorf("of otelhttp arrived %d points, with the durations %+v", len(own), duration)
	}
}

// ofScope returns the points of an instrumentation scope.
func ofScope(points []fakeotlp.Point, scope string) []fakeotlp.Point {
	return slices.DeleteFunc(slices.Clone(points), func(p fakeotlp.Point) bool { return p.Scope != scope })
}

// gatheredOtel returns the metrics of the package otel.
func gatheredOtel(t *testing.T) []*metric.Metric {
	return slices.DeleteFunc(runtime.Gather(t.Context()), func(m *metric.Metric) bool {
		return !strings.HasPrefix(m.Descriptor.Name, "golden/otel/")
	})
}

// TestProducer: OpenTelemetry's SDK delivers the packages of the recorder "otel", and no
// others, as [runtime.Gather] has them, beside otelhttp's metrics.
func TestProducer(t *testing.T) {
	for _, protocol := range protocols {
		t.Run(protocol, func(t *testing.T) {
			c := collector.Start(t)
			register(t)
			provider := newProvider(t, c, protocol, sdk.CumulativeTemporalitySelector)
			ctx, span := traced(t)
			recordAll(ctx)
			serveRequest(t, provider)
			gathered := gatheredOtel(t)
			if err := provider.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			arrived := c.Points()
			got := ofScope(arrived, goldenScope)
			wantSame(t, timeless(got), timeless(expected(gathered)))
			checkVariety(t, got, variety{
				series: 1, span: span,
				exact:  []string{"golden/otel/size_total", "golden/otel/level"},
				traced: []string{"golden/otel/latency", "golden/otel/weights"},
			})
			wantServed(t, arrived)
			for _, p := range arrived {
				if p.Resource["service.name"] != "shop" {
					t.Errorf("%s arrived with the resource %v", p.Metric, p.Resource)
				}
				if p.Scope != goldenScope && p.Scope != otelhttp.ScopeName && p.Scope != "github.com/ocgen/ocgen" {
					t.Errorf("%s arrived in the scope %q", p.Metric, p.Scope)
				}
			}
			if errs := takeHandled(); errs != nil {
				t.Errorf("OpenTelemetry's ErrorHandler got %q", errs)
			}
		})
	}
}

// TestBothProducers: with OpenTelemetry's bridge for OpenCensus on the same Reader, the
// packages of all recorders arrive, and no series twice.
func TestBothProducers(t *testing.T) {
	for _, protocol := range protocols {
		t.Run(protocol, func(t *testing.T) {
			c := collector.Start(t)
			registerOnly(t, "golden/otel/", "golden/observedirect/", "shop")
			recordOtel(t.Context())
			recordObserveDirect(t.Context())
			recordShop(t.Context())
			gathered := expected(runtime.Gather(t.Context()))
			provider := newProvider(t, c, protocol, sdk.CumulativeTemporalitySelector, sdk.WithProducer(opencensus.NewMetricProducer()))
			if err := provider.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			arrived := map[string]int{}
			for _, p := range c.Points() {
				if p.Scope == goldenScope || p.Scope == "go.opentelemetry.io/otel/bridge/opencensus" {
					arrived[p.Metric+" "+fakeotlp.Key(p.Attributes)]++
				}
			}
			for _, p := range gathered {
				if n := arrived[p.Metric+" "+fakeotlp.Key(p.Attributes)]; n != 1 {
					t.Errorf("%s %v arrived %d times", p.Metric, p.Attributes, n)
				}
			}
			if len(arrived) != len(gathered) {
				t.Errorf("%d series arrived, want %d: %v", len(arrived), len(gathered), arrived)
			}
		})
	}
}
