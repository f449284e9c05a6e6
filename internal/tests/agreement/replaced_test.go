package agreement_test

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/internal/realprometheus"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/console"
	"github.com/ocgen/ocgen/runtime/otlp"
	"github.com/ocgen/ocgen/runtime/prometheus"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

const replacedName = "ocgen/telemetry/replaced_or_dropped"

// What was replaced or dropped comes through every exporter, and is none of the
// points that it counts.
func TestReplacedOrDroppedEverywhere(t *testing.T) {
	if err := shopmetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shopmetrics.UnregisterViews)
	shopmetrics.RecordRevenue(t.Context(), math.NaN())
	shopmetrics.RecordRequest(t.Context(), time.Second, 1, shopmetrics.Method(200), "/cart", shopmetrics.OutcomeOK, 0)
	dropped := fmt.Sprint(count("", "shop/revenue", record.ReasonNotFinite))
	replaced := fmt.Sprint(count("http.method", "", record.ReasonUnknown))
	if dropped == "0" || replaced == "0" {
		t.Fatalf("%+v", runtime.Stats())
	}

	cloud := fakemonitoring.New(t)
	toCloud, err := stackdriver.New(t.Context(), stackdriver.Options{
		ProjectID: "p", ClientOptions: cloud.ClientOptions(),
		ResourceLabels: map[string]string{
			"location": "europe-west1", "cluster_name": "eu", "namespace_name": "shop", "pod_name": "shop-2", "container_name": "shop",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	const metricType = "custom.googleapis.com/opencensus/" + replacedName
	deliverWithHealth(t, toCloud)
	if d := cloud.Descriptors()[metricType]; d == nil || d.Unit != "1" || !strings.Contains(d.Description, "Correct the calling code") || len(d.Labels) != 4 {
		t.Errorf("descriptor %v", d)
	}
	inCloud := map[string]string{}
	for _, ts := range cloud.Last(metricType) {
		inCloud[labelText(ts.Metric.Labels)] = fmt.Sprint(ts.Points[0].Value.GetInt64Value())
	}
	if inCloud["map[measure:shop/revenue reason:not_finite]"] != dropped || inCloud["map[reason:unknown tag:http.method]"] != replaced {
		t.Errorf("Cloud Monitoring has %v", inCloud)
	}

	collector := fakeotlp.New(t)
	toCollector, err := otlp.New(t.Context(), otlp.Options{Endpoint: collector.GRPC(), Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	deliverWithHealth(t, toCollector)
	inCollector := collectorSeries(collector, replacedName, func(v fakeotlp.Total) string { return strconv.FormatFloat(v.Sum, 'f', -1, 64) })
	if fmt.Sprint(inCollector) != fmt.Sprint(inCloud) {
		t.Errorf("OTLP: %v\nCloud Monitoring: %v", inCollector, inCloud)
	}

	var page string
	var table bytes.Buffer
	handler, err := prometheus.New(prometheus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	scrape := func() {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
		page = w.Body.String()
	}
	deliverWithHealth(t, console.New(&table), scrape)
	for _, want := range []string{
		"# TYPE ocgen_telemetry_replaced_or_dropped counter\n",
		`ocgen_telemetry_replaced_or_dropped{measure="shop/revenue",reason="not_finite",tag=""} ` + dropped + "\n",
		`ocgen_telemetry_replaced_or_dropped{measure="",reason="unknown",tag="http.method"} ` + replaced + "\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("no %sin\n%s", want, page)
		}
	}
	if !strings.Contains(table.String(), replacedName+" [1]") {
		t.Errorf("%s", &table)
	}
	if scrape(); strings.Contains(page, "ocgen_telemetry") {
		t.Error("there are metrics of a Telemetry that has ended")
	}
}

// deliverWithHealth is deliver with the metrics about the telemetry itself.
func deliverWithHealth(t *testing.T, exporter runtime.Exporter, meanwhile ...func()) {
	t.Helper()
	telemetry, err := runtime.Start(t.Context(), runtime.Options{Exporter: exporter, Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	for _, do := range meanwhile {
		do()
	}
	ctx, cancel := context.WithTimeout(t.Context(), realprometheus.Patience)
	defer cancel()
	if err := telemetry.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
}

func count(tag, measure string, reason record.Reason) uint64 {
	for _, s := range runtime.Stats() {
		if s.Tag == tag && s.Measure == measure && s.Reason == reason {
			return s.Count
		}
	}
	return 0
}
