//lint:file-ignore SA1019 The exporter is deprecated. This test shows that it works with the Producer until it is archived.

package otel

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	google "github.com/GoogleCloudPlatform/opentelemetry-operations-go/exporter/metric"
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/runtime"
	producer "github.com/ocgen/ocgen/runtime/otel"
	"github.com/ocgen/ocgen/runtime/stackdriver"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	metricpb "google.golang.org/genproto/googleapis/api/metric"
)

// withoutBounds is a distribution without buckets. Google's exporter sends it without a
// bound, which Cloud Monitoring refuses; runtime/stackdriver sends one.
const withoutBounds = "custom.googleapis.com/opencensus/golden/otel/weights"

// fromGoogle exports once through Google's exporter for OpenTelemetry.
func fromGoogle(t *testing.T, server *fakemonitoring.Server, typeOf func(metricdata.Metrics) string) {
	t.Helper()
	exporter, err := google.New(
		google.WithProjectID("p"),
		google.WithMonitoringClientOptions(server.ClientOptions()...),
		google.WithMetricDescriptorTypeFormatter(typeOf),
		google.WithSumOfSquaredDeviation())
	if err != nil {
		t.Fatal(err)
	}
	provider := sdk.NewMeterProvider(sdk.WithReader(sdk.NewPeriodicReader(exporter, sdk.WithProducer(producer.NewProducer()))))
	err = provider.Shutdown(t.Context())
	if err == nil || !strings.Contains(err.Error(), "explicit_buckets.bounds") || !strings.Contains(err.Error(), "success_point_count:24") {
		t.Fatalf("%v, want an error about the distribution without bounds alone", err)
	}
}

// TestGoogleExporter compares the metrics that Google's exporter creates with those of
// runtime/stackdriver: with a formatter of types, the SLOs of the schema hold.
func TestGoogleExporter(t *testing.T) {
	recorded(t)
	theirs := fakemonitoring.New(t)
	fromGoogle(t, theirs, func(m metricdata.Metrics) string { return cloudmonitoring.MetricType("", m.Name) })
	ours := fakemonitoring.New(t)
	exporter, err := stackdriver.New(t.Context(), stackdriver.Options{ProjectID: "p", ClientOptions: ours.ClientOptions()})
	if err != nil {
		t.Fatal(err)
	}
	telemetry, err := runtime.Start(t.Context(), runtime.Options{Exporter: exporter, Interval: time.Hour, NoHealthMetrics: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := telemetry.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	compareDescriptors(t, theirs.Descriptors(), ours)
	compareSeries(t, theirs, ours)
}

// compareDescriptors compares kinds, value types and units. The labels of a descriptor are
// those of the series.
func compareDescriptors(t *testing.T, theirs map[string]*metricpb.MetricDescriptor, ours *fakemonitoring.Server) {
	t.Helper()
	compared := 0
	for metricType, want := range ours.Descriptors() {
		if len(ours.Last(metricType)) == 0 || metricType == withoutBounds {
			continue // Google's exporter creates a descriptor with the first point
		}
		compared++
		got := theirs[metricType]
		if got == nil {
			t.Errorf("Google's exporter does not create %s: it has %q", metricType, slices.Sorted(maps.Keys(theirs)))
			continue
		}
		if got.MetricKind != want.MetricKind || got.ValueType != want.ValueType || got.Unit != want.Unit || got.Description != want.Description {
			t.Errorf("%s is %v %v in %q, %q; want %v %v in %q, %q", metricType, got.MetricKind, got.ValueType, got.Unit, got.Description, want.MetricKind, want.ValueType, want.Unit, want.Description)
		}
	}
	if compared < 15 {
		t.Errorf("only %d descriptors were compared", compared)
	}
}

// compareSeries compares labels and values. Google's exporter adds the service's labels.
func compareSeries(t *testing.T, theirs, ours *fakemonitoring.Server) {
	t.Helper()
	values := func(s *fakemonitoring.Server) map[string]string {
		all := map[string]string{}
		for _, series := range s.Series() {
			labels := maps.Clone(series.Metric.Labels)
			maps.DeleteFunc(labels, func(key, _ string) bool {
				return key == cloudmonitoring.TaskLabel || key == "service_name" || key == "service_instance_id"
			})
			if strings.Contains(series.Metric.Type, "/golden/otel/") && series.Metric.Type != withoutBounds {
				all[series.Metric.Type+" "+text(labels)] = value(series.Points[0].Value)
			}
		}
		return all
	}
	want, got := values(ours), values(theirs)
	for series, v := range want {
		if got[series] != v {
			t.Errorf("%s is %s, want %s", series, got[series], v)
		}
	}
	if len(got) != len(want) || len(want) < 15 {
		t.Errorf("%d series, want %d", len(got), len(want))
	}
}
