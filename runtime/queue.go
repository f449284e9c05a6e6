package runtime

import (
	"context"
	"fmt"
	"sync/atomic"

	"go.opencensus.io/stats/view"
)

// OpenCensus aggregates in a goroutine of its own. Records wait for it in a queue,
// whose length cannot be read. A command that is answered, such as view.Find, tells
// that all records before it are aggregated. So the records of generated recorders
// are counted when they are made: what was made since the last answer may still wait.
//
// The counters are alone on their cache line: each record through OpenCensus adds.
var queue struct {
	_       [cacheLine]byte
	made    atomic.Uint64 // records, by the time when they were begun
	drained atomic.Uint64 // how many of them are known to be aggregated
	_       [cacheLine]byte
}

// queued returns how many records may be in the queue, at the most.
func queued() uint64 {
	drained := queue.drained.Load() // first: it never overtakes the other
	return queue.made.Load() - drained
}

// drainQueue waits until OpenCensus has aggregated every record that was made
// before.
func drainQueue(ctx context.Context) error {
	made := queue.made.Load()
	drained := make(chan error, 1)
	go func() {
		var err error
		defer func() { drained <- err }()
		defer recoverStopped(&err)
		view.Find("")
		noteDrained(made)
	}()
	select {
	case err := <-drained:
		return err
	case <-ctx.Done():
	}
	select { // both may have been ready
	case err := <-drained:
		return err
	default:
		return fmt.Errorf("OpenCensus's queue of records did not drain: %w", context.Cause(ctx))
	}
}

// noteDrained notes that so many records are aggregated, unless a later barrier has
// noted more.
func noteDrained(made uint64) {
	for {
		before := queue.drained.Load()
		if made <= before || queue.drained.CompareAndSwap(before, made) {
			return
		}
	}
}
