package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocgen/ocgen/examples/otel/ordermetrics"
	"go.opentelemetry.io/otel/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
)

const workers = 4

// takeOrders lets orders come for the duration, and returns how many were taken. All of
// them have ended when it returns.
func takeOrders(ctx context.Context, provider *sdk.MeterProvider, queue chan int, duration time.Duration) (taken int64, err error) {
	// An instrument of OpenTelemetry is exported by the same MeterProvider.
	starts, err := provider.Meter("example.com/orders").Int64Counter("orders.workers.started",
		metric.WithDescription("Workers that were started."), metric.WithUnit("{worker}"))
	if err != nil {
		return 0, err
	}
	var done atomic.Int64
	var running sync.WaitGroup
	for range workers {
		starts.Add(ctx, 1)
		running.Go(func() {
			for items := range queue {
				takeOrder(ctx, items)
				done.Add(1)
			}
		})
	}
	fill(ctx, queue, duration)
	running.Wait()
	return done.Load(), nil
}

// fill puts orders into the queue until the duration is over or ctx is done.
func fill(ctx context.Context, queue chan<- int, duration time.Duration) {
	defer close(queue)
	ctx, cancel := context.WithTimeout(ctx, duration)
	defer cancel()
	for {
		select {
		case queue <- 1 + rand.IntN(5):
		case <-ctx.Done():
			return
		}
	}
}

// takeOrder takes one order, and records it with one call.
func takeOrder(ctx context.Context, items int) {
	ctx = ordermetrics.WithTenant(ctx, []ordermetrics.Tenant{"books", "toys"}[rand.IntN(2)])
	timer := ordermetrics.StartOrder()
	time.Sleep(time.Duration(1+rand.IntN(30)) * time.Millisecond)
	outcome := ordermetrics.OutcomeAccepted
	switch rand.IntN(50) {
	case 0:
		outcome = ordermetrics.OutcomeFailed
	case 1, 2, 3:
		outcome = ordermetrics.OutcomeSoldOut
	}
	timer.Record(ctx, int64(items), outcome)
}
