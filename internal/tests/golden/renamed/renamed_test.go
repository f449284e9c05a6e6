package renamed_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/golden/renamed"
	"github.com/ocgen/ocgen/golden/renameddirect"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/stackdriver"
	"google.golang.org/protobuf/proto"
)

// A generated package, with either recorder.
type generated struct {
	name       string
	register   func() error
	unregister func()
	slos       func() []slo.SLO
	record     func()
}

// TestCloudMonitoringHasBothNames exports two packages. What arrives under a former name
// is what arrives under the new one, and the SLOs select from it.
func TestCloudMonitoringHasBothNames(t *testing.T) {
	for _, g := range []generated{
		{"renamed", renamed.RegisterViews, renamed.UnregisterViews, renamed.SLOs, func() {
			t.Cleanup(renamed.ObserveWorkers(renamed.OutcomeOK, "/cart", func() int64 { return 4 }))
			renamed.RecordHTTPLatency(t.Context(), 5*time.Millisecond, "/cart", renamed.OutcomeOK)
			renamed.RecordAnswer(t.Context(), 500*time.Millisecond, "/pay", renamed.OutcomeOK)
			renamed.RecordRequests(t.Context(), renamed.OutcomeError, "/cart")
		}},
		{"renameddirect", renameddirect.RegisterViews, renameddirect.UnregisterViews, renameddirect.SLOs, func() {
			t.Cleanup(renameddirect.ObserveWorkers(renameddirect.OutcomeOK, "/cart", func() int64 { return 4 }))
			renameddirect.RecordHTTPLatency(t.Context(), 5*time.Millisecond, "/cart", renameddirect.OutcomeOK)
			renameddirect.RecordAnswer(t.Context(), 500*time.Millisecond, "/pay", renameddirect.OutcomeOK)
			renameddirect.RecordRequests(t.Context(), renameddirect.OutcomeError, "/cart")
		}},
	} {
		t.Run(g.name, func(t *testing.T) { g.check(t) })
	}
}

func (g generated) check(t *testing.T) {
	if err := g.register(); err != nil {
		t.Fatal(err)
	}
	defer g.unregister()
	g.record()
	server := export(t)
	for former, name := range map[string]string{
		"latency": "http_latency", "calls": "requests", "calls_by_route": "requests_by_route", "threads": "workers", "thread_total": "worker_total",
	} {
		g.wantEqual(t, server, former, name)
	}
	g.checkSLOs(t, server)
}

// export sends the metrics of the process to a new server.
func export(t *testing.T) *fakemonitoring.Server {
	t.Helper()
	server := fakemonitoring.New(t)
	exporter, err := stackdriver.New(t.Context(), stackdriver.Options{
		ProjectID: "p", ClientOptions: server.ClientOptions(),
		ResourceLabels: map[string]string{
			"location": "europe-west1", "cluster_name": "eu", "namespace_name": "shop", "pod_name": "shop-1", "container_name": "shop",
		},
	})
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
	return server
}

// wantEqual compares the points and the descriptors of two metrics.
func (g generated) wantEqual(t *testing.T, server *fakemonitoring.Server, former, name string) {
	t.Helper()
	prefix := "custom.googleapis.com/opencensus/golden/" + g.name + "/"
	got, want := byLabels(server.Last(prefix+former)), byLabels(server.Last(prefix+name))
	if len(want) == 0 || len(got) != len(want) {
		t.Errorf("%d series of %s, and %d of %s", len(got), former, len(want), name)
		return
	}
	for i, s := range got {
		if !proto.Equal(s.Points[0].Value, want[i].Points[0].Value) || labels(s) != labels(want[i]) {
			t.Errorf("%s has\n%v\nand %s\n%v", former, s, name, want[i])
		}
	}
	f, d := server.Descriptors()[prefix+former], server.Descriptors()[prefix+name]
	if f == nil || d == nil || f.Description != d.Description || f.Unit != d.Unit || f.MetricKind != d.MetricKind || f.ValueType != d.ValueType || len(f.Labels) != len(d.Labels) {
		t.Errorf("descriptors\n%v\n%v", f, d)
	}
}

// labels returns the labels of a series, sorted by key.
func labels(s *monitoringpb.TimeSeries) string {
	return s.Metric.Labels["outcome"] + " " + s.Metric.Labels["route"]
}

func byLabels(series []*monitoringpb.TimeSeries) []*monitoringpb.TimeSeries {
	slices.SortFunc(series, func(a, b *monitoringpb.TimeSeries) int { return slices.Compare([]byte(labels(a)), []byte(labels(b))) })
	return series
}

// checkSLOs evaluates the generated JSON over what arrived, and the generated values in
// the process.
func (g generated) checkSLOs(t *testing.T, server *fakemonitoring.Server) {
	t.Helper()
	for id, want := range map[string]slocheck.Amounts{
		"fast": {Good: 1, Total: 2}, "available": {Bad: 1, Total: 2}, "few-workers": {Gauge: 4},
	} {
		data, err := os.ReadFile(filepath.Join("../../../../golden", g.name, "slo", id+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := slocheck.Evaluate(data, server.Series()); err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", id, got, err, want)
		}
	}
	e := evaluate.New(evaluate.Options{SLOs: g.slos()})
	defer e.Close()
	for _, s := range e.Evaluate(t.Context()).SLOs {
		if s.ID != "few_workers" && (s.SinceStart.Good != 1 || s.SinceStart.Total != 2) {
			t.Errorf("in the process %s has %v of %v", s.ID, s.SinceStart.Good, s.SinceStart.Total)
		}
	}
}
