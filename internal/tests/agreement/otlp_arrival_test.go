package agreement_test

import (
	"bytes"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/otlp"
	octrace "go.opencensus.io/trace"
)

// The build is that of the process: it must be set before the first registration.
func TestMain(m *testing.M) {
	shopmetrics.SetBuild("1.2.3")
	os.Exit(m.Run())
}

// What generated recorders record arrives: counts, sums, buckets, units and
// exemplars, with nothing but a return and a Shutdown between.
func TestArrival(t *testing.T) {
	overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e runtime.Exporter) {
		if err := shopmetrics.RegisterViews(); err != nil {
			t.Fatal(err)
		}
		defer shopmetrics.UnregisterViews()
		telemetry, err := runtime.Start(t.Context(), runtime.Options{Exporter: e, Interval: time.Hour, OnError: func(err error) { t.Error(err) }})
		if err != nil {
			t.Fatal(err)
		}
		ctx, span := octrace.StartSpan(t.Context(), "request", octrace.WithSampler(octrace.AlwaysSample()))
		for range 1000 {
			shopmetrics.RecordRequest(ctx, 7*time.Millisecond, 2048, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
		}
		for range 10 {
			shopmetrics.RecordRequest(t.Context(), 3*time.Second, 512, shopmetrics.MethodPOST, "/pay", shopmetrics.OutcomeFailed, shopmetrics.ErrorClassTimeout)
		}
		shopmetrics.RecordCheckoutTime(t.Context(), 95*time.Second)
		shopmetrics.RecordRevenue(t.Context(), 12.5)
		shopmetrics.RecordRevenue(t.Context(), 0.25)
		shopmetrics.RecordQueueDepth(t.Context(), 4)
		shopmetrics.RecordQueueDepth(t.Context(), 3)
		if err := telemetry.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		checkArrived(t, receiver)
		checkShape(t, receiver, span.SpanContext())
	})
}

// overBoth runs a test over each protocol.
func overBoth(t *testing.T, test func(*testing.T, *fakeotlp.Server, runtime.Exporter)) {
	for _, protocol := range []string{"grpc", "http"} {
		t.Run(protocol, func(t *testing.T) {
			receiver := fakeotlp.New(t)
			endpoint := "http://" + receiver.GRPC()
			if protocol == "http" {
				endpoint = receiver.URL()
			}
			e, err := otlp.New(t.Context(), otlp.Options{Protocol: protocol, Endpoint: endpoint})
			if err != nil {
				t.Fatal(err)
			}
			test(t, receiver, e)
		})
	}
}

func checkArrived(t *testing.T, receiver *fakeotlp.Server) {
	t.Helper()
	for metric, want := range map[string]map[string]fakeotlp.Total{
		"shop/request_latency": {
			"build=1.2.3,http.method=GET,outcome=ok":     {Count: 1000, Sum: 7000, Buckets: []uint64{0, 1000, 0, 0, 0, 0, 0, 0, 0, 0}},
			"build=1.2.3,http.method=POST,outcome=error": {Count: 10, Sum: 30000, Buckets: []uint64{0, 0, 0, 0, 0, 0, 0, 0, 0, 10}},
		},
		"shop/request_count": {
			"http.method=GET,outcome=ok":                         {Sum: 1000, Buckets: []uint64{}},
			"error_class=timeout,http.method=POST,outcome=error": {Sum: 10, Buckets: []uint64{}},
		},
		"shop/checkout_time": {"": {Count: 1, Sum: 95, Buckets: append([]uint64{0, 0, 0, 1}, make([]uint64, 17)...)}},
		"shop/revenue":       {"": {Sum: 12.75, Buckets: []uint64{}}},
		"shop/queue_depth":   {"": {Sum: 3, Buckets: []uint64{}}},
	} {
		if got := receiver.Totals(metric); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", metric, got, want)
		}
	}
}

// checkShape holds what a receiver goes by beside the numbers.
func checkShape(t *testing.T, receiver *fakeotlp.Server, span octrace.SpanContext) {
	t.Helper()
	traced := 0
	points := receiver.Points()
	for _, d := range shopmetrics.Descriptors() {
		i := slices.IndexFunc(points, func(p fakeotlp.Point) bool { return p.Metric == d.Name })
		if i < 0 {
			continue // nothing was recorded for it
		}
		p := points[i]
		if p.Unit != d.Unit || p.Description != d.Description || p.Scope != "go.opentelemetry.io/otel/bridge/opencensus" {
			t.Errorf("%s arrived in %q, %q, scope %q", d.Name, p.Unit, p.Description, p.Scope)
		}
		if p.Kind != "gauge" && (p.Start.IsZero() || p.Start.After(p.Time)) {
			t.Errorf("%s arrived with start %v and time %v", d.Name, p.Start, p.Time)
		}
	}
	for _, p := range points {
		if p.Metric == "shop/request_latency" && !slices.Equal(p.Bounds, []float64{5, 10, 25, 50, 100, 250, 500, 1000, 2500}) {
			t.Errorf("bounds %v", p.Bounds)
		}
		for _, e := range p.Exemplars {
			if bytes.Equal(e.TraceId, span.TraceID[:]) && bytes.Equal(e.SpanId, span.SpanID[:]) && e.GetAsDouble() == 7 {
				traced++
			}
		}
	}
	if traced == 0 {
		t.Error("no exemplar has the span")
	}
}
