package stackdriver

import (
	"bytes"
	"context"
	"errors"
	"log"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
)

var (
	latencyMeasure = stats.Float64("shop/latency", "Latency.", "s")
	methodKey      = tag.MustNewKey("http.method")
	methodTag      = runtime.NewClosedTag(methodKey, runtime.ClosedTag{Values: []string{"GET", "POST"}})
	latencyTags    = runtime.NewTagSet([]*runtime.Tag{methodTag})
	latencyView    = &view.View{Name: "shop/latency", Measure: latencyMeasure, Aggregation: view.Distribution(1, 2), TagKeys: []tag.Key{methodKey}}
	countView      = &view.View{Name: "shop/count", Description: "Count.", Measure: latencyMeasure, Aggregation: view.Count(), TagKeys: []tag.Key{methodKey}}
)

func recordLatency(n int) {
	for i := range n {
		latencyTags.Record(context.Background(), []stats.Measurement{latencyMeasure.M(float64(i % 3))}, runtime.Closed(uint8(i%2+1)))
	}
}

var monitoring = runtime.Monitoring{
	MetricPrefix: "custom.googleapis.com/opencensus",
	Resource:     "k8s_container",
	ResourceLabels: []runtime.ResourceLabel{
		{Key: "namespace_name", Values: []string{"shop"}},
		{Key: "cluster_name", Values: []string{"eu", "us"}},
	},
}

var goodLabels = map[string]string{"namespace_name": "shop", "cluster_name": "us", "pod_name": "pod-1"}

func register(t *testing.T, name string, m runtime.Monitoring, views ...*view.View) {
	t.Helper()
	labels := []metricdata.LabelKey{{Key: "http.method", Description: "HTTP method."}}
	p := runtime.NewPackage(runtime.PackageInfo{
		Name:  name,
		Views: func() []*view.View { return views },
		Descriptors: func() []metricdata.Descriptor {
			return []metricdata.Descriptor{
				{Name: "shop/latency", Description: "Latency.", Unit: "s", Type: metricdata.TypeCumulativeDistribution, LabelKeys: labels},
				{Name: "shop/count", Description: "Count.", Unit: "1", Type: metricdata.TypeCumulativeInt64, LabelKeys: labels},
			}
		},
		Monitoring: m,
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
}

// start registers the shop's views and starts an exporter to a fake.
func start(t *testing.T, opts fakemonitoring.Options) (*fakemonitoring.Server, *runtime.Telemetry) {
	t.Helper()
	register(t, "shop", monitoring, latencyView, countView)
	fake := fakemonitoring.Start(t, opts)
	e, err := New(context.Background(), Options{ProjectID: "p", ResourceLabels: goodLabels, ClientOptions: fake.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	tel, err := runtime.Start(context.Background(), runtime.Options{Exporter: e, OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	return fake, tel
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// All records arrive, though the backend refuses points less than 5 s apart.
func TestEverythingArrives(t *testing.T) {
	var logged bytes.Buffer
	defer log.SetOutput(log.Writer())
	log.SetOutput(&logged)
	fake, tel := start(t, fakemonitoring.Options{Spacing: 5 * time.Second})
	recordLatency(500)
	if err := tel.ForceFlush(within(t, 30*time.Second)); err != nil {
		t.Fatal(err)
	}
	recordLatency(500)
	if err := tel.Shutdown(within(t, 30*time.Second)); err != nil {
		t.Fatal(err)
	}
	series := fake.Last("custom.googleapis.com/opencensus/shop/latency")
	var total int64
	for _, ts := range series {
		d := ts.Points[0].Value.GetDistributionValue()
		total += d.Count
		if !slices.Equal(d.BucketOptions.GetExplicitBuckets().Bounds, []float64{0, 1, 2}) {
			t.Errorf("bounds %v", d.BucketOptions)
		}
	}
	if len(series) != 2 || total != 1000 {
		t.Errorf("%d records in %d series, want 1000 in 2", total, len(series))
	}
	checkShape(t, fake, series[0])
	if logged.Len() > 0 {
		t.Errorf("logged: %s", logged.String())
	}
}

func checkShape(t *testing.T, fake *fakemonitoring.Server, ts *monitoringpb.TimeSeries) {
	t.Helper()
	if ts.Resource.Type != "k8s_container" || ts.Resource.Labels["cluster_name"] != "us" || ts.Resource.Labels["pod_name"] != "pod-1" {
		t.Errorf("resource %v", ts.Resource)
	}
	if ts.Metric.Labels["http_method"] == "" || ts.Metric.Labels["opencensus_task"] == "" {
		t.Errorf("labels %v", ts.Metric.Labels)
	}
	d := fake.Descriptors()[ts.Metric.Type]
	if d == nil || d.Unit != "s" || d.Description != "Latency." {
		t.Fatalf("descriptor %v", d)
	}
	for _, l := range d.Labels {
		if l.Key == "http_method" && l.Description != "HTTP method." {
			t.Errorf("label %v", l)
		}
	}
}

func TestRefusalsAreReported(t *testing.T) {
	fake, tel := start(t, fakemonitoring.Options{Refuse: func(method string) error {
		if method == "CreateTimeSeries" {
			return status.Error(codes.PermissionDenied, "Permission monitoring.timeSeries.create denied")
		}
		return nil
	}})
	recordLatency(1)
	err := tel.Shutdown(within(t, 30*time.Second))
	if err == nil || !strings.Contains(err.Error(), "stackdriver: ") || !strings.Contains(err.Error(), "monitoring.timeSeries.create denied") {
		t.Errorf("Shutdown: %v", err)
	}
	if !slices.Contains(fake.Calls(), "CreateMetricDescriptor") {
		t.Errorf("calls %v", fake.Calls())
	}
}

// A point that comes too soon is refused and reported, never lost silently.
func TestTooSoonIsReported(t *testing.T) {
	_, tel := start(t, fakemonitoring.Options{Spacing: time.Hour})
	recordLatency(10)
	if err := tel.ForceFlush(within(t, 30*time.Second)); err != nil {
		t.Fatal(err)
	}
	err := tel.Shutdown(within(t, 30*time.Second))
	if err == nil || !strings.Contains(err.Error(), "more frequently than the maximum sampling period") {
		t.Errorf("Shutdown: %v", err)
	}
}

func TestShutdownIsBounded(t *testing.T) {
	_, tel := start(t, fakemonitoring.Options{Delay: time.Minute})
	recordLatency(10)
	began := time.Now()
	err := tel.Shutdown(within(t, 2*time.Second))
	// On a busy machine the runtime may give up before the exporter can answer.
	if !errors.Is(err, context.DeadlineExceeded) ||
		!strings.Contains(err.Error(), "no answer from Cloud Monitoring") && !strings.Contains(err.Error(), "did not return in time") {
		t.Errorf("Shutdown: %v", err)
	}
	if d := time.Since(began); d > 30*time.Second {
		t.Errorf("took %v", d)
	}
}

// Where nothing runs, nothing is said to have been cut off, though no time is
// left.
func TestShutdownWithoutTime(t *testing.T) {
	register(t, "shop", monitoring, countView)
	fake := fakemonitoring.Start(t, fakemonitoring.Options{})
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for range 8 { // both may be ready: it must not be chance
		e, err := New(context.Background(), Options{ProjectID: "p", ResourceLabels: goodLabels, ClientOptions: fake.ClientOptions()})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Shutdown(done); err != nil {
			t.Fatalf("Shutdown: %v", err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	ctx := context.Background()
	refused := func(t *testing.T, opts Options, want ...string) {
		t.Helper()
		_, err := New(ctx, opts)
		for _, w := range want {
			if err == nil || !strings.Contains(err.Error(), w) {
				t.Errorf("not in the error: %s\n%v", w, err)
			}
		}
	}
	t.Run("nothing registered", func(t *testing.T) {
		refused(t, Options{ProjectID: "p"}, "call its RegisterViews before stackdriver.New")
	})
	t.Run("project", func(t *testing.T) {
		register(t, "shop", monitoring, countView)
		refused(t, Options{}, "Options.ProjectID is empty")
	})
	t.Run("labels", func(t *testing.T) {
		register(t, "shop", monitoring, countView)
		refused(t, Options{ProjectID: "p", ResourceLabels: map[string]string{"cluster_name": "asia"}},
			`resource label namespace_name is missing: set Options.ResourceLabels["namespace_name"] to "shop", as the schema of package shop says`,
			`resource label cluster_name is "asia", but the schema of package shop says "eu" or "us", and its SLOs would find no data`)
	})
	t.Run("disagreement", func(t *testing.T) {
		register(t, "shop", monitoring, countView)
		other := runtime.Monitoring{MetricPrefix: "workload.googleapis.com", Resource: "generic_task"}
		register(t, "bank", other, latencyView)
		refused(t, Options{ProjectID: "p", ResourceLabels: goodLabels},
			`package shop has monitoring.metric_prefix "custom.googleapis.com/opencensus", package bank "workload.googleapis.com"`,
			`package shop has monitoring.resource "k8s_container", package bank "generic_task"`)
	})
	t.Run("labels without resource", func(t *testing.T) {
		register(t, "shop", runtime.Monitoring{MetricPrefix: monitoring.MetricPrefix}, countView)
		refused(t, Options{ProjectID: "p", ResourceLabels: goodLabels}, "names no resource for them: set monitoring.resource there")
	})
}

// A package that comes late and disagrees is reported with each export.
func TestLateDisagreement(t *testing.T) {
	register(t, "shop", monitoring, countView)
	fake := fakemonitoring.Start(t, fakemonitoring.Options{})
	e, err := New(context.Background(), Options{ProjectID: "p", ResourceLabels: goodLabels, ClientOptions: fake.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Export(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	register(t, "bank", runtime.Monitoring{MetricPrefix: "workload.googleapis.com", Resource: "k8s_container"}, latencyView)
	if err := e.Export(context.Background(), nil); err == nil || !strings.Contains(err.Error(), `package bank "workload.googleapis.com"`) {
		t.Errorf("Export: %v", err)
	}
	for range 2 {
		if err := e.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if err := e.Export(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "shut down") {
		t.Errorf("Export after Shutdown: %v", err)
	}
}

// What the library would leave out without a word is reported.
func TestDroppedIsReported(t *testing.T) {
	err := dropped([]*metricdata.Metric{
		{Descriptor: metricdata.Descriptor{Name: "fine", Type: metricdata.TypeGaugeInt64}, TimeSeries: []*metricdata.TimeSeries{{}}},
		{Descriptor: metricdata.Descriptor{Name: "summary", Type: metricdata.TypeSummary}},
		{Descriptor: metricdata.Descriptor{Name: "misfit", LabelKeys: []metricdata.LabelKey{{Key: "a"}}}, TimeSeries: []*metricdata.TimeSeries{{}, {}}},
	})
	want := "metric \"summary\" is not written: Cloud Monitoring has no summaries\n" +
		"2 series of metric \"misfit\" are not written: they have not one value for each of its 1 labels"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

// New must not ask the metadata server where it runs: elsewhere than on Google
// Cloud that takes seconds.
func TestNewAsksNobody(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	var connections atomic.Int64
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			c.Close()
		}
	}()
	t.Setenv("GCE_METADATA_HOST", listener.Addr().String())
	register(t, "shop", monitoring, countView)
	fake := fakemonitoring.Start(t, fakemonitoring.Options{})
	e, err := New(context.Background(), Options{ProjectID: "p", ResourceLabels: goodLabels, ClientOptions: fake.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	if n := connections.Load(); n != 0 || len(fake.Calls()) != 0 {
		t.Errorf("%d connections to the metadata server, calls %v", n, fake.Calls())
	}
	if err := e.Shutdown(context.Background()); err != nil {
		t.Error(err)
	}
}
