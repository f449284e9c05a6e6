package agreement_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/metric"

	"github.com/ocgen/ocgen/golden/updown"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime/otlp"
	"github.com/ocgen/ocgen/runtime/prometheus"
	"github.com/ocgen/ocgen/runtime/stackdriver"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
)

// TestUpDowns sends a number that goes up and down everywhere: it is a gauge in Cloud
// Monitoring and in Prometheus, and a cumulative sum that is not monotonic in OTLP.
func TestUpDowns(t *testing.T) {
	if err := updown.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(updown.UnregisterViews)
	end := updown.BeginPending(t.Context(), updown.KindRead)
	updown.AddPending(t.Context(), -3, updown.KindRead)
	defer end()
	const name = "golden/updown/pending"

	cloud := fakemonitoring.New(t)
	toCloud, err := stackdriver.New(t.Context(), stackdriver.Options{
		ProjectID: "p", ClientOptions: cloud.ClientOptions(),
		ResourceLabels: map[string]string{
			"location": "europe-west1", "cluster_name": "eu", "namespace_name": "shop", "pod_name": "shop-1", "container_name": "shop",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, toCloud)
	written := cloud.Last("custom.googleapis.com/opencensus/" + name)
	if len(written) != 1 || written[0].MetricKind != metric.MetricDescriptor_GAUGE || written[0].Points[0].Value.GetInt64Value() != -2 ||
		written[0].Points[0].Interval.StartTime != nil {
		t.Errorf("Cloud Monitoring has %v", written)
	}

	collector := fakeotlp.New(t)
	toCollector, err := otlp.New(t.Context(), otlp.Options{Endpoint: collector.GRPC(), Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, toCollector)
	found := 0
	for _, p := range collector.Points() {
		if p.Metric != name {
			continue
		}
		found++
		if p.Kind != "sum" || p.Monotonic || p.Temporality != metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE ||
			p.Int != -2 || p.Start.IsZero() || !p.Start.Before(p.Time) {
			t.Errorf("OTLP has %+v", p)
		}
	}
	if found == 0 {
		t.Error("OTLP has no points")
	}

	handler, err := prometheus.New(prometheus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	scrape := httptest.NewRecorder()
	handler.ServeHTTP(scrape, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	for _, want := range []string{"# TYPE golden_updown_pending gauge\n", "golden_updown_pending{query=\"read\"} -2\n"} {
		if !strings.Contains(scrape.Body.String(), want) {
			t.Errorf("Prometheus has no %q:\n%s", want, scrape.Body)
		}
	}
}
