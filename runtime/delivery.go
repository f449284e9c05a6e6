package runtime

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// export exports when it is its turn and the exporter's spacing has passed.
// The last export lets no further one follow.
func (t *Telemetry) export(ctx context.Context, last bool) error {
	select {
	case <-t.turn:
	case <-t.life.Done():
		return errEnded
	case <-ctx.Done():
		return fmt.Errorf("metrics were not exported, for the export before is still running: %w", context.Cause(ctx))
	}
	if t.ended || t.life.Err() != nil {
		t.turn <- struct{}{}
		return errEnded
	}
	t.ended = last
	if err := t.awaitSpacing(ctx); err != nil {
		t.turn <- struct{}{}
		return err
	}
	return t.exportInTurn(ctx)
}

// exportInTurn waits for OpenCensus's queue and exports all metrics. It is
// called with the turn taken, and gives it back when the exporter returns,
// which may be long after ctx was done. The exporter's ctx is done at the latest
// when the exporter is shut down.
func (t *Telemetry) exportInTurn(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(t.life, func() { cancel(context.Cause(t.life)) })()
	// If view.Stop was called other producers still have something to export.
	drained := drainQueue(ctx)
	exported := abandonable(ctx, func() error {
		defer func() { t.turn <- struct{}{} }()
		metrics := gather()
		t.lastRead = time.Now()
		if t.life.Err() != nil {
			return errEnded
		}
		return t.exporter.Export(ctx, metrics)
	})
	if exported != nil {
		exported = fmt.Errorf("exporting metrics: %w", exported)
	}
	return errors.Join(drained, exported)
}

// awaitSpacing waits until a new point is far enough from the last one. If ctx
// does not last as long it does not wait at all: what the backend takes of such
// an export is more than nothing.
func (t *Telemetry) awaitSpacing(ctx context.Context) error {
	if t.lastRead.IsZero() {
		return nil
	}
	next := t.lastRead.Add(t.spacing)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(next) {
		return nil
	}
	timer := time.NewTimer(time.Until(next))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("metrics were not exported, for the last export was less than %v ago: %w", t.spacing, context.Cause(ctx))
	}
}

// abandonable returns what f returns, or an error when ctx is done: f then goes
// on alone.
func abandonable(ctx context.Context, f func() error) error {
	result := make(chan error, 1)
	go func() { result <- f() }()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
	}
	// Both may have been ready, or f may be about to report that ctx is done.
	select {
	case err := <-result:
		return err
	case <-time.After(abandonGrace):
		return fmt.Errorf("the exporter did not return in time: %w", context.Cause(ctx))
	}
}

// abandonGrace is how long an exporter may take to notice that its ctx is done.
const abandonGrace = 100 * time.Millisecond
