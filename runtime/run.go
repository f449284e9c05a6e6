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

// Run starts telemetry, calls serve, and shuts telemetry down when serve has returned,
// so that all records until then are delivered. It is for the body of main.
//
// serve's ctx ends when ctx ends, or when the process gets SIGINT or SIGTERM. After that
// the process has opts.Grace left. serve may use all of it except opts.ExportReserve to
// finish its requests. If serve has not returned by then, Run stops waiting for it and
// returns an error, and [Telemetry.Shutdown] has the rest of the grace. If serve returns
// by itself, Shutdown has the whole grace. A second signal ends the process at once,
// with the status 128 + the number of the signal; values that are not delivered yet are
// lost.
//
// Grace must not exceed the time that the platform gives a container: 10 seconds on
// Cloud Run, and 30 on Kubernetes unless terminationGracePeriodSeconds says otherwise.
// ExportReserve should exceed the exporter's spacing (5 s for Cloud Monitoring), because
// a point may have been sent just before the signal.
//
// If serve panics, Run shuts telemetry down and then panics with an error that wraps the
// value and has the stack. The error of Run joins the errors of serve and of Shutdown. A
// signal alone is not an error.
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

// endAtSignal returns a ctx that ends at the first SIGINT or SIGTERM. The second signal
// ends the process. The returned function stops watching for signals.
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

// exitStatus returns the status that shells report for a process that a signal ended.
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

// watched calls serve and sends how it ended, also if serve panics or ends its
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

// A servePanic is a panic of serve. Run panics with it in another goroutine, so it keeps
// the stack of serve.
type servePanic struct {
	value any
	stack []byte
}

func (p *servePanic) Error() string { return fmt.Sprintf("%v\n\nserve's stack:\n%s", p.value, p.stack) }

func (p *servePanic) Unwrap() error {
	err, _ := p.value.(error)
	return err
}
