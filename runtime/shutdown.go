package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/record"
)

// Shutdown delivers all earlier records and shuts the exporter down. It ends the exports
// at the interval, waits for OpenCensus's queue of records, and exports each series that
// has changed since the last accepted point, as soon as the exporter's spacing since
// that point has passed (5 s for Cloud Monitoring). Until ctx is done it tries again to
// send points that were not sent, with growing pauses, and points that may have arrived,
// after the spacing.
//
// Nil means that all records before the call were accepted. Otherwise the error is a
// [*ShutdownError], which lists each series whose value the backend may not have; if
// another Shutdown still runs, it is an error that says so. Records through OpenCensus
// that could not be read, because the queue was not empty in time or a producer hung,
// are counted in [ShutdownError.Unread].
//
// An export that has begun, at the interval or for ForceFlush, may finish first, within
// half of the time until ctx's deadline.
//
// Give ctx time for the spacing and for a response. Shutdown returns at most 100 ms
// after ctx is done, even if the exporter hangs. If the spacing ends after ctx's
// deadline, the series is exported before the spacing has passed, as late as still
// leaves time for a response; a backend that enforces its spacing refuses it, and the
// error says so. If ctx is already done, such as the ctx of signal.NotifyContext after
// the signal, nothing is exported; the series are read and listed. If ctx has no
// deadline, its timeout is 30 s, or the spacing and a quarter of it if that is more.
//
// The views should still be registered, and view.Stop should not have been called. A
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
	defer t.leave()
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
	over := context.Cause(ctx) // an error because of it is not the exporter's
	shut := abandonable(ctx, func() error {
		return callback.Call("the exporter's Shutdown", func() error { return t.exporter.Shutdown(ctx) })
	})
	missing := t.undelivered(d, err)
	t.remindOfRegistration(false)
	select {
	case <-t.done: // no error is reported after this
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
