package agreement_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/minimal"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/console"
	"github.com/ocgen/ocgen/runtime/metrictest"
	"github.com/ocgen/ocgen/runtime/otlp"
	"github.com/ocgen/ocgen/runtime/prometheus"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/sloz"
	"github.com/ocgen/ocgen/runtime/stackdriver"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

var began = time.Now().Add(-time.Minute)

// bare is a producer of distributions that have neither bounds nor buckets, and of
// one whose bounds are an empty list.
type bare struct{}

func (*bare) Read() []*metricdata.Metric {
	var all []*metricdata.Metric
	for name, d := range map[string]*metricdata.Distribution{
		"unbounded/bare":  {Count: 3, Sum: 4.5},
		"unbounded/empty": {Count: 3, Sum: 4.5, BucketOptions: &metricdata.BucketOptions{}},
	} {
		all = append(all, &metricdata.Metric{
			Descriptor: metricdata.Descriptor{Name: name, Unit: "1", Type: metricdata.TypeCumulativeDistribution},
			TimeSeries: []*metricdata.TimeSeries{{StartTime: began, Points: []metricdata.Point{metricdata.NewDistributionPoint(began.Add(time.Second), d)}}},
		})
	}
	return all
}

// unbounded are the names of distributions without bounds, each of 0, 1.5 and 3.
func unbounded(t *testing.T) []string {
	t.Helper()
	m := stats.Float64("unbounded/items", "Items.", "1")
	views := []*view.View{
		{Name: "unbounded/none", Measure: m, Aggregation: view.Distribution()},
		{Name: "unbounded/only_zero", Measure: m, Aggregation: view.Distribution(0)},
	}
	if err := view.Register(views...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { view.Unregister(views...) })
	p := &bare{}
	metricproducer.GlobalManager().AddProducer(p)
	t.Cleanup(func() { metricproducer.GlobalManager().DeleteProducer(p) })
	stats.Record(t.Context(), m.M(0), m.M(1.5), m.M(3))
	return []string{"unbounded/none", "unbounded/only_zero", "unbounded/bare", "unbounded/empty"}
}

// A distribution without bounds arrives everywhere, with its count and sum. Cloud
// Monitoring demands a bound, and gets 0.
func TestDistributionsWithoutBounds(t *testing.T) {
	if err := minimal.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(minimal.UnregisterViews)
	names := unbounded(t)
	metrics := runtime.Gather(t.Context())
	monitoring, collector := fakemonitoring.New(t), fakeotlp.New(t)
	toMonitoring, err := stackdriver.New(t.Context(), stackdriver.Options{ProjectID: "p", ClientOptions: monitoring.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	toCollector, err := otlp.New(t.Context(), otlp.Options{Endpoint: collector.GRPC(), Insecure: true})
	if err != nil {
		t.Fatal(err)
	}
	var tables, lines bytes.Buffer
	for _, e := range []runtime.Exporter{toMonitoring, toCollector, console.New(&tables), console.NewJSON(&lines)} {
		if err := e.Export(t.Context(), metrics); err != nil {
			t.Errorf("%T: %v", e, err)
		}
	}
	handler, err := prometheus.New(prometheus.Options{OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	scraped := httptest.NewRecorder()
	handler.ServeHTTP(scraped, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	points := map[string]fakeotlp.Point{}
	for _, p := range collector.Points() {
		points[p.Metric] = p
	}
	for _, name := range names {
		last := monitoring.Last("custom.googleapis.com/opencensus/" + name)
		if len(last) != 1 {
			t.Errorf("%s: %d series in Cloud Monitoring", name, len(last))
			continue
		}
		d := last[0].Points[0].Value.GetDistributionValue()
		if bounds, counts := d.GetBucketOptions().GetExplicitBuckets().GetBounds(), d.BucketCounts; d.Count != 3 || d.Mean != 1.5 || len(bounds) != 1 || bounds[0] != 0 || len(counts) != 2 || counts[1] != 3 {
			t.Errorf("%s: %v", name, d)
		}
		if p := points[name]; p.Count != 3 || p.Sum != 4.5 || len(p.Bounds) != 0 {
			t.Errorf("%s: %+v", name, p)
		}
		flat := strings.ReplaceAll(name, "/", "_")
		for _, want := range []string{flat + "_sum 4.5\n", flat + "_count 3\n", flat + "_bucket{le=\"+Inf\"} 3\n"} {
			if !strings.Contains(scraped.Body.String(), want) {
				t.Errorf("no %s in\n%s", want, scraped.Body)
			}
		}
		if !strings.Contains(tables.String(), name) || !strings.Contains(lines.String(), name) {
			t.Errorf("the console has no %s", name)
		}
	}
}

// An SLO cannot be cut out of them, and the page says so. Tests can ask for count and
// sum.
func TestReadersOfDistributionsWithoutBounds(t *testing.T) {
	m := metrictest.Start(t)
	names := unbounded(t)
	var slos []slo.SLO
	for _, name := range names {
		slos = append(slos, slo.SLO{ID: strings.ReplaceAll(name, "/", "-"), Goal: 0.9, Days: 28, Distribution: &slo.DistributionCut{Selection: slo.Selection{Metric: name, Unit: "1"}, Max: 2}})
		m.Metric(name).WantCount(3)
		m.Metric(name).WantSum(4.5)
	}
	e := evaluate.New(evaluate.Options{SLOs: slos})
	report := e.Evaluate(t.Context())
	for _, s := range report.SLOs {
		if !strings.Contains(s.Status, "is not a bucket bound of") || !strings.Contains(s.Status, "it has none") {
			t.Errorf("%s: %q", s.ID, s.Status)
		}
	}
	for _, query := range []string{"", "?slo=unbounded-none", "?slo=unbounded-bare"} {
		w := httptest.NewRecorder()
		sloz.Handler(e).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+query, nil))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "it has none") {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
}
