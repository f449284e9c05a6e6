package runtime

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Options configure [Start].
type Options struct {
	Exporter Exporter      // required
	Interval time.Duration // between exports; 0: 60 s; at least 1 s and the exporter's spacing
	OnError  func(error)   // called, not concurrently, when an export at the interval fails; must not call Shutdown, which waits for it; nil: slog.Error

	// NoHealthMetrics leaves out the metrics about the telemetry itself.
	NoHealthMetrics bool

	// Grace is how long [Run] has from a signal on, and ExportReserve the part of
	// it that serve leaves for Shutdown; 0: 10 s and 6 s. Start ignores them.
	Grace, ExportReserve time.Duration
}

const (
	defaultInterval = 60 * time.Second
	minInterval     = time.Second

	// minExportTimeout bounds an export at a short interval.
	minExportTimeout = 30 * time.Second
)

// Telemetry exports the metrics of the process: the views of generated
// packages, all other OpenCensus views, and every other producer that
// go.opencensus.io/metric/metricproducer knows. It is safe for concurrent use.
type Telemetry struct {
	exporter Exporter
	interval time.Duration
	spacing  time.Duration
	onError  func(error)

	stop context.CancelFunc // ends the exports at the interval
	done chan struct{}      // closed when they have ended

	closing  chan struct{} // holds a token until somebody takes it to shut down
	shutDown chan struct{} // closed when Shutdown has ended

	life    context.Context // done, with errEnded, before the exporter is shut down
	endLife context.CancelCauseFunc

	turn     chan struct{} // holds a token while nobody exports; the rest belongs to who took it
	lastRead time.Time     // when metrics were read last
	ended    bool          // by the last export

	mu     sync.Mutex // guards health
	health Health
}

// Start exports all metrics at an interval from now on. Register views before
// or after it. End with [Telemetry.Shutdown], or what was recorded since the
// last export is lost; ctx bounds Start alone.
func Start(ctx context.Context, opts Options) (*Telemetry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if opts.Exporter == nil {
		return nil, errors.New("runtime.Start: Options.Exporter is nil: give it one, for example console.New(os.Stdout)")
	}
	t := &Telemetry{
		exporter: opts.Exporter,
		interval: opts.Interval,
		onError:  opts.OnError,
		done:     make(chan struct{}),
		closing:  make(chan struct{}, 1),
		shutDown: make(chan struct{}),
		turn:     make(chan struct{}, 1),
	}
	if t.interval == 0 {
		t.interval = defaultInterval
	}
	if s, ok := opts.Exporter.(Spacer); ok {
		t.spacing = s.Spacing()
	}
	if least := max(minInterval, t.spacing); t.interval < least {
		return nil, fmt.Errorf("runtime.Start: Options.Interval is %v; this exporter takes %v or more", t.interval, least)
	}
	if t.onError == nil {
		t.onError = func(err error) { slog.Error("ocgen: export of metrics failed", "error", err) }
	}
	t.closing <- struct{}{}
	t.turn <- struct{}{}
	running, stop := context.WithCancel(context.Background())
	t.stop = stop
	t.life, t.endLife = context.WithCancelCause(context.Background())
	go t.run(running)
	return t, nil
}

// run exports at the interval until ctx is done. An export that is under way
// then is finished: it is bounded by its own timeout and by Shutdown's ctx.
func (t *Telemetry) run(ctx context.Context) {
	defer close(t.done)
	ticker := time.NewTicker(t.interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if ctx.Err() != nil { // a select takes either of two that are ready
				return
			}
			if err := t.tick(); err != nil {
				t.onError(err)
			}
		}
	}
}

// tick exports, unless a ForceFlush does so now or did less than the exporter's
// spacing ago: the next tick comes soon enough.
func (t *Telemetry) tick() error {
	select {
	case <-t.turn:
	default:
		return nil
	}
	if time.Since(t.lastRead) < t.spacing {
		t.turn <- struct{}{}
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), max(t.interval, minExportTimeout))
	defer cancel()
	return t.exportInTurn(ctx)
}

// ForceFlush exports everything recorded before it, once the exporter's
// spacing has passed since the last export. After Shutdown it fails.
func (t *Telemetry) ForceFlush(ctx context.Context) error {
	select {
	case <-t.shutDown:
		return errEnded
	default:
	}
	if err := usable(ctx); err != nil {
		return err
	}
	return t.export(ctx, false)
}

// usable returns an error if a caller's ctx is done when the caller gives it.
func usable(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return fmt.Errorf("metrics were not exported, for ctx was done from the start (%w): pass one that is not, with a timeout", context.Cause(ctx))
}

var errEnded = errors.New("nothing is exported after Shutdown")

// Shutdown exports everything recorded before it and shuts the exporter down.
// It stops the exports at the interval, waits for OpenCensus's queue of records
// and for the exporter's spacing since the last export (5 s for Cloud
// Monitoring), exports once more and shuts the exporter down. Give ctx time for
// that: when ctx is done Shutdown returns, even if the exporter hangs, and its
// error says what was not done. A ctx that is done from the start, such as that
// of signal.NotifyContext after the signal, exports nothing. If the spacing would outlast ctx the export is
// made without waiting, and the backend may refuse a part of it, which is then
// an error.
//
// Views should still be registered, and view.Stop not have been called. A
// second call waits for the first and returns nil.
func (t *Telemetry) Shutdown(ctx context.Context) error {
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
	t.stop()
	exported := usable(ctx)
	if exported == nil {
		select {
		case <-t.done:
		case <-ctx.Done(): // export reports what it waits for
		}
		exported = t.export(ctx, true)
	}
	t.endLife(errEnded)
	var shut error
	if err := abandonable(ctx, func() error { return t.exporter.Shutdown(ctx) }); err != nil {
		shut = fmt.Errorf("shutting the exporter down: %w", err)
	}
	return errors.Join(exported, shut)
}
