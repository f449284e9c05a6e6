// Package agreement_test sends one run to every exporter. It stands where nobody
// imports it: "go mod tidy" in a user's module follows the tests of imported
// packages, and would take up the modules of all exporters for one of them.
package agreement_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/internal/realprometheus"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/otlp"
	"github.com/ocgen/ocgen/runtime/prometheus"
	"github.com/ocgen/ocgen/runtime/stackdriver"
)

// TestExportersAgree sends one run everywhere: what a stand-in of Cloud
// Monitoring was given is what an OTLP receiver was, and what a real Prometheus
// says when it is asked.
func TestExportersAgree(t *testing.T) {
	if err := shopmetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shopmetrics.UnregisterViews)
	handler, err := prometheus.New(prometheus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", handler)
	target := httptest.NewServer(mux)
	t.Cleanup(target.Close)
	asked := realprometheus.Start(t, strings.TrimPrefix(target.URL, "http://"), "metrics")

	recordAnything()

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
	collector := fakeotlp.New(t)
	toCollector, err := otlp.New(t.Context(), otlp.Options{Endpoint: collector.GRPC(), Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, toCollector)

	counts, latencies := cloudCounts(cloud), cloudLatencies(cloud)
	if len(counts) < 12 || len(latencies) < 4 {
		t.Fatalf("the run made only %d counts and %d latencies", len(counts), len(latencies))
	}
	wantSame(t, "OTLP counts", collectorSeries(collector, "shop/request_count", func(v fakeotlp.Total) string { return fmt.Sprint(v.Sum) }), counts)
	wantSame(t, "OTLP latencies", collectorSeries(collector, "shop/request_latency", func(v fakeotlp.Total) string {
		return latency(v.Count, v.Sum, v.Buckets)
	}), latencies)

	asked.Want("shop_request_count", asPrometheus("shop_request_count", counts)...)
	sizes := map[string]string{}
	for labels, text := range latencies {
		sizes[labels], _, _ = strings.Cut(text, " ")
	}
	asked.Want("shop_request_latency_count", asPrometheus("shop_request_latency_count", sizes)...)
}

// recordAnything records requests of every kind, the same ones at each call.
func recordAnything() {
	random := rand.New(rand.NewPCG(1, 2))
	ctx := context.Background()
	for range 2000 {
		took := time.Duration(random.ExpFloat64() * float64(100*time.Millisecond))
		method, outcome := shopmetrics.Method(1+random.IntN(4)), shopmetrics.Outcome(1+random.IntN(2))
		shopmetrics.RecordRequest(ctx, took, random.Int64N(1<<20), method, "/cart", outcome, shopmetrics.ErrorClass(random.IntN(4)))
	}
}

// deliver lets an exporter have everything, as a process does at its end.
func deliver(t *testing.T, exporter runtime.Exporter) {
	t.Helper()
	telemetry, err := runtime.Start(t.Context(), runtime.Options{Exporter: exporter, Interval: time.Hour, NoHealthMetrics: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), realprometheus.Patience)
	defer cancel()
	if err := telemetry.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
}

// Series go by their labels as Prometheus has them, such as
// "map[http_method:GET outcome:ok]".

func cloudCounts(s *fakemonitoring.Server) map[string]string {
	all := map[string]string{}
	for _, ts := range s.Last("custom.googleapis.com/opencensus/shop/request_count") {
		all[labelText(ts.Metric.Labels)] = fmt.Sprint(ts.Points[0].Value.GetInt64Value())
	}
	return all
}

func cloudLatencies(s *fakemonitoring.Server) map[string]string {
	all := map[string]string{}
	for _, ts := range s.Last("custom.googleapis.com/opencensus/shop/request_latency") {
		d := ts.Points[0].Value.GetDistributionValue()
		// Cloud Monitoring's first bucket is what is under 0: nothing.
		var buckets []uint64
		for _, n := range d.BucketCounts[1:] {
			buckets = append(buckets, uint64(n))
		}
		all[labelText(ts.Metric.Labels)] = latency(uint64(d.Count), d.Mean*float64(d.Count), buckets)
	}
	return all
}

func collectorSeries(s *fakeotlp.Server, metric string, text func(fakeotlp.Total) string) map[string]string {
	all := map[string]string{}
	for key, total := range s.Totals(metric) {
		labels := map[string]string{}
		for pair := range strings.SplitSeq(key, ",") {
			k, v, _ := strings.Cut(pair, "=")
			labels[strings.ReplaceAll(k, ".", "_")] = v
		}
		all[labelText(labels)] = text(total)
	}
	return all
}

// latency is a distribution's count, its sum as far as a mean keeps it, and its
// buckets.
func latency(count uint64, sum float64, buckets []uint64) string {
	return fmt.Sprintf("%d %.6g %d", count, sum, buckets)
}

func labelText(labels map[string]string) string {
	kept := map[string]string{}
	for k, v := range labels {
		if v != "" && k != "opencensus_task" {
			kept[k] = v
		}
	}
	return fmt.Sprint(kept)
}

// asPrometheus is what a query for a metric gives if it has these values.
func asPrometheus(name string, series map[string]string) []string {
	var all []string
	for labels, value := range series {
		all = append(all, strings.Replace(labels, "map[", "map[__name__:"+name+" ", 1)+" "+value)
	}
	return all
}

func wantSame(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got\n%v\nCloud Monitoring has\n%v", what, got, want)
	}
}
