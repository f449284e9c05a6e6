package evaluate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
)

// A reading is one reading of all metrics.
type reading struct {
	number int
	at     time.Time
	err    error             // of producers that panicked
	known  func(string) bool // whether a metric without data is registered
}

// read reads the metrics, unless another call has begun a reading since this call. It returns
// an error if ctx is done before that. Producers have no ctx: a producer that hangs keeps the
// turn, and other calls wait until their ctx is done.
func (e *Evaluator) read(ctx context.Context) error {
	before := e.begun.Load()
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return unread(ctx)
	}
	done := make(chan error, 1)
	go func() {
		err := errGoexit
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("Options.Gather panicked: %v", p)
			}
			<-e.turn
			done <- err
		}()
		err = e.readAfter(ctx, before)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return unread(ctx)
	}
}

// readAfter is called by one goroutine at a time. If ctx was done during the reading, the
// reading may lack earlier records, and is not used.
func (e *Evaluator) readAfter(ctx context.Context, before int64) error {
	e.mu.Lock()
	done, last := e.done, e.last
	e.mu.Unlock()
	if done > before {
		return nil
	}
	number := e.begun.Add(1)
	at := e.options.Now()
	if at.Before(last) {
		at = last // a clock may be set back, but windows must not go back
	}
	metrics, err := e.options.Gather(ctx)
	if ctx.Err() != nil {
		return unread(ctx)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.discover()
	e.take(metrics, reading{number: int(number), at: at, err: err})
	e.done = number
	return nil
}

// errGoexit is the error if Gather or Now ended the goroutine.
var errGoexit = errors.New("the metrics were not read: Options.Gather ended its goroutine with runtime.Goexit")

func unread(ctx context.Context) error {
	return fmt.Errorf("the metrics were not read in time; a producer of metrics may hang: %w", context.Cause(ctx))
}

// remembered returns a function that calls f once for each name.
func remembered(ask func(string) bool) func(string) bool {
	answers := map[string]bool{}
	return func(name string) bool {
		answer, ok := answers[name]
		if !ok {
			answer = ask(name)
			answers[name] = answer
		}
		return answer
	}
}

// isRegistered reports whether a metric without data is registered: a view without records
// has no series.
func isRegistered(name string) bool {
	for _, p := range record.Registered() {
		if slices.ContainsFunc(p.Descriptors(), func(d metric.Descriptor) bool { return d.Name == name }) {
			return true
		}
	}
	return len(record.SourceConflicts([]string{name})) > 0 // other code has registered a view of the name
}
