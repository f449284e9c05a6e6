package prometheus

import (
	"flag"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
)

var update = flag.Bool("update", false, "write testdata")

// sampleMetrics returns metrics of every kind, with texts that must be escaped.
func sampleMetrics() []*metric.Metric {
	bounds := []float64{5, 10, 25, 1000}
	latency := distribution(60017.5, bounds, 1, 0, 2, 0, 12)
	latency.Buckets[2].Exemplar = &metric.Exemplar{Value: 12.5, Timestamp: at,
		Span: metric.Span{TraceID: metric.TraceID{1, 2}, SpanID: metric.SpanID{3}}}
	latency.Buckets[4].Exemplar = &metric.Exemplar{Value: 5000, Timestamp: at.Add(time.Second),
		Span: metric.Span{TraceID: metric.TraceID{4}, SpanID: metric.SpanID{5, 6}}}
	latency.Buckets[0].Exemplar = &metric.Exemplar{Value: 1, Timestamp: at, Attachments: map[string]string{"user": "7"}}

	requests := newMetric("shop/request_count", metric.TypeCumulativeInt64, []string{"http.method", "outcome"},
		series(int64(1200345), "GET", "ok"), series(int64(7), "DELETE", ""), series(int64(12), "", "two \"words\"\nand \\"), series(int64(1), "-", "üñ"))
	requests.Descriptor.Description = "Requests, by method\nand how they ended \\ in \xff."
	revenue := newMetric("shop/revenue", metric.TypeCumulativeFloat64, nil, series(1234567.0625))
	revenue.Resource = &metric.Resource{Type: "k8s_container", Labels: map[string]string{"cluster.name": "eu", "zone": "b"}}
	wait := newMetric("shop.example/wait--time_ms", metric.TypeGaugeFloat64, []string{"_pool", "0"}, series(-0.5, "a", "b"))
	wait.Descriptor.Unit = "ms"
	return []*metric.Metric{
		requests, revenue, wait,
		newMetric("shop/request_latency", metric.TypeCumulativeDistribution, []string{"http.method"},
			series(latency, "GET"), series(distribution(0, bounds, 0, 0, 0, 0, 0), "PUT")),
		newMetric("shop/sent_total", metric.TypeCumulativeInt64, nil, series(int64(3))),
		newMetric("shop/queue_depth", metric.TypeGaugeInt64, nil, series(int64(-3))),
		newMetric("shop/nothing", metric.TypeGaugeInt64, nil),
	}
}

func TestGolden(t *testing.T) {
	testsource.Produce(t, sampleMetrics()...)
	for _, c := range []struct {
		file, accept string
		opts         Options
	}{
		{"sample.txt", "", Options{}},
		{"options.txt", "", Options{Namespace: "ns", ConstLabels: map[string]string{"zone": "a", "team": "storefront"}}},
		{"openmetrics.txt", "application/openmetrics-text; version=1.0.0", Options{OpenMetrics: true}},
	} {
		h, log := newHandler(t, c.opts)
		got := get(t, h, c.accept)
		if *update {
			if err := os.WriteFile("testdata/"+c.file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile("testdata/" + c.file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got\n%s\nwant\n%s", c.file, got, want)
		}
		if len(log.all) > 0 {
			t.Errorf("%s: %q", c.file, log.all)
		}
	}
}

// Formats other than OpenMetrics are not changed by offering it, and without the
// option a scraper that prefers it gets text.
func TestOpenMetricsIsAnOption(t *testing.T) {
	testsource.Produce(t, sampleMetrics()...)
	without, _ := newHandler(t, Options{})
	with, _ := newHandler(t, Options{OpenMetrics: true})
	text := get(t, without, "")
	if got := get(t, with, ""); got != text {
		t.Errorf("text differs:\n%s\n%s", got, text)
	}
	if got := get(t, without, "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"); got != text {
		t.Errorf("without the option:\n%s", got)
	}
}

func TestSameBytes(t *testing.T) {
	h, _ := newHandler(t, Options{})
	var first string
	for i := range 10 {
		metrics := sampleMetrics()
		if i%2 == 1 {
			slices.Reverse(metrics)
			for _, m := range metrics {
				slices.Reverse(m.Series)
			}
		}
		t.Run("", func(t *testing.T) {
			testsource.Produce(t, metrics...)
			switch got := get(t, h, ""); {
			case first == "":
				first = got
			case got != first:
				t.Errorf("got\n%s\nbefore\n%s", got, first)
			}
		})
	}
}
