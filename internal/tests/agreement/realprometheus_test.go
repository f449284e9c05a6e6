package agreement_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/realprometheus"
	"github.com/ocgen/ocgen/runtime/prometheus"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/trace"
)

// disturber is another producer, whose metrics would each fail a scrape.
type disturber struct{}

func (*disturber) Read() []*metricdata.Metric {
	stranger := func(name, description string, typ metricdata.Type, value any) *metricdata.Metric {
		return &metricdata.Metric{
			Descriptor: metricdata.Descriptor{Name: name, Description: description, Type: typ},
			TimeSeries: []*metricdata.TimeSeries{{Points: []metricdata.Point{{Value: value}}}},
		}
	}
	return []*metricdata.Metric{
		stranger("shop.request_count", "Ours has a slash.", metricdata.TypeCumulativeInt64, int64(1)),
		stranger("stranger", "No bounds for its buckets.", metricdata.TypeCumulativeDistribution, &metricdata.Distribution{Count: 1, Buckets: []metricdata.Bucket{{Count: 1}, {}}}),
		stranger("helpful", "Not UTF-8: \xff.", metricdata.TypeGaugeInt64, int64(1)),
	}
}

// recordOrders records what TestPrometheus expects, and in ctx's span.
func recordOrders(ctx context.Context) {
	for range 7 {
		shopmetrics.RecordRequest(ctx, 10*time.Millisecond, 100, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0) // at a bound
	}
	for range 3 {
		shopmetrics.RecordRequest(ctx, 9999*time.Microsecond, 1<<20, shopmetrics.MethodPOST, "/pay", shopmetrics.OutcomeFailed, shopmetrics.ErrorClassRefused)
	}
	shopmetrics.RecordRequest(ctx, time.Hour, 0, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
	shopmetrics.RecordRevenue(ctx, 12.25)
	shopmetrics.RecordRevenue(ctx, 0.5)
	shopmetrics.RecordQueueDepth(ctx, 8)
	shopmetrics.RecordQueueDepth(ctx, 5)
}

// TestPrometheus lets a real Prometheus scrape, and asks it what it knows: all
// that was recorded, while another producer does what it can to prevent it.
func TestPrometheus(t *testing.T) {
	if err := shopmetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shopmetrics.UnregisterViews)
	other := &disturber{}
	metricproducer.GlobalManager().AddProducer(other)
	t.Cleanup(func() { metricproducer.GlobalManager().DeleteProducer(other) })

	mux := http.NewServeMux()
	for path, opts := range map[string]prometheus.Options{"text": {}, "openmetrics": {OpenMetrics: true, Namespace: "om"}} {
		opts.OnError = func(err error) { t.Log(err) }
		h, err := prometheus.New(opts)
		if err != nil {
			t.Fatal(err)
		}
		mux.Handle("/"+path, h)
	}
	target := httptest.NewServer(mux)
	t.Cleanup(target.Close)
	s := realprometheus.Start(t, strings.TrimPrefix(target.URL, "http://"), "text", "openmetrics")

	ctx, span := trace.StartSpan(context.Background(), "order", trace.WithSampler(trace.AlwaysSample()))
	defer span.End()
	recordOrders(ctx)
	wantOrders(t, s, "", 1, [2]string{"10", "25"})
	wantOrders(t, s, "om_", 1, [2]string{"10.0", "25.0"})
	recordOrders(ctx)
	wantOrders(t, s, "", 2, [2]string{"10", "25"})
	wantOrders(t, s, "om_", 2, [2]string{"10.0", "25.0"})

	s.Want(`up`, "map[__name__:up] 1")
	s.Want(`ocgen_prometheus_left_out_series{job="text"}`, "map[__name__:ocgen_prometheus_left_out_series] 2")
	s.Want(`helpful`, "map[__name__:helpful] 1")
	wantTypes(t, s)
	wantExemplar(t, s, span.SpanContext())
	recordAroundBound(ctx, t, s)
}

// wantOrders waits for what was recorded so many times. The bounds are those of
// 10 and 25 ms, as the format spells them.
func wantOrders(t *testing.T, s *realprometheus.Server, namespace string, times float64, bounds [2]string) {
	t.Helper()
	name := func(n string) string { return namespace + n }
	s.Want(name(`shop_request_count`),
		fmt.Sprintf("map[__name__:%s http_method:GET outcome:ok] %v", name("shop_request_count"), 8*times),
		fmt.Sprintf("map[__name__:%s error_class:refused http_method:POST outcome:error] %v", name("shop_request_count"), 3*times))
	latency := `sum(` + name(`shop_request_latency`)
	s.Want(latency+`_count)`, fmt.Sprint("map[] ", 11*times))
	s.Want(latency+`_sum{http_method="GET"})`, fmt.Sprint("map[] ", 3600070*times))
	s.Want(latency+`_bucket{le="`+bounds[0]+`"})`, fmt.Sprint("map[] ", 3*times)) // those of exactly 10 ms are not under it
	s.Want(latency+`_bucket{le="`+bounds[1]+`"})`, fmt.Sprint("map[] ", 10*times))
	s.Want(latency+`_bucket{le="+Inf"})`, fmt.Sprint("map[] ", 11*times))
	s.Want(`count(`+name(`shop_request_latency_bucket`)+`{http_method="GET"})`, "map[] 10")
	s.Want(`sum(`+name(`shop_example_http_response_bytes_sum`)+`)`, fmt.Sprint("map[] ", (700+(3<<20))*times))
	s.Want(name(`shop_revenue`), fmt.Sprintf("map[__name__:%s] %v", name("shop_revenue"), 12.75*times))
	s.Want(name(`shop_queue_depth`), fmt.Sprintf("map[__name__:%s] 5", name("shop_queue_depth")))
}

// wantTypes holds the types that the server has noted.
func wantTypes(t *testing.T, s *realprometheus.Server) {
	t.Helper()
	var metadata map[string][]struct{ Type, Help string }
	if err := s.Ask("metadata", nil, &metadata); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"shop_request_count": "counter", "shop_revenue": "counter", "shop_queue_depth": "gauge", "shop_request_latency": "histogram",
		"om_shop_request_count": "unknown", "om_shop_queue_depth": "gauge", "om_shop_request_latency": "histogram"} {
		if got := metadata[name]; len(got) != 1 || got[0].Type != want || got[0].Help == "" {
			t.Errorf("%s: %+v, want a %s", name, got, want)
		}
	}
}

// wantExemplar waits until a bucket's exemplar leads to the span.
func wantExemplar(t *testing.T, s *realprometheus.Server, span trace.SpanContext) {
	t.Helper()
	found := waitForExemplars(t, s, "om_shop_request_latency_bucket", 1)
	for _, e := range found {
		if e.Labels["trace_id"] != span.TraceID.String() || e.Labels["span_id"] != span.SpanID.String() {
			t.Errorf("exemplar %v, want one of span %v", e.Labels, span)
		}
	}
}

// recordAroundBound records below bounds, at them, and above, lets Prometheus see
// each exemplar before the next, and holds that it has them in their own buckets.
func recordAroundBound(ctx context.Context, t *testing.T, s *realprometheus.Server) {
	t.Helper()
	const bucket = `om_shop_request_latency_bucket{http_method="PUT",le=%q}`
	for _, c := range []struct {
		took time.Duration
		le   string
		want []string // of the bucket from now on
	}{
		{7 * time.Millisecond, "10.0", []string{"7"}},
		{10 * time.Millisecond, "25.0", []string{"10"}},
		{12 * time.Millisecond, "25.0", []string{"10", "12"}},
		{25 * time.Millisecond, "50.0", []string{"25"}},
		{9 * time.Millisecond, "10.0", []string{"7", "9"}},
	} {
		shopmetrics.RecordRequest(ctx, c.took, 1, shopmetrics.MethodPUT, "/cart", shopmetrics.OutcomeOK, 0)
		var got []string
		for _, e := range waitForExemplars(t, s, fmt.Sprintf(bucket, c.le), len(c.want)) {
			got = append(got, e.Value)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("le=%q has exemplars of %v, want %v", c.le, got, c.want)
		}
	}
}

type exemplar struct {
	Labels map[string]string
	Value  string
}

// waitForExemplars waits until the server has so many exemplars of a series, the
// first one that the query finds.
func waitForExemplars(t *testing.T, s *realprometheus.Server, series string, n int) []exemplar {
	t.Helper()
	query := url.Values{"query": {series}, "start": {fmt.Sprint(time.Now().Unix() - 600)}, "end": {fmt.Sprint(time.Now().Unix() + 600)}}
	var found []struct{ Exemplars []exemplar }
	for end := time.Now().Add(realprometheus.Patience); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		if err := s.Ask("query_exemplars", query, &found); err == nil && len(found) > 0 && len(found[0].Exemplars) >= n {
			return found[0].Exemplars
		}
	}
	t.Fatalf("%s has not %d exemplars: %v", series, n, found)
	return nil
}
