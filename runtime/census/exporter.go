package census

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opencensus.io/metric/metricexport"
)

// FromOpenCensus returns an exporter that passes metrics to e, an exporter of
// OpenCensus. With it a program keeps the exporter that it has used so far:
// [runtime.Run] calls it at the interval and delivers the last values at the end. Do not
// also start e with its StartMetricsExporter or with view.RegisterExporter, because that
// would export everything twice.
//
// spacing is the shortest time between two points of a series that e's backend accepts:
// 5 s for Cloud Monitoring, 0 if there is no such limit. The returned exporter adds 100 ms
// to it: exporters for Cloud Monitoring date a point up to 1 ms after its reading, because
// it must not end when its series starts. With exactly 5 s the backend would refuse some
// second points. If e is nil the result is nil, which runtime.Start refuses.
//
// Each Export passes a copy of the metrics to e, so e may keep it. If e has a method
// Flush(), as queueing exporters have, Export calls it and waits for it. When ctx is
// done Export returns an error without further waiting; the next call of e begins after
// the earlier call has returned. Shutdown calls those of StopMetricsExporter(), Flush()
// and Close() that e has, in this order. If e also exports traces, Close ends that too.
//
// OpenCensus's cumulatives only grow. So e gets a total that has fallen, such as view.Sum over
// +1 and -1, as a gauge.
//
// OpenCensus's exporters do not report which points failed. After an error or a panic of
// e all points of the export are unconfirmed, and are sent again after the spacing. An
// exporter that queues, such as contrib.go.opencensus.io/exporter/stackdriver, returns
// no error for points that it cannot send: it calls its own hook (there
// Options.OnError), and the points count as delivered here. Set such a hook. That exporter
// also cannot send distributions without buckets: Cloud Monitoring refuses them.
func FromOpenCensus(e metricexport.Exporter, spacing time.Duration) runtime.Exporter {
	if e == nil {
		return nil // runtime.Start refuses it
	}
	if spacing > 0 {
		spacing += spacingMargin
	}
	f := &fromOpenCensus{exporter: e, spacing: spacing, idle: make(chan struct{}, 1)}
	f.idle <- struct{}{}
	return f
}

// spacingMargin is what runtime/stackdriver adds too: 1 ms for points that are dated after
// their reading, the rest for clocks.
const spacingMargin = 100 * time.Millisecond

type fromOpenCensus struct {
	exporter metricexport.Exporter
	spacing  time.Duration
	idle     chan struct{} // holds a token while the exporter is not called
}

// Spacing implements [runtime.Spacer].
func (f *fromOpenCensus) Spacing() time.Duration { return f.spacing }

// Export implements [runtime.Exporter].
func (f *fromOpenCensus) Export(ctx context.Context, metrics []*metric.Metric) error {
	data := toOpenCensus(metrics)
	return f.call(ctx, func() error {
		exported := callback.Call(f.name("ExportMetrics"), func() error { return f.exporter.ExportMetrics(ctx, data) })
		// Also after an error: points that stay in the queue would be sent together with
		// the next points of their series, which a backend refuses.
		return errors.Join(exported, f.flush())
	})
}

// Shutdown implements [runtime.Exporter].
func (f *fromOpenCensus) Shutdown(ctx context.Context) error {
	return f.call(ctx, func() error {
		stopped := f.stop() // it may export once more
		flushed := f.flush()
		return errors.Join(stopped, flushed, f.close())
	})
}

// call waits for the call before, calls do, which calls the exporter, and returns its
// result. When ctx is done it returns an error, and do goes on in its goroutine.
func (f *fromOpenCensus) call(ctx context.Context, do func() error) error {
	select {
	case <-f.idle: // also if ctx is done, so that Shutdown closes the exporter
	default:
		select {
		case <-f.idle:
		case <-ctx.Done():
			return fmt.Errorf("a call of the OpenCensus exporter %T has not returned yet: %w", f.exporter, context.Cause(ctx))
		}
	}
	result := make(chan error, 1)
	go func() {
		err := do()
		f.idle <- struct{}{}
		result <- err
	}()
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
	}
	select { // both may have been ready
	case err := <-result:
		return err
	default:
		return fmt.Errorf("the OpenCensus exporter %T did not return in time: %w", f.exporter, context.Cause(ctx))
	}
}

// name returns the name of a method of the exporter for errors.
func (f *fromOpenCensus) name(method string) string {
	return fmt.Sprintf("%s of the OpenCensus exporter %T", method, f.exporter)
}

func (f *fromOpenCensus) flush() error {
	e, ok := f.exporter.(interface{ Flush() })
	if !ok {
		return nil
	}
	return callback.Call(f.name("Flush"), func() error { e.Flush(); return nil })
}

func (f *fromOpenCensus) stop() error {
	e, ok := f.exporter.(interface{ StopMetricsExporter() })
	if !ok {
		return nil
	}
	return callback.Call(f.name("StopMetricsExporter"), func() error { e.StopMetricsExporter(); return nil })
}

func (f *fromOpenCensus) close() error {
	switch e := f.exporter.(type) {
	case interface{ Close() error }:
		return callback.Call(f.name("Close"), e.Close)
	case interface{ Close() }:
		return callback.Call(f.name("Close"), func() error { e.Close(); return nil })
	}
	return nil
}
