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
// are counted when they are made: those since the last reading that had a barrier
// before it may not have been read.
//
// The counter is alone on its cache line: each record through OpenCensus adds.
var queue struct {
	_    [cacheLine]byte
	made atomic.Uint64 // records, from when they begin
	_    [cacheLine]byte
}

// drainQueue waits until OpenCensus has aggregated every record that was made
// before.
func drainQueue(ctx context.Context) error {
	drained := make(chan error, 1)
	go func() {
		var err error
		defer func() { drained <- err }()
		defer recoverStopped(&err)
		view.Find("")
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
