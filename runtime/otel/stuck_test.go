package otel

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/metric"
)

// TestStuckObserver: Shutdown of the SDK waits for a function that observes, whatever its ctx
// says. docs/delivery.md warns of that.
func TestStuckObserver(t *testing.T) {
	logTo(t, slog.NewTextHandler(io.Discard, nil)) // the function is slow
	synctest.Test(t, func(t *testing.T) {
		s := openShop(t)
		s.requests.At(1).Inc()
		e := &memoryExporter{t: t}
		provider := sdk.NewMeterProvider(sdk.WithReader(sdk.NewPeriodicReader(e, sdk.WithProducer(NewProducer()))))
		stuck := make(chan struct{})
		defer s.total.Observe(func() int64 {
			<-stuck
			return 7
		})()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		ended := make(chan error)
		go func() { ended <- provider.Shutdown(ctx) }()
		select {
		case err := <-ended:
			t.Fatalf("Shutdown did not wait: %v", err)
		case <-time.After(time.Hour):
		}
		close(stuck)
		if err := <-ended; err != nil {
			t.Errorf("Shutdown with an ended ctx: %v", err)
		}
		if len(e.exported) != 1 || e.exported[0][s.totalName] != "sum int64 cumulative: - 7" {
			t.Errorf("exported %v", e.exported)
		}
	})
}
