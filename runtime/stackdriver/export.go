package stackdriver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const parallel = 8 // requests at a time

// Export writes the metrics. Its error wraps a [*runtime.ExportError] with the fate of
// each point that was not accepted, and the errors of descriptors that could not be
// created. Metrics that were not passed to Prepare get their descriptors first. No
// request outlasts ctx.
func (e *Exporter) Export(ctx context.Context, metrics []*metric.Metric) error {
	if e.closed.Load() {
		return errors.New("stackdriver: the exporter is shut down")
	}
	if err := e.usable(); err != nil {
		return err
	}
	described := e.describeNew(ctx, metrics)
	points, failures := e.convert.points(metrics)
	failures = append(failures, e.write(ctx, points)...)
	if len(failures) == 0 && described == nil {
		return nil
	}
	return &exportError{points: &runtime.ExportError{Failures: failures}, described: described}
}

// An exportError has the failures of points, of which there may be none, and the errors of
// descriptors.
type exportError struct {
	points    *runtime.ExportError
	described error
}

func (e *exportError) Error() string {
	switch {
	case e.described == nil:
		return "stackdriver: " + e.points.Error()
	case len(e.points.Failures) == 0:
		return "stackdriver: " + e.described.Error()
	}
	return fmt.Sprintf("stackdriver: %v\n%v", e.points, e.described)
}

func (e *exportError) Unwrap() []error { return []error{e.points, e.described} }

// write sends the points in requests of up to 200, a few at a time.
func (e *Exporter) write(ctx context.Context, points []point) []runtime.Failure {
	batches := slices.Collect(slices.Chunk(points, cloudmonitoring.MaxRequestSeries))
	failures := make([][]runtime.Failure, len(batches))
	inParallel(len(batches), func(i int) { failures[i] = e.writeBatch(ctx, batches[i]) })
	return slices.Concat(failures...)
}

// inParallel calls f for each i below n, a few at a time.
func inParallel(n int, f func(i int)) {
	next := make(chan int)
	var running sync.WaitGroup
	for range min(n, parallel) {
		running.Add(1)
		go func() {
			defer running.Done()
			for i := range next {
				f(i)
			}
		}()
	}
	for i := range n {
		next <- i
	}
	close(next)
	running.Wait()
}

// writeBatch sends a request and returns the failures of its points.
func (e *Exporter) writeBatch(ctx context.Context, batch []point) []runtime.Failure {
	if ctx.Err() != nil {
		return same(batch, verdict{runtime.Unsent, fmt.Errorf("not sent because no time was left: %w", context.Cause(ctx))})
	}
	req := &monitoringpb.CreateTimeSeriesRequest{Name: "projects/" + e.convert.project}
	for _, p := range batch {
		req.TimeSeries = append(req.TimeSeries, p.proto)
	}
	var c call
	err := e.client.CreateTimeSeries(withCall(ctx, &c), req)
	if err == nil {
		return nil
	}
	answer := status.Convert(err)
	if verdicts, ok := partial(answer, len(batch)); ok {
		return failures(batch, func(i int) verdict { return verdicts[i] })
	}
	return same(batch, verdict{c.fate(answer.Code()), e.reason(ctx, answer)})
}

// same returns the failures of points of one fate.
func same(batch []point, v verdict) []runtime.Failure {
	return failures(batch, func(int) verdict { return v })
}

// failures returns the failures of a batch.
func failures(batch []point, of func(i int) verdict) []runtime.Failure {
	var all []runtime.Failure
	for i, p := range batch {
		if v := of(i); v.err != nil {
			all = append(all, runtime.Failure{Metric: p.metric, Series: p.series, Fate: v.fate, Err: v.err})
		}
	}
	return all
}

// reason returns the error of a failed call, with the cure if one is known. It wraps the cause
// of ctx if ctx ended the call. The server also knows the deadline, and may end the call a
// moment before ctx is done.
func (e *Exporter) reason(ctx context.Context, s *status.Status) error {
	switch {
	case ctx.Err() != nil && (s.Code() == codes.DeadlineExceeded || s.Code() == codes.Canceled):
		return fmt.Errorf("no answer from Cloud Monitoring: %w", context.Cause(ctx))
	case s.Code() == codes.DeadlineExceeded:
		return fmt.Errorf("no answer from Cloud Monitoring: %w", context.DeadlineExceeded)
	}
	text := fmt.Sprintf("Cloud Monitoring answered %v: %s", s.Code(), s.Message())
	switch s.Code() {
	case codes.PermissionDenied:
		text += fmt.Sprintf(" (give the service account the role roles/monitoring.metricWriter in the project %s)", e.convert.project)
	case codes.Unauthenticated:
		text += " (check the credentials: Options.ClientOptions, or the Application Default Credentials)"
	case codes.NotFound:
		text += fmt.Sprintf(" (check that the project %q exists and has the Monitoring API enabled)", e.convert.project)
	case codes.Unavailable:
		text = fmt.Sprintf("Cloud Monitoring cannot be reached, or is overloaded: %s", s.Message())
	}
	return errors.New(text)
}
