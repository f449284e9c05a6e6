package stackdriver

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	monitoring "cloud.google.com/go/monitoring/apiv3/v2"
	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/grpc/codes"
)

// calls returns how many descriptors were asked for since the last time.
func calls(fake *fakemonitoring.Server, before *int) int {
	n := 0
	all := fake.Calls()
	for _, c := range all[*before:] {
		if c == "CreateMetricDescriptor" {
			n++
		}
	}
	*before = len(all)
	return n
}

func TestPrepare(t *testing.T) {
	fake, e := newFake(t)
	seen := 0
	prepare := func(want int, descriptors ...metric.Descriptor) error {
		t.Helper()
		err := e.Prepare(within(t, 20*time.Second), descriptors)
		if got := calls(fake, &seen); got != want {
			t.Errorf("%d descriptors sent, want %d", got, want)
		}
		return err
	}
	fake.SetFault(fakemonitoring.Fault{Method: "CreateMetricDescriptor", Refuse: codes.PermissionDenied, Message: "injected"})
	err := prepare(2, shopDescriptors()...)
	if err == nil || strings.Count(err.Error(), "injected") != 2 ||
		!strings.Contains(err.Error(), "creating the metric descriptor custom.googleapis.com/opencensus/shop/latency: Cloud Monitoring answered PermissionDenied: injected (give the service account") {
		t.Errorf("Prepare: %v", err)
	}
	fake.SetFault(fakemonitoring.Fault{})
	if err := prepare(2, shopDescriptors()...); err != nil { // tried again
		t.Error(err)
	}
	if err := prepare(0, shopDescriptors()...); err != nil {
		t.Error(err)
	}
	changed := shopDescriptors()[1]
	changed.Description = "Another."
	if err := prepare(1, changed, metric.Descriptor{Name: "summary", Type: metric.TypeSummary}); err != nil {
		t.Error(err)
	}
	d := fake.Descriptors()["custom.googleapis.com/opencensus/shop/count"]
	if d.Description != "Another." || len(d.Labels) != 2 || d.Labels[1].Description != "HTTP method." || d.DisplayName != "OpenCensus/shop/count" {
		t.Errorf("got %v", d)
	}
}

// An export creates the descriptors that Prepare did not, and sends the points
// even if it cannot. They do not make the metric a gauge then.
func TestExportDescribes(t *testing.T) {
	fake, e := newFake(t)
	seen := 0
	fake.SetFault(fakemonitoring.Fault{Method: "CreateMetricDescriptor", Refuse: codes.PermissionDenied, Message: "injected"})
	m := counted("other/count", 3, 1)
	err := e.Export(within(t, 20*time.Second), []*metric.Metric{m})
	if err == nil || !strings.Contains(err.Error(), "creating the metric descriptor") || !slices.Equal(fates(t, m, err), each("")) {
		t.Errorf("Export: %v", err)
	}
	d := fake.Descriptors()["custom.googleapis.com/opencensus/other/count"]
	if d == nil || d.MetricKind != metricpb.MetricDescriptor_CUMULATIVE || len(fake.Series()) != 3 {
		t.Errorf("descriptor %v, %d series", d, len(fake.Series()))
	}
	// It is not asked for with each export, for points matter more.
	for _, ts := range m.Series {
		ts.Point.Time = ts.Point.Time.Add(time.Second)
	}
	if err := e.Export(within(t, 20*time.Second), []*metric.Metric{m}); err != nil {
		t.Error(err)
	}
	if n := calls(fake, &seen); n != 1 {
		t.Errorf("%d calls", n)
	}
	fake.SetFault(fakemonitoring.Fault{})
	if err := e.Prepare(within(t, 20*time.Second), []metric.Descriptor{m.Descriptor}); err != nil {
		t.Error(err)
	}
	if err := e.Export(within(t, 20*time.Second), []*metric.Metric{counted("new", 1, 1)}); err != nil {
		t.Error(err)
	}
	if n := calls(fake, &seen); n != 2 {
		t.Errorf("%d calls", n)
	}
}

// A backend that hangs at descriptors leaves time for the points.
func TestSlowDescriptors(t *testing.T) {
	fake, e := newFake(t)
	fake.SetFault(fakemonitoring.Fault{Method: "CreateMetricDescriptor", Hang: true})
	m := counted("other/count", 3, 1)
	err := e.Export(within(t, 2*time.Second), []*metric.Metric{m})
	if got := fates(t, m, err); !slices.Equal(got, each("")) || len(fake.Series()) != 3 {
		t.Errorf("got %q, %d series: %v", got, len(fake.Series()), err)
	}
}

// A metric that exists serves if points can be written to it.
func TestExistingDescriptors(t *testing.T) {
	fake, e := newFake(t)
	client, err := monitoring.NewMetricClient(context.Background(), fake.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	existing := func(name string, kind metricpb.MetricDescriptor_MetricKind) {
		t.Helper()
		d := &metricpb.MetricDescriptor{Type: "custom.googleapis.com/opencensus/" + name, MetricKind: kind, ValueType: metricpb.MetricDescriptor_INT64}
		if _, err := client.CreateMetricDescriptor(context.Background(), &monitoringpb.CreateMetricDescriptorRequest{Name: "projects/p", MetricDescriptor: d}); err != nil {
			t.Fatal(err)
		}
	}
	existing("same", metricpb.MetricDescriptor_CUMULATIVE)
	existing("other", metricpb.MetricDescriptor_GAUGE)
	cumulative := func(name string) metric.Descriptor {
		return metric.Descriptor{Name: name, Type: metric.TypeCumulativeInt64}
	}
	fake.SetFault(fakemonitoring.Fault{Method: "CreateMetricDescriptor", Refuse: codes.AlreadyExists})
	if err := e.Prepare(within(t, 20*time.Second), []metric.Descriptor{cumulative("same")}); err != nil {
		t.Error(err)
	}
	fake.SetFault(fakemonitoring.Fault{})
	err = e.Prepare(within(t, 20*time.Second), []metric.Descriptor{cumulative("other")})
	if err == nil || !strings.Contains(err.Error(), "it exists as GAUGE INT64 but should be CUMULATIVE INT64: rename the view") {
		t.Errorf("Prepare: %v", err)
	}
}

// A package that comes late and disagrees is reported.
func TestLateDisagreement(t *testing.T) {
	_, e := newFake(t)
	if err := e.Prepare(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	register(t, "bank", record.Monitoring{MetricPrefix: "workload.googleapis.com", Resource: "k8s_container"})
	if err := e.Prepare(context.Background(), nil); err == nil || !strings.Contains(err.Error(), `but package bank has "workload.googleapis.com"`) {
		t.Errorf("Prepare: %v", err)
	}
}

func TestLateLabels(t *testing.T) {
	_, e := newFake(t)
	m := onKubernetesShop
	m.ResourceLabels = []record.ResourceLabel{{Key: "namespace_name", Values: []string{"bank"}}}
	register(t, "bank", m)
	if err := e.Prepare(context.Background(), nil); err == nil || !strings.Contains(err.Error(), `is "shop", but the schema of package bank says "bank"`) {
		t.Errorf("Prepare: %v", err)
	}
}
