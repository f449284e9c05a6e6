package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/record"
)

// Shutdown delivers everything recorded before it and shuts the exporter down.
// It ends the exports at the interval, waits for OpenCensus's queue of records,
// and exports each series that has changed since the last point that the backend
// accepted, as soon as the exporter's spacing since that point has passed (5 s
// for Cloud Monitoring). What could not be sent it tries again, later each time,
// and what may have arrived again after the spacing, until ctx is done.
//
// Its error is a [*ShutdownError], which lists each series whose value the
// backend is not known to have, unless another Shutdown still runs. If there was no
// time for OpenCensus's queue, or a producer of metrics hung, the records through
// OpenCensus that may be missing are counted instead: see [ShutdownError.Unread]. Nil means that everything recorded before the call was
// accepted.
//
// An export that is under way, at the interval or for ForceFlush, may end
// first, but has no more than half the time until ctx's deadline.
//
// Give ctx time for the spacing and for an answer. When ctx is done Shutdown is
// back within 100 ms, even if the exporter hangs. If the spacing outlasts ctx
// the series is exported nevertheless, as late as leaves time for an answer; a
// backend that keeps to its spacing refuses it, and the error says so. Of a ctx
// that is done from the start, such as that of signal.NotifyContext after the
// signal, there is nothing to export in; the series are read and listed all the
// same. A ctx that has no deadline is given one
// of 30 s, or a bit over the spacing.
//
// Views should still be registered, and view.Stop not have been called. A
// second call waits for the first and returns nil.
func (t *Telemetry) Shutdown(ctx context.Context) error {
	ctx, cancel := t.bounded(ctx)
	defer cancel()
	select {
	case <-t.closing:
	default:
		select {
		case <-t.shutDown:
			return nil
		case <-ctx.Done():
			return fmt.Errorf("another Shutdown is still running: %w", context.Cause(ctx))
		}
	}
	defer close(t.shutDown)
	record.Unwatch(t.registered)
	t.stop()
	deadline, _ := ctx.Deadline()
	haste := time.AfterFunc(time.Until(deadline)/2, func() { t.hasten(errHaste) })
	defer haste.Stop()
	d := t.newDelivery()
	d.last = true
	err := t.deliver(ctx, d)
	t.endLife(errEnded)
	if t.own != nil {
		healthProducers.remove(t.own)
	}
	over := context.Cause(ctx) // that it had no time left says nothing of the exporter
	shut := abandonable(ctx, func() error {
		return callback.Call("the exporter's Shutdown", func() error { return t.exporter.Shutdown(ctx) })
	})
	missing := t.undelivered(d, err)
	t.remindOfRegistration(false)
	select {
	case <-t.done: // no error is told after this
		if missing == nil {
			t.reports.well(exporting)
		}
		t.reports.end()
	case <-ctx.Done():
	}
	switch {
	case over != nil && errors.Is(shut, over):
		shut = nil
	case shut != nil:
		shut = fmt.Errorf("shutting down the exporter: %w", shut)
	}
	return t.undelivered(d, err, shut)
}
