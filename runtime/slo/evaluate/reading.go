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

// read reads the metrics, unless somebody else began to since the call. It is an
// error if ctx is done before that. Producers take no ctx: one that hangs keeps
// its turn, and all others wait as long as they want to.
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

// readAfter is called by one at a time. A reading that was not waited for may
// lack what was recorded before it, and is not taken in.
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
		at = last // clocks are set back; windows are not
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

// errGoexit says what a Gather, or a Now, did that has not returned.
var errGoexit = errors.New("the metrics were not read: Options.Gather ended its goroutine with runtime.Goexit")

func unread(ctx context.Context) error {
	return fmt.Errorf("the metrics were not read in time; a producer of metrics may hang: %w", context.Cause(ctx))
}

// remembered returns the function, which asks for each name once.
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

// isRegistered reports whether the metric without data is one that can have
// some: a view in which nothing was recorded has no series.
func isRegistered(name string) bool {
	for _, p := range record.Registered() {
		if slices.ContainsFunc(p.Descriptors(), func(d metric.Descriptor) bool { return d.Name == name }) {
			return true
		}
	}
	return len(record.SourceConflicts([]string{name})) > 0 // a view that other code registered
}
