package runtime

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

const (
	defaultGrace         = 10 * time.Second
	defaultExportReserve = 6 * time.Second
)

// Run starts telemetry, calls serve, and shuts telemetry down when serve has
// returned, so that everything recorded until then is delivered. It is for the
// body of main.
//
// serve's ctx ends when ctx does, or when the process gets SIGINT or SIGTERM.
// From then on the process has opts.Grace left: serve may use all but
// opts.ExportReserve of it to finish its requests. If it has not returned by
// then it is left behind, with an error, and [Telemetry.Shutdown] gets what
// remains of the grace. A second signal ends the process at once, with the
// status 128 + the signal's number, and what was not delivered is lost. If serve
// returns by itself, Shutdown gets the whole grace.
//
// A container gets 10 seconds on Cloud Run, and 30 on Kubernetes unless its
// terminationGracePeriodSeconds says otherwise: Grace must not be more. An
// ExportReserve that is not more than the exporter's spacing (5 s for Cloud
// Monitoring) cannot always be enough, for a point may have been sent just
// before.
//
// If serve panics, telemetry is shut down all the same, and Run panics with an
// error that wraps the value, and has the stack. The error that Run returns joins
// those of serve and of Shutdown. A signal alone is no error.
func Run(ctx context.Context, opts Options, serve func(ctx context.Context) error) error {
	serving, end := endAtSignal(ctx)
	defer end()
	return serveUntil(serving, opts, serve)
}

// serveUntil does what Run does until serving ends.
func serveUntil(serving context.Context, opts Options, serve func(ctx context.Context) error) error {
	if opts.Grace == 0 {
		opts.Grace = defaultGrace
	}
	if opts.ExportReserve == 0 {
		opts.ExportReserve = min(defaultExportReserve, opts.Grace)
	}
	if opts.ExportReserve < 0 || opts.Grace < opts.ExportReserve {
		return fmt.Errorf("runtime.Run: Options.ExportReserve is %v and Options.Grace is %v: set the reserve to at least 0 and at most the grace", opts.ExportReserve, opts.Grace)
	}
	telemetry, err := Start(serving, opts)
	if err != nil {
		return err
	}
	served := make(chan outcome, 1)
	go watched(func() error { return serve(serving) }, served)
	result, deadline := awaitServe(serving, served, opts)
	last, cancel := context.WithDeadline(context.WithoutCancel(serving), deadline)
	defer cancel()
	shut := telemetry.Shutdown(last)
	if result.panicked != nil {
		panic(result.panicked)
	}
	return errors.Join(result.err, shut)
}

// awaitServe returns how serve ended, and when the grace does.
func awaitServe(serving context.Context, served <-chan outcome, opts Options) (outcome, time.Time) {
	select {
	case result := <-served:
		return result, time.Now().Add(opts.Grace)
	case <-serving.Done():
	}
	deadline := time.Now().Add(opts.Grace)
	drain := opts.Grace - opts.ExportReserve
	timer := time.NewTimer(drain)
	defer timer.Stop()
	select {
	case result := <-served:
		return result, deadline
	case <-timer.C:
	}
	select { // both may have been ready
	case result := <-served:
		return result, deadline
	default:
		return outcome{err: fmt.Errorf("serve had not returned %v after its ctx ended, so Run stopped waiting for it: return when ctx is done, or raise Options.Grace", drain)}, deadline
	}
}

// endAtSignal returns a ctx that ends at the first SIGINT or SIGTERM. The second
// ends the process. The function ends the watch.
func endAtSignal(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	stopped := make(chan struct{})
	go func() {
		for first := true; ; first = false {
			select {
			case s := <-signals:
				if !first {
					os.Exit(exitStatus(s))
				}
				cancel(fmt.Errorf("%w: got the signal %q", context.Canceled, s))
			case <-stopped:
				return
			}
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(stopped)
		cancel(nil)
	}
}

// exitStatus returns what shells say of a process that a signal ended.
func exitStatus(s os.Signal) int {
	if n, ok := s.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return 1
}

// An outcome is how serve ended.
type outcome struct {
	err      error
	panicked error
}

// watched calls serve and sends how it ended, also if it panics, or ends its
// goroutine.
func watched(serve func() error, ended chan<- outcome) {
	result := outcome{err: errors.New("serve ended its goroutine with runtime.Goexit")}
	defer func() {
		if value := recover(); value != nil {
			result = outcome{panicked: &servePanic{value, debug.Stack()}}
		}
		ended <- result
	}()
	result.err = serve()
}

// A servePanic is a panic of serve on its way through Run, which is another
// goroutine and has not its stack.
type servePanic struct {
	value any
	stack []byte
}

func (p *servePanic) Error() string { return fmt.Sprintf("%v\n\nserve's stack:\n%s", p.value, p.stack) }

func (p *servePanic) Unwrap() error {
	err, _ := p.value.(error)
	return err
}
