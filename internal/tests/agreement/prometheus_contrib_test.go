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

	contrib "contrib.go.opencensus.io/exporter/prometheus"
	"github.com/ocgen/ocgen/runtime/prometheus"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/resource"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// wantAsContrib holds a scrape against one of the OpenCensus exporter.
func wantAsContrib(t *testing.T, opts prometheus.Options) {
	t.Helper()
	exporter, err := contrib.NewExporter(contrib.Options{Namespace: opts.Namespace, ConstLabels: opts.ConstLabels,
		OnError: func(err error) { t.Errorf("the other exporter: %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	opts.OnError = func(err error) { t.Error(err) }
	h, err := prometheus.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	got, want := withoutOwn(get(t, h)), get(t, exporter)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// withoutOwn returns a text exposition without the metric of package prometheus itself.
func withoutOwn(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.Contains(line, "ocgen_prometheus_left_out_series") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// get returns the body of a scrape that must succeed.
func get(t testing.TB, h http.Handler) string {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// Names that the rules of names touch, each as a metric and as a label key.
func TestNamesAsContrib(t *testing.T) {
	names := []string{
		"a", "A_b", "shop/request_latency", "grpc.io/client/sent_bytes_per_rpc", "9lives", "_a", "__a", "/a", "-a", "--a", "-", "--", "_",
		"a-b", "a--b", "a---b", "a/-b", "a-/-b", "a- -b", "a:b", "a b", "a_total", "a.count", "{x}", `a"b\c`, "0", "0--1", "--0", "é", "a\u00e9b", "日本/語",
		strings.Repeat("x", 99), strings.Repeat("x", 100), strings.Repeat("x", 101), strings.Repeat("x", 99) + "/y", strings.Repeat("x", 99) + "--y", "7" + strings.Repeat("y", 99),
		strings.Repeat("-", 150), strings.Repeat("x", 99) + "é",
	}
	for i, name := range names {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			produce(t, newMetric(name, metricdata.TypeCumulativeInt64, []string{name}, series(int64(1), "v")))
			wantAsContrib(t, prometheus.Options{})
			wantAsContrib(t, prometheus.Options{Namespace: "ns", ConstLabels: map[string]string{"team": "storefront"}})
		})
	}
}

func TestSampleAsContrib(t *testing.T) {
	metrics := sampleMetrics()
	produce(t, metrics...)
	wantAsContrib(t, prometheus.Options{})
	wantAsContrib(t, prometheus.Options{Namespace: "ns", ConstLabels: map[string]string{"zone": "a", "team": "storefront"}})
}

// Views as programs register them, bounds that OpenCensus does not check among
// them.
func TestViewsAsContrib(t *testing.T) {
	m := stats.Float64("contrib/measure", "A measure.", "ms")
	key := tag.MustNewKey("a.key")
	views := []*view.View{
		{Name: "contrib/count", Measure: m, Aggregation: view.Count(), TagKeys: []tag.Key{key}},
		{Name: "contrib/sum", Measure: m, Aggregation: view.Sum(), TagKeys: []tag.Key{key}},
		{Name: "contrib/last", Measure: m, Aggregation: view.LastValue()},
		{Name: "contrib/distribution", Measure: m, Aggregation: view.Distribution(0, 1, 2, 2, 5), TagKeys: []tag.Key{key}},
		{Name: "contrib/unbounded", Measure: m, Aggregation: view.Distribution()},
	}
	if err := view.Register(views...); err != nil {
		t.Fatal(err)
	}
	defer view.Unregister(views...)
	for i, v := range []float64{0, 0.5, 1, 2, 5, 3, 1e9, -4} {
		ctx, err := tag.New(context.Background(), tag.Upsert(key, fmt.Sprint("v", i%3)))
		if err != nil {
			t.Fatal(err)
		}
		stats.Record(ctx, m.M(v))
	}
	view.Find("") // waits for OpenCensus's queue, which the other exporter does not
	wantAsContrib(t, prometheus.Options{})
}

func TestRandomMetricsAsContrib(t *testing.T) {
	for seed := range uint64(200) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			produce(t, randomMetrics(rand.New(rand.NewPCG(seed, 0)))...)
			wantAsContrib(t, prometheus.Options{})
		})
	}
}

// TestScrapeWaitsForTheQueue: a scrape has all that was recorded before it, though
// OpenCensus aggregates behind a queue.
func TestScrapeWaitsForTheQueue(t *testing.T) {
	m := stats.Float64("queue/latency", "A latency.", "ms")
	v := &view.View{Name: "x/queue", Measure: m, Aggregation: view.Count()}
	if err := view.Register(v); err != nil {
		t.Fatal(err)
	}
	defer view.Unregister(v)
	h, err := prometheus.New(prometheus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		for range 500 {
			stats.Record(context.Background(), m.M(1))
		}
		if text, want := get(t, h), fmt.Sprintf("\nx_queue %d\n", 500*(i+1)); !strings.Contains(text, want) {
			t.Fatalf("got\n%s\nwant %s", text, want)
		}
	}
}

// randomMetrics returns well-formed metrics whose names stay distinct.
func randomMetrics(rnd *rand.Rand) []*metricdata.Metric {
	text := func() string {
		const alphabet = `aZ09_-./: "\{}` + "\n"
		var b strings.Builder
		for range rnd.IntN(12) {
			b.WriteByte(alphabet[rnd.IntN(len(alphabet))])
		}
		return b.String()
	}
	types := []metricdata.Type{metricdata.TypeGaugeInt64, metricdata.TypeGaugeFloat64, metricdata.TypeCumulativeInt64,
		metricdata.TypeCumulativeFloat64, metricdata.TypeCumulativeDistribution}
	var all []*metricdata.Metric
	for i := range rnd.IntN(6) {
		m := newMetric(fmt.Sprintf("%d/%s", i, text()), types[rnd.IntN(len(types))], nil)
		m.Descriptor.Description = text()
		keys := rnd.IntN(4)
		for k := range keys {
			m.Descriptor.LabelKeys = append(m.Descriptor.LabelKeys, metricdata.LabelKey{Key: fmt.Sprintf("k%d%s", k, text())})
		}
		if rnd.IntN(3) == 0 {
			m.Resource = &resource.Resource{Labels: map[string]string{"zone": text()}}
		}
		for s := range rnd.IntN(5) {
			labels := []string{fmt.Sprint(s), text(), text()}[:keys]
			if keys == 0 && s > 0 {
				break
			}
			one := series(randomValue(rnd, m.Descriptor.Type), labels...)
			one.StartTime = at.Add(-time.Duration(rnd.Int64N(1e15))) // so that a lower total is no fall
			m.TimeSeries = append(m.TimeSeries, one)
		}
		all = append(all, m)
	}
	return all
}

func randomValue(rnd *rand.Rand, typ metricdata.Type) any {
	switch typ {
	case metricdata.TypeGaugeInt64:
		return rnd.Int64() - rnd.Int64()
	case metricdata.TypeCumulativeInt64:
		return rnd.Int64()
	case metricdata.TypeGaugeFloat64:
		return rnd.NormFloat64() * 1e6
	case metricdata.TypeCumulativeFloat64:
		return rnd.ExpFloat64() * 1e6
	}
	bounds := make([]float64, rnd.IntN(8))
	counts := make([]int64, len(bounds)+1)
	for i := range counts {
		counts[i] = rnd.Int64N(1000)
		if i < len(bounds) {
			bounds[i] = float64(i) + rnd.Float64()
		}
	}
	return distribution(rnd.Float64()*1e6, bounds, counts...)
}
