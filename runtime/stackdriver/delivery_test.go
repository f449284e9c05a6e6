package stackdriver

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/fakemonitoring"
	"github.com/ocgen/ocgen/internal/wait"
	"github.com/ocgen/ocgen/runtime"
	"google.golang.org/grpc/codes"
)

func started(t *testing.T, e *Exporter) *runtime.Telemetry {
	t.Helper()
	tel, err := runtime.Start(context.Background(), runtime.Options{Exporter: e, Interval: time.Hour, NoHealthMetrics: true, OnError: func(error) {}})
	if err != nil {
		t.Fatal(err)
	}
	return tel
}

// arrived returns the counts in the last points of the shop's count.
func arrived(fake *fakemonitoring.Server) int64 {
	var total int64
	for _, ts := range fake.Last("custom.googleapis.com/opencensus/shop/count") {
		total += ts.Points[0].Value.GetInt64Value()
	}
	return total
}

// Faults that pass before ctx is done cost nothing.
func TestPassingFaults(t *testing.T) {
	const method = "CreateTimeSeries"
	for _, test := range []struct {
		name  string
		fault fakemonitoring.Fault
	}{
		{"down", fakemonitoring.Fault{Down: true}},
		{"overloaded", fakemonitoring.Fault{Method: method, Refuse: codes.Unavailable}},
		{"reset", fakemonitoring.Fault{Method: method, Reset: true}},
		{"reset after all", fakemonitoring.Fault{Method: method, Reset: true, Taken: true}},
		{"answers too soon", fakemonitoring.Fault{Series: func(*monitoringpb.TimeSeries) string {
			return "One or more points were written more frequently than the maximum sampling period configured for the metric."
		}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake, e := newFake(t)
			tel := started(t, e)
			recordLatency(1000)
			fake.SetFault(test.fault)
			var passing sync.WaitGroup
			wait.Go(&passing, func() {
				time.Sleep(spacing)
				fake.SetFault(fakemonitoring.Fault{})
			})
			if err := tel.Shutdown(within(t, 30*time.Second)); err != nil {
				t.Error(err)
			}
			passing.Wait()
			if got := arrived(fake); got != 1000 {
				t.Errorf("%d of 1000 records arrived", got)
			}
		})
	}
}

// A process that starts again under the same identity finds the last points of
// the one before, and waits.
func TestRestart(t *testing.T) {
	register(t, "shop", onKubernetesShop, latencyPart, countPart)
	fake := fakemonitoring.Start(t, fakemonitoring.Options{Spacing: time.Second})
	for i := range 2 {
		e, err := New(context.Background(), Options{
			ProjectID: "p", ResourceLabels: goodLabels, TaskLabel: NoTaskLabel, ClientOptions: fake.ClientOptions(),
		})
		if err != nil {
			t.Fatal(err)
		}
		tel := started(t, e)
		recordLatency(500)
		time.Sleep(2 * time.Millisecond) // else the point would end 1 ms after its start, and after the next run has begun
		if err := tel.Shutdown(within(t, 30*time.Second)); err != nil {
			t.Errorf("run %d: %v", i, err)
		}
	}
	if got := arrived(fake); got != 1000 {
		t.Errorf("%d of 1000 records arrived", got)
	}
}

// What does not pass is counted to the series.
func TestCountsAreExact(t *testing.T) {
	onePost := func(ts *monitoringpb.TimeSeries) string {
		if strings.HasSuffix(ts.Metric.Type, "/count") && ts.Metric.Labels["http_method"] == "POST" {
			return "Injected."
		}
		return ""
	}
	for _, test := range []struct {
		name                         string
		fault                        fakemonitoring.Fault
		refused, unconfirmed, unsent int
	}{
		{"one series", fakemonitoring.Fault{Series: onePost}, 1, 0, 0},
		{"all", fakemonitoring.Fault{Method: "CreateTimeSeries", Refuse: codes.PermissionDenied}, 4, 0, 0},
		{"hang", fakemonitoring.Fault{Method: "CreateTimeSeries", Hang: true}, 0, 4, 0},
		{"overloaded", fakemonitoring.Fault{Method: "CreateTimeSeries", Refuse: codes.ResourceExhausted}, 0, 0, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake, e := newFake(t)
			tel := started(t, e)
			fake.SetFault(test.fault)
			recordLatency(1000)
			err := tel.Shutdown(within(t, 2*time.Second))
			var failed *runtime.ShutdownError
			if !errors.As(err, &failed) || len(failed.Refused) != test.refused || len(failed.Unconfirmed) != test.unconfirmed || len(failed.Unsent) != test.unsent {
				t.Errorf("Shutdown: %v", err)
			}
		})
	}
}

// A descriptor that is refused costs no point.
func TestRefusedDescriptor(t *testing.T) {
	fake, e := newFake(t)
	fake.SetFault(fakemonitoring.Fault{Method: "CreateMetricDescriptor", Refuse: codes.PermissionDenied, Message: "injected"})
	reported := make(chan error, 10)
	tel, err := runtime.Start(context.Background(), runtime.Options{Exporter: e, Interval: time.Hour, NoHealthMetrics: true, OnError: func(err error) { reported <- err }})
	if err != nil {
		t.Fatal(err)
	}
	recordLatency(1000)
	if err := tel.Shutdown(within(t, 30*time.Second)); err != nil {
		t.Error(err)
	}
	if got := arrived(fake); got != 1000 {
		t.Errorf("%d of 1000 records arrived", got)
	}
	if err := <-reported; !strings.Contains(err.Error(), "creating the metric descriptor") {
		t.Error(err)
	}
}
