package stackdriver

import (
	"bytes"
	"context"
	"errors"
	"log"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"google.golang.org/grpc/codes"
)

var (
	methodTag   = record.NewClosedTag("http.method", record.ClosedTag{Values: []string{"GET", "POST"}})
	latencies   = series.NewDistributions(series.SeriesInfo{Name: "shop/latency", Tags: []*record.Tag{methodTag}, Bounds: []float64{1, 2}, Size: 3})
	counts      = series.NewCounts(series.SeriesInfo{Name: "shop/count", Tags: []*record.Tag{methodTag}, Size: 3})
	latencyPart = series.Sets(latencies)
	countPart   = series.Sets(counts)
)

func recordLatency(n int) {
	for i := range n {
		method := methodTag.Index(uint32(i%2 + 1))
		latencies.At(method).Record(float64(i % 3))
		counts.At(method).Inc()
	}
}

var onKubernetesShop = record.Monitoring{
	MetricPrefix: "custom.googleapis.com/opencensus",
	Resource:     "k8s_container",
	ResourceLabels: []record.ResourceLabel{
		{Key: "namespace_name", Values: []string{"shop"}},
		{Key: "cluster_name", Values: []string{"eu", "us"}},
	},
}

var goodLabels = map[string]string{
	"location": "europe-west1", "cluster_name": "us", "namespace_name": "shop", "pod_name": "pod-1", "container_name": "main",
}

func shopDescriptors() []metric.Descriptor {
	labels := []metric.LabelKey{{Key: "http.method", Description: "HTTP method."}}
	return []metric.Descriptor{
		{Name: "shop/latency", Description: "Latency.", Unit: "s", Type: metric.TypeCumulativeDistribution, LabelKeys: labels},
		{Name: "shop/count", Description: "Count.", Unit: "1", Type: metric.TypeCumulativeInt64, LabelKeys: labels},
	}
}

func register(t *testing.T, name string, m record.Monitoring, parts ...record.Part) {
	t.Helper()
	p := record.NewPackage(record.PackageInfo{
		Name:        name,
		Parts:       parts,
		Descriptors: shopDescriptors,
		Monitoring:  m,
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
}

// spacing is what the fakes of these tests keep, with the exporter's margin.
const spacing = 200 * time.Millisecond

// newFake registers the shop's views and returns an exporter to a fake.
func newFake(t *testing.T) (*fakemonitoring.Server, *Exporter) {
	t.Helper()
	register(t, "shop", onKubernetesShop, latencyPart, countPart)
	fake := fakemonitoring.Start(t, fakemonitoring.Options{Spacing: spacing})
	e, err := New(context.Background(), Options{
		ProjectID: "p", ResourceLabels: goodLabels, ClientOptions: fake.ClientOptions(), Spacing: spacing + 20*time.Millisecond,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return fake, e
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// All records arrive, though the backend refuses points that come too soon, and
// nothing is logged.
func TestEverythingArrives(t *testing.T) {
	var logged bytes.Buffer
	defer log.SetOutput(log.Writer())
	log.SetOutput(&logged)
	fake, e := newFake(t)
	tel, err := runtime.Start(context.Background(), runtime.Options{Exporter: e, Interval: time.Hour, OnError: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
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
		t.Fatalf("%d records in %d series, want 1000 in 2", total, len(series))
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

// Start creates the descriptors before there is a record.
func TestDescriptorsComeFirst(t *testing.T) {
	fake, e := newFake(t)
	tel, err := runtime.Start(context.Background(), runtime.Options{Exporter: e, Interval: time.Hour, NoHealthMetrics: true})
	if err != nil {
		t.Fatal(err)
	}
	for len(fake.Descriptors()) < 2 {
		time.Sleep(time.Millisecond) // go test ends a test that waits in vain
	}
	if n := len(fake.Descriptors()); n != 2 {
		t.Errorf("%d descriptors", n)
	}
	if err := tel.Shutdown(within(t, 30*time.Second)); err != nil {
		t.Error(err)
	}
	if slices.Contains(fake.Calls(), "CreateTimeSeries") {
		t.Errorf("calls %v", fake.Calls())
	}
}

func TestRefusalsAreReported(t *testing.T) {
	fake, e := newFake(t)
	fake.SetFault(fakemonitoring.Fault{Method: "CreateTimeSeries", Refuse: codes.PermissionDenied, Message: "Permission monitoring.timeSeries.create denied"})
	tel, err := runtime.Start(context.Background(), runtime.Options{Exporter: e, Interval: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	recordLatency(1)
	err = tel.Shutdown(within(t, 30*time.Second))
	if err == nil || !strings.Contains(err.Error(), "monitoring.timeSeries.create denied (give the service account the role roles/monitoring.metricWriter in the project p)") {
		t.Errorf("Shutdown: %v", err)
	}
}

func TestShutdownIsBounded(t *testing.T) {
	fake, e := newFake(t)
	tel, err := runtime.Start(context.Background(), runtime.Options{Exporter: e, Interval: time.Hour, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	fake.SetFault(fakemonitoring.Fault{Hang: true})
	recordLatency(10)
	err = tel.Shutdown(within(t, time.Second)) // without a bound it would not return
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown: %v", err)
	}
}

func TestAfterShutdown(t *testing.T) {
	_, e := newFake(t)
	done, cancel := context.WithCancel(context.Background())
	cancel()
	for range 2 { // a second call does nothing, and no time is needed
		if err := e.Shutdown(done); err != nil {
			t.Error(err)
		}
	}
	if err := e.Export(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "shut down") {
		t.Errorf("Export: %v", err)
	}
	if err := e.Prepare(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "shut down") {
		t.Errorf("Prepare: %v", err)
	}
}

// TestShutdownDuringExport: at most the 8 requests on their way are unconfirmed. Requests that
// had not begun are unsent.
func TestShutdownDuringExport(t *testing.T) {
	fake, e := newFake(t)
	fake.SetFault(fakemonitoring.Fault{Method: "CreateTimeSeries", Hang: true})
	go func() {
		for !slices.Contains(fake.Calls(), "CreateTimeSeries") && t.Context().Err() == nil {
			time.Sleep(time.Millisecond)
		}
		if err := e.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	const n = 20 * 200
	m := counted("m", n, 1)
	err := e.Export(within(t, 20*time.Second), []*metric.Metric{m})
	count := map[string]int{}
	for _, fate := range fates(t, m, err) {
		count[fate]++
	}
	for _, f := range err.(*exportError).points.Failures {
		if f.Fate == runtime.Unconfirmed && !strings.HasPrefix(f.Err.Error(), "no answer from Cloud Monitoring: the call was canceled: ") {
			t.Fatal(f.Err)
		}
	}
	if count["unconfirmed"] > parallel*200 || count["unsent"] < n-parallel*200 || count["unconfirmed"]+count["unsent"] != n {
		t.Errorf("got %v", count)
	}
}
