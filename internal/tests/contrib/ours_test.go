package contrib_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/golden/direct"
	"github.com/ocgen/ocgen/golden/events"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/stackdriver"
	"go.opencensus.io/trace"
	"google.golang.org/genproto/googleapis/api/metric"
	"google.golang.org/protobuf/proto"
)

// startOurs starts a Telemetry with our exporter, after the packages are registered.
func startOurs(t *testing.T, server *fakemonitoring.Server) *runtime.Telemetry {
	t.Helper()
	exporter, err := stackdriver.New(t.Context(), stackdriver.Options{ProjectID: "p", TaskLabel: task, ClientOptions: server.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	tel, err := runtime.Start(t.Context(), runtime.Options{
		Exporter: exporter, Interval: time.Hour, NoHealthMetrics: true, OnError: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return tel
}

func register(t *testing.T, register func() error, unregister func()) {
	t.Helper()
	if err := register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unregister)
}

// OpenCensus's exporter inside a Telemetry sends what ours does: the same descriptors, with
// the units and the descriptions of labels that OpenCensus's views lose, and the same labels,
// start times, values and exemplars. Ours also sends the kind and value type of each series,
// and the descriptors of metrics that have no point yet.
func TestSameAsOurs(t *testing.T) {
	p := newProgram(t, 2, 3)
	register(t, events.RegisterViews, events.UnregisterViews)
	register(t, direct.RegisterViews, direct.UnregisterViews)
	theirServer, ourServer := fakemonitoring.New(t), fakemonitoring.New(t)
	theirs, errs := start(t, theirServer, 5*time.Second)
	ours := startOurs(t, ourServer)
	p.record(t)
	ctx, span := trace.StartSpan(t.Context(), "request", trace.WithSampler(trace.AlwaysSample()))
	defer span.End()
	for _, latency := range []time.Duration{20 * time.Millisecond, time.Hour} {
		events.RecordAnswer(ctx, latency, 7, 1.5, events.OutcomeOK, "/cart", events.ReasonTimeout)
		direct.RecordLatency(ctx, latency, direct.MethodGET, direct.OutcomeOK)
	}
	direct.RecordLevel(ctx, -3)
	direct.RecordOpen(ctx, direct.OutcomeError, "/pay", "curl", "a")
	if err := errors.Join(theirs.Shutdown(within(t, time.Minute)), ours.Shutdown(within(t, time.Minute)), errs.all()); err != nil {
		t.Fatal(err)
	}

	want, got := timeless(ourServer), timeless(theirServer)
	for key, w := range want {
		w.MetricKind, w.ValueType = metric.MetricDescriptor_METRIC_KIND_UNSPECIFIED, metric.MetricDescriptor_VALUE_TYPE_UNSPECIFIED
		if g := got[key]; !proto.Equal(g, w) {
			t.Errorf("series\n%v\nwant\n%v", g, w)
		}
	}
	if least := len(p.metricTypes())*p.values + 10; len(got) != len(want) || len(got) < least {
		t.Errorf("%d series, want %d, at least %d", len(got), len(want), least)
	}
	theirDescriptors, ourDescriptors := theirServer.Descriptors(), ourServer.Descriptors()
	for _, ts := range got {
		if g, w := theirDescriptors[ts.Metric.Type], ourDescriptors[ts.Metric.Type]; !proto.Equal(g, w) {
			t.Errorf("descriptor\n%v\nwant\n%v", g, w)
		}
	}
	if len(theirDescriptors) > len(ourDescriptors) {
		t.Errorf("%d descriptors, want at most %d", len(theirDescriptors), len(ourDescriptors))
	}
}

// timeless returns the series that arrived, by their identity, without the times of the
// readings. Start times are left.
func timeless(server *fakemonitoring.Server) map[string]*monitoringpb.TimeSeries {
	all := map[string]*monitoringpb.TimeSeries{}
	for _, ts := range server.Series() {
		c := proto.Clone(ts).(*monitoringpb.TimeSeries)
		c.Points[0].Interval.EndTime = nil
		all[fmt.Sprint(c.Metric.Type, c.Metric.Labels, c.Resource.Type, c.Resource.Labels)] = c
	}
	return all
}

// A distribution without buckets arrives through our exporter alone: OpenCensus's sends no
// bound, and Cloud Monitoring demands one.
func TestDistributionWithoutBuckets(t *testing.T) {
	register(t, direct.RegisterViews, direct.UnregisterViews)
	theirServer, ourServer := fakemonitoring.New(t), fakemonitoring.New(t)
	theirs, errs := start(t, theirServer, 5*time.Second)
	ours := startOurs(t, ourServer)
	direct.RecordWeights(context.Background(), time.Second, direct.OutcomeOK)
	if err := errors.Join(theirs.Shutdown(within(t, time.Minute)), ours.Shutdown(within(t, time.Minute))); err != nil {
		t.Error(err)
	}
	const metricType = typePrefix + "golden/direct/weights"
	if n := len(ourServer.Last(metricType)); n != 1 {
		t.Errorf("%d series arrived through our exporter, want 1", n)
	}
	if n := len(theirServer.Last(metricType)); n != 0 {
		t.Errorf("%d series arrived through OpenCensus's exporter", n)
	}
	if err := errs.all(); err == nil || !strings.Contains(err.Error(), "does not have at least one entry") {
		t.Errorf("the hook got %v", err)
	}
}
