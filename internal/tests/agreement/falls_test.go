package agreement_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/internal/realprometheus"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/census"
	"github.com/ocgen/ocgen/runtime/console"
	"github.com/ocgen/ocgen/runtime/otlp"
	"github.com/ocgen/ocgen/runtime/prometheus"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/stackdriver"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	metrics "go.opentelemetry.io/proto/otlp/metrics/v1"
)

const poolName, poolType = "pool/open", "custom.googleapis.com/opencensus/pool/open"

var fell atomic.Bool

// TestFalls: a library counts its open connections with view.Sum, +1 and -1. No exporter calls
// this a sum that only grows after a reading has seen it fall, and none does again later.
//
// A metric that has fallen stays so until the process ends. So with -count the test runs once.
func TestFalls(t *testing.T) {
	if fell.Swap(true) {
		t.Skip("the metric has fallen in this process")
	}
	if err := shopmetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shopmetrics.UnregisterViews)
	open := stats.Int64("pool/open", "Open connections.", "1")
	v := &view.View{Name: poolName, Description: "Open connections.", Measure: open, Aggregation: view.Sum()}
	if err := view.Register(v); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { view.Unregister(v) })
	slos := evaluate.New(evaluate.Options{SLOs: []slo.SLO{{ID: "pool", Goal: 0.5, Days: 28, Ratio: &slo.Ratio{
		Good: &slo.Selection{Metric: poolName, Unit: "1"}, Total: &slo.Selection{Metric: poolName, Unit: "1"}}}}})
	asked := scrapePool(t)

	shopmetrics.RecordQueueDepth(t.Context(), 8)
	total := int64(0)
	for _, step := range []struct {
		change int64
		fallen bool
	}{{1, false}, {1, false}, {-1, true}, {5, true}, {0, true}} {
		if step.change != 0 {
			stats.Record(context.Background(), open.M(step.change))
		}
		total += step.change
		t.Run(fmt.Sprintf("%+d", step.change), func(t *testing.T) {
			wantPoolInCollector(t, total, step.fallen)
			wantPoolInCloud(t, total, step.fallen)
			wantPoolInPrometheus(t, asked, total, step.fallen)
			wantPoolInConsole(t, total, step.fallen)
			wantPoolInOpenCensus(t, total, step.fallen)
			if s := slos.Evaluate(t.Context()).SLOs[0]; s.Computable == step.fallen || strings.Contains(s.Status, "has fallen") != step.fallen {
				t.Errorf("SLO: computable %t, %s", s.Computable, s.Status)
			}
		})
	}
}

func wantPoolInCollector(t *testing.T, total int64, fallen bool) {
	t.Helper()
	receiver := fakeotlp.New(t)
	e, err := otlp.New(t.Context(), otlp.Options{Endpoint: receiver.GRPC(), Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, e)
	n := 0
	for _, p := range receiver.Points() {
		if p.Metric != poolName {
			continue
		}
		n++
		if p.Kind != "sum" || p.Monotonic == fallen || p.Int != total || p.Start.IsZero() || p.Temporality != metrics.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE {
			t.Errorf("OTLP: %+v, want %d, fallen %t", p, total, fallen)
		}
	}
	if n != 1 {
		t.Errorf("OTLP: %d points", n)
	}
}

// wantPoolInCloud delivers with an exporter of its own, whose series have another label
// opencensus_task.
func wantPoolInCloud(t *testing.T, total int64, fallen bool) {
	t.Helper()
	cloud := fakemonitoring.New(t)
	e, err := stackdriver.New(t.Context(), stackdriver.Options{
		ProjectID: "p", ClientOptions: cloud.ClientOptions(),
		ResourceLabels: map[string]string{
			"location": "europe-west1", "cluster_name": "eu", "namespace_name": "shop", "pod_name": "shop-3", "container_name": "shop",
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	telemetry, err := runtime.Start(t.Context(), runtime.Options{Exporter: e, Interval: time.Hour, NoHealthMetrics: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), realprometheus.Patience)
	defer cancel()
	err = telemetry.Shutdown(ctx)
	if n := len(cloud.Last("custom.googleapis.com/opencensus/shop/queue_depth")); n != 1 {
		t.Errorf("Cloud Monitoring has %d series of another metric", n)
	}
	written, health := cloud.Last(poolType), telemetry.Health()
	if !fallen {
		if err != nil || len(written) != 1 || written[0].Points[0].Value.GetInt64Value() != total || health.Refused != 0 {
			t.Errorf("Cloud Monitoring: %v, %v, %+v", err, written, health)
		}
		return
	}
	if len(written) != 0 || cloud.Descriptors()[poolType] != nil {
		t.Errorf("Cloud Monitoring has %v", written)
	}
	var failed *runtime.ShutdownError
	if !errors.As(err, &failed) || len(failed.Refused) != 1 || failed.Refused[0].Series != poolName || failed.Err != nil || len(failed.Unsent)+len(failed.Unconfirmed) != 0 {
		t.Fatalf("Shutdown: %v", err)
	}
	for _, want := range []string{"1 refused (pool/open: a total of this metric has fallen", "its kind cannot change", "view.LastValue"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if health.Refused != 1 || health.Delivered == 0 {
		t.Errorf("%+v", health)
	}
}

// scrapePool lets a real Prometheus scrape in two formats, or returns nil if there is none.
func scrapePool(t *testing.T) *realprometheus.Server {
	t.Helper()
	mux := http.NewServeMux()
	for path, opts := range map[string]prometheus.Options{"text": {}, "openmetrics": {OpenMetrics: true, Namespace: "om"}} {
		opts.OnError = func(err error) { t.Error(err) }
		h, err := prometheus.New(opts)
		if err != nil {
			t.Fatal(err)
		}
		mux.Handle("/"+path, h)
	}
	target := httptest.NewServer(mux)
	t.Cleanup(target.Close)
	return realprometheus.Start(t, strings.TrimPrefix(target.URL, "http://"), "text", "openmetrics")
}

func wantPoolInPrometheus(t *testing.T, asked *realprometheus.Server, total int64, fallen bool) {
	t.Helper()
	asked.Want("pool_open", fmt.Sprint("map[__name__:pool_open] ", total))
	asked.Want("om_pool_open", fmt.Sprint("map[__name__:om_pool_open] ", total))
	want := "counter"
	if fallen {
		want = "unknown"
	}
	var metadata map[string][]struct{ Type string }
	if err := asked.Ask("metadata", nil, &metadata); err != nil { // of the last scrape, which had the total
		t.Fatal(err)
	}
	if got := metadata["pool_open"]; len(got) != 1 || got[0].Type != want {
		t.Errorf("Prometheus: %v, want %s", got, want)
	}
	if got := metadata["om_pool_open"]; len(got) != 1 || got[0].Type != "unknown" {
		t.Errorf("OpenMetrics: %v", got)
	}
}

func wantPoolInConsole(t *testing.T, total int64, fallen bool) {
	t.Helper()
	var lines, tables bytes.Buffer
	deliver(t, console.NewJSON(&lines))
	deliver(t, console.New(&tables))
	want := fmt.Sprintf(`,"value":%d}`, total)
	for line := range strings.Lines(lines.String()) {
		if strings.Contains(line, `"`+poolName+`"`) && (strings.Contains(line, `"monotonic":false`) != fallen || !strings.Contains(line, want)) {
			t.Errorf("JSON: %s", line)
		}
	}
	if !strings.Contains(tables.String(), fmt.Sprintf("pool/open [1]  Open connections.\n  value\n%7d\n", total)) {
		t.Errorf("tables:\n%s", &tables)
	}
}

// A kept is an exporter of OpenCensus that keeps what it exports.
type kept struct{ all []*metricdata.Metric }

func (k *kept) ExportMetrics(_ context.Context, all []*metricdata.Metric) error {
	k.all = append(k.all, all...)
	return nil
}

func wantPoolInOpenCensus(t *testing.T, total int64, fallen bool) {
	t.Helper()
	want := metricdata.TypeCumulativeInt64
	if fallen {
		want = metricdata.TypeGaugeInt64
	}
	k := &kept{}
	deliver(t, census.FromOpenCensus(k, 0))
	for _, m := range k.all {
		if m.Descriptor.Name == poolName {
			if m.Descriptor.Type != want || m.TimeSeries[0].Points[0].Value != total {
				t.Errorf("OpenCensus: %+v", m.Descriptor)
			}
			return
		}
	}
	t.Error("OpenCensus's exporter has no such metric")
}
