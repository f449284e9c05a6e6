package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// Options configure [Start] and [Run].
type Options struct {
	Exporter Exporter      // required
	Interval time.Duration // between exports, at least 1 s and the exporter's spacing; 0: the proposal of an Intervaler, else 60 s

	// OnError reports errors; its calls do not overlap. It is called when an export at
	// the interval has failed for good, when preparing the backend has failed, and when
	// an exporter returns an error although every point of the program was accepted.
	//
	// A repeated error is reported once, and later with the number of its repetitions:
	// every 10 minutes for exports. When everything works again, OnError is called with
	// an error that wraps [ErrRecovered]. OnError must not call the Telemetry.
	//
	// nil: slog.Error, and slog.Info for the recovery.
	OnError func(error)

	// Environment is the environment of the process, a name under "environments" in the
	// schemas: metric prefix, resource, goals and alerts are those of the environment until
	// Shutdown. "": the variable OCGEN_ENVIRONMENT; if it is empty too, the facts that the
	// schemas have outside of "environments". Packages without environments ignore it; all
	// others must have the name.
	Environment string

	// NoHealthMetrics leaves out the metrics about the telemetry itself:
	// ocgen/telemetry/exports, by result; ocgen/telemetry/points, by fate;
	// ocgen/telemetry/last_success, in seconds since 1970; and
	// ocgen/telemetry/replaced_or_dropped, which has the counts of [Stats]. A [NoSender]
	// has only the last of them.
	NoHealthMetrics bool

	// Grace is the time that [Run] has after a signal; 0: 10 s. ExportReserve is the
	// part of Grace that Run keeps for Shutdown; 0: 6 s. Start ignores both.
	Grace, ExportReserve time.Duration

	source source
}

// A source reads metrics. Tests have sources of their own, without the goroutine of
// OpenCensus.
type source struct {
	drain   func(context.Context) error
	records func() uint64                                         // that drain may wait for
	gather  func(memory *record.Memory) ([]*metric.Metric, error) // the metrics, and the errors of producers
	direct  func() []*metric.Metric                               // the metrics that can be read without waiting
	known   func() []*record.Package                              // the generated packages of the program
}

const (
	defaultInterval = 60 * time.Second
	minInterval     = time.Second

	// minExportTimeout is the least timeout of an export at the interval.
	minExportTimeout = 30 * time.Second

	// unboundedTimeout is the least timeout of ForceFlush and Shutdown if ctx has no
	// deadline.
	unboundedTimeout = 30 * time.Second
)

// Telemetry exports the metrics of the process: the views of generated packages and, in
// a program that links package census, all other OpenCensus views and every other
// producer of OpenCensus's package metricproducer. It is safe for concurrent
// use.
type Telemetry struct {
	exporter Exporter
	interval time.Duration
	reports  reports
	source
	own          *healthProducer // nil: none
	sendsNothing bool            // the exporter is a NoSender

	leave      func()             // the environment
	stop       context.CancelFunc // ends the exports at the interval
	done       chan struct{}      // closed when they have ended
	registered chan struct{}      // gets a token when packages are registered

	closing  chan struct{} // holds a token until the first Shutdown
	shutDown chan struct{} // closed when Shutdown has ended

	life    context.Context // done, with errEnded, before the exporter is shut down
	endLife context.CancelCauseFunc
	haste   context.Context // done, with errHaste, when only Shutdown may export
	hasten  context.CancelCauseFunc

	turn       chan struct{}            // holds a token while nothing exports or prepares
	memory     record.Memory            // of the last exported reading; used only with the turn
	prepared   map[*record.Package]bool // passed to a Preparer; used only with the turn
	unprepared bool                     // there was no Prepare, or the last one failed; used only with the turn

	mu     sync.Mutex // guards the fields below; never held during a call of the exporter, a hook or a producer
	ledger ledger
	items  []item // memory for the next reading that is exported
	health Health
	took   time.Duration // the last export

	started  time.Time
	reminded bool // of RegisterViews

	readUntil uint64 // number of records through OpenCensus in the last complete reading
}

// Start exports all metrics at an interval. The first export comes after a random part
// of the interval, so that processes that start together do not export together; with an
// [Intervaler] it comes after a whole interval.
//
// Views may be registered before or after Start. If the exporter is a [Preparer], Start
// calls Prepare for the registered packages, for at most 10 s.
//
// Call [Telemetry.Shutdown] at the end: without it the records since the last export are
// lost. [Run] does so. ctx bounds only Start. An error means that ctx is done, that
// Options.Exporter is nil, that Options.Interval is too short, or that a registered package
// does not have the environment.
func Start(ctx context.Context, opts Options) (*Telemetry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	t, err := newTelemetry(opts)
	if err != nil {
		return nil, err
	}
	if err := t.chooseEnvironment(ctx, opts.Environment); err != nil {
		return nil, fmt.Errorf("runtime.Start: %w", err)
	}
	if t.own != nil {
		healthProducers.add(t.own)
	}
	record.Watch(t.registered)
	t.prepareSoon(ctx, true)
	running, stop := context.WithCancel(context.Background())
	t.stop = stop
	go t.run(running)
	return t, nil
}

func newTelemetry(opts Options) (*Telemetry, error) {
	if opts.Exporter == nil {
		return nil, errors.New("runtime.Start: Options.Exporter is nil: set it, for example to console.New(os.Stdout)")
	}
	var proposed time.Duration
	opts.Exporter, proposed = untimed(opts.Exporter)
	t := &Telemetry{
		exporter:   opts.Exporter,
		interval:   opts.Interval,
		reports:    reports{hook: opts.OnError},
		source:     opts.source,
		done:       make(chan struct{}),
		registered: make(chan struct{}, 1),
		closing:    make(chan struct{}, 1),
		shutDown:   make(chan struct{}),
		turn:       make(chan struct{}, 1),
		prepared:   map[*record.Package]bool{},
		unprepared: true,
		started:    time.Now(),
		ledger:     ledger{byName: map[string]*series{}},
	}
	if t.interval == 0 {
		t.interval = cmp.Or(proposed, defaultInterval)
	}
	_, t.sendsNothing = opts.Exporter.(NoSender)
	if s, ok := opts.Exporter.(Spacer); ok {
		t.ledger.spacing = s.Spacing()
	}
	if least := max(minInterval, t.ledger.spacing); t.interval < least {
		return nil, fmt.Errorf("runtime.Start: Options.Interval is %v: this exporter needs at least %v; raise it, or leave it 0 for the default", t.interval, least)
	}
	if t.reports.hook == nil {
		t.reports.hook = logReport
	}
	if !opts.NoHealthMetrics {
		t.own = newHealthProducer(t)
	}
	if t.drain == nil {
		t.source = source{drain: drainSources, records: sourceRecords, gather: t.gatherAll, direct: gatherDirect}
	}
	if t.known == nil {
		t.known = record.Known
	}
	t.life, t.endLife = context.WithCancelCause(context.Background())
	t.haste, t.hasten = context.WithCancelCause(t.life)
	t.closing <- struct{}{}
	t.giveTurn()
	return t, nil
}

// run exports at the interval until ctx is done. An export that has begun is finished:
// its own timeout and Shutdown's ctx bound it.
func (t *Telemetry) run(ctx context.Context) {
	defer close(t.done)
	timer := time.NewTimer(t.firstWait())
	defer timer.Stop()
	for ctx.Err() == nil { // select chooses at random if both are ready
		select {
		case <-ctx.Done():
		case <-t.registered:
			t.prepareSoon(ctx, false)
		case <-timer.C:
			next := time.Now().Add(t.interval)
			t.tick(ctx)
			timer.Reset(time.Until(next))
		}
	}
}

// firstWait returns the time until the first export.
func (t *Telemetry) firstWait() time.Duration {
	if _, alone := t.exporter.(Intervaler); alone {
		return t.interval
	}
	return rand.N(t.interval) + 1
}

// tick exports everything that the spacing allows within the interval, and tries again
// after failures. It reports the series that are not delivered at the end.
func (t *Telemetry) tick(stop context.Context) {
	ctx, cancel := context.WithTimeout(context.Background(), max(t.interval, minExportTimeout))
	defer cancel()
	d := t.newDelivery()
	d.all, d.until, d.stop = true, time.Now().Add(t.interval), stop.Done()
	err := t.deliver(ctx, d)
	if stop.Err() != nil {
		return // Shutdown goes on with what is left, and returns its errors
	}
	t.remindOfRegistration(time.Since(t.started) < t.interval)
	if err := t.undelivered(d, err); err != nil {
		t.reports.tell(exporting, err)
		return
	}
	t.reports.well(exporting)
}

// ForceFlush delivers all earlier records. It returns at once if the backend has them
// already. If a series has changed since its last point, ForceFlush waits until the
// exporter's spacing has passed; calls within that time share one export. It tries again
// after failures, as [Telemetry.Shutdown] does.
//
// Its error is a [*ShutdownError], or says that Shutdown was called. If ctx has no
// deadline, its timeout is 30 s, or the spacing and a quarter of it if that is more.
func (t *Telemetry) ForceFlush(ctx context.Context) error {
	select {
	case <-t.shutDown:
		return errEnded
	default:
	}
	ctx, cancel := t.bounded(ctx)
	defer cancel()
	d := t.newDelivery()
	err := t.deliver(ctx, d)
	if t.life.Err() != nil && err != nil {
		return errEnded
	}
	return t.undelivered(d, err)
}

// bounded gives ctx a deadline if it has none.
func (t *Telemetry) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, max(unboundedTimeout, t.ledger.spacing+t.ledger.spacing/4))
}
