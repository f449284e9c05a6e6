package prometheus

import (
	"context"
	"fmt"

	"go.opencensus.io/metric/metricdata"

	"github.com/ocgen/ocgen/runtime"
)

// A reader reads the metrics of the process, for one scrape at a time. Producers
// take no ctx, and one that hangs would otherwise cost a goroutine a scrape.
type reader struct {
	turn chan struct{} // holds a token while nobody reads
}

func newReader() reader {
	r := reader{make(chan struct{}, 1)}
	r.turn <- struct{}{}
	return r
}

// read returns all metrics, or an error if ctx is done before they are read or
// if a producer panics.
func (r reader) read(ctx context.Context) ([]*metricdata.Metric, error) {
	if ctx.Err() != nil {
		return nil, unfinished(ctx)
	}
	select {
	case <-r.turn:
	case <-ctx.Done():
		return nil, unfinished(ctx)
	}
	var metrics []*metricdata.Metric
	done := make(chan error, 1)
	go func() {
		var err error
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("a producer of metrics panicked: %v", p)
			}
			r.turn <- struct{}{}
			done <- err
		}()
		metrics = runtime.Gather(ctx)
	}()
	select {
	case err := <-done:
		if ctx.Err() != nil { // the barrier may have given up, and records be missing
			return nil, unfinished(ctx)
		}
		return metrics, err
	case <-ctx.Done():
		return nil, unfinished(ctx)
	}
}

func unfinished(ctx context.Context) error {
	return fmt.Errorf("the request ended before the metrics were read: %w", context.Cause(ctx))
}
