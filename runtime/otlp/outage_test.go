package otlp

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.opencensus.io/metric/metricdata"
	"google.golang.org/grpc/codes"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/internal/fakeotlp"
	"github.com/ocgen/ocgen/runtime"
)

// build is that of the process, which can be set only once.
const build = "1.2.3"

// recorded starts telemetry and records a thousand requests and one value of a
// gauge: five series.
func recorded(t *testing.T, e runtime.Exporter) *runtime.Telemetry {
	t.Helper()
	shopmetrics.SetBuild(build)
	if err := shopmetrics.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(shopmetrics.UnregisterViews)
	telemetry, err := runtime.Start(t.Context(), runtime.Options{
		Exporter: e, Interval: time.Hour, NoHealthMetrics: true, OnError: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		shopmetrics.RecordRequest(t.Context(), 7*time.Millisecond, 2048, shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
	}
	shopmetrics.RecordQueueDepth(t.Context(), 3)
	return telemetry
}

// arrived returns how many requests a receiver knows of, by two views.
func arrived(receiver *fakeotlp.Server) (latencies, requests float64) {
	for _, total := range receiver.Totals("shop/request_latency") {
		latencies += float64(total.Count)
	}
	for _, total := range receiver.Totals("shop/request_count") {
		requests += total.Sum
	}
	return latencies, requests
}

// Whatever the receiver does for a while, once it is well everything arrives.
func TestOutageAtShutdown(t *testing.T) {
	for name, fault := range map[string]fakeotlp.Fault{
		"down":                     {Down: true},
		"overloaded":               {Refuse: codes.Unavailable},
		"breaks off":               {Reset: true},
		"breaks off after it took": {Reset: true, Taken: true},
		"hangs for a while":        {Delay: 300 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
				telemetry := recorded(t, e)
				receiver.SetFault(fault)
				time.AfterFunc(200*time.Millisecond, func() { receiver.SetFault(fakeotlp.Fault{}) })
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				if err := telemetry.Shutdown(ctx); err != nil {
					t.Error(err)
				}
				if latencies, requests := arrived(receiver); latencies != 1000 || requests != 1000 {
					t.Errorf("%v latencies and %v requests arrived", latencies, requests)
				}
			})
		})
	}
}

// A pausing exporter calls pausing a while after an export has ended, and long
// before the next try.
type pausing struct {
	*Exporter
	pausing func()
}

func (p pausing) Export(ctx context.Context, metrics []*metricdata.Metric) error {
	err := p.Exporter.Export(ctx, metrics)
	time.AfterFunc(100*time.Millisecond, p.pausing)
	return err
}

// Shutdown says exactly what is missing, and is back in time. If it waits for
// the next try when its ctx is done, it knows that nothing has arrived.
func TestShutdownCounts(t *testing.T) {
	const series = 5
	for _, c := range []struct {
		name                         string
		fault                        fakeotlp.Fault
		refused, unconfirmed, unsent int
	}{
		{"nobody there", fakeotlp.Fault{Refuse: codes.Unavailable}, 0, 0, series},
		{"no answer", fakeotlp.Fault{Hang: true}, 0, series, 0},
		{"no key", fakeotlp.Fault{Refuse: codes.Unauthenticated}, series, 0, 0},
		{"one series refused", fakeotlp.Fault{Reject: func(p fakeotlp.Point) bool { return p.Metric == "shop/queue_depth" }}, 1, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			overBoth(t, func(t *testing.T, receiver *fakeotlp.Server, e *Exporter) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				telemetry := recorded(t, pausing{e, cancel})
				receiver.SetFault(c.fault)
				if c.fault.Hang {
					cancelOnceAsked(t, receiver, cancel)
				}
				err := telemetry.Shutdown(ctx) // without a bound it would not return
				var missing *runtime.ShutdownError
				if !errors.As(err, &missing) {
					t.Fatal(err)
				}
				if len(missing.Refused) != c.refused || len(missing.Unconfirmed) != c.unconfirmed || len(missing.Unsent) != c.unsent {
					t.Error(err)
				}
				if latencies, _ := arrived(receiver); c.refused == 1 && latencies != 1000 {
					t.Errorf("%v latencies arrived", latencies)
				}
			})
		})
	}
}
