package prometheus

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.opencensus.io/metric/metricdata"

	"github.com/ocgen/ocgen/runtime"
)

// A reader reads the metrics of the process, for one scrape at a time. Producers
// take no ctx, and one that hangs would otherwise cost a goroutine a scrape.
type reader struct {
	turn  chan struct{}             // holds a token while nobody reads
	began atomic.Pointer[time.Time] // when who reads began; nil while nobody does
}

func newReader() *reader {
	r := &reader{turn: make(chan struct{}, 1)}
	r.turn <- struct{}{}
	return r
}

// read returns all metrics, or an error if ctx is done before they are read or
// if a producer panics.
func (r *reader) read(ctx context.Context) ([]*metricdata.Metric, error) {
	if ctx.Err() != nil {
		return nil, r.unfinished(ctx)
	}
	select {
	case <-r.turn:
	case <-ctx.Done():
		return nil, r.unfinished(ctx)
	}
	began := time.Now()
	r.began.Store(&began)
	var metrics []*metricdata.Metric
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("a producer of metrics panicked: %v", p)
			}
			r.began.Store(nil)
			r.turn <- struct{}{}
			done <- err
		}()
		metrics = runtime.Gather(ctx)
	}()
	select {
	case err := <-done:
		if ctx.Err() != nil { // the barrier may have given up, and records be missing
			return nil, r.unfinished(ctx)
		}
		return metrics, err
	case <-ctx.Done():
		return nil, r.unfinished(ctx)
	}
}

// errHangs says that a scrape failed of its reading, not of a client that left.
var errHangs = errors.New("a producer of metrics, such as a function that observes, does not return, and all scrapes fail until it does")

// readPatience is how long a reading may take. Usually it takes milliseconds.
const readPatience = time.Second

func (r *reader) unfinished(ctx context.Context) error {
	err := fmt.Errorf("the request ended before the metrics were read: %w", context.Cause(ctx))
	if began := r.began.Load(); began != nil && time.Since(*began) >= readPatience {
		return fmt.Errorf("%w, after %v: %w", err, time.Since(*began).Round(time.Millisecond), errHangs)
	}
	return err
}
