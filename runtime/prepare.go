package runtime

import (
	"context"
	"fmt"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// prepareTimeout bounds a Prepare, so that it does not delay exports for long.
const prepareTimeout = 10 * time.Second

// prepareNew calls Prepare of a Preparer with all descriptors if there are packages that
// it does not know yet or, with again, if the last Prepare failed. It is called with the
// turn held.
func (t *Telemetry) prepareNew(ctx context.Context, again bool) {
	p, ok := t.exporter.(Preparer)
	if !ok {
		return
	}
	needed := again && t.unprepared
	var all []metric.Descriptor
	for _, pkg := range record.Registered() {
		needed = needed || !t.prepared[pkg]
		t.prepared[pkg] = true
		all = append(all, pkg.Descriptors()...)
	}
	if t.own != nil {
		all = append(all, healthDescriptors()...)
	}
	if !needed || len(all) == 0 {
		return
	}
	limit := prepareTimeout
	if deadline, ok := ctx.Deadline(); ok {
		limit = min(limit, time.Until(deadline)/2)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := callback.Call("the exporter's Prepare", func() error { return p.Prepare(ctx, all) })
	t.unprepared = err != nil
	if err != nil {
		t.reports.tell(preparing, fmt.Errorf("preparing the backend for %d metrics: %w", len(all), err))
		return
	}
	t.reports.well(preparing)
}

// prepareSoon calls prepareNew at Start and when packages were registered. If an export
// holds the turn for long it does nothing, and the next export prepares.
func (t *Telemetry) prepareSoon(ctx context.Context, again bool) {
	ctx, cancel := context.WithTimeout(ctx, 2*prepareTimeout) // half of it to get the turn
	defer cancel()
	select {
	case <-t.turn:
	case <-ctx.Done():
		return
	}
	if t.life.Err() != nil {
		t.giveTurn()
		return
	}
	_ = abandonable(ctx, func() error {
		defer t.giveTurn()
		t.prepareNew(ctx, again)
		return nil
	})
}
