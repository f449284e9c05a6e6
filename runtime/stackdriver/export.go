package stackdriver

import (
	"context"
	"errors"
	"fmt"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var errClosed = errors.New("the exporter is shut down")

// Export writes the metrics. Its error wraps a [*runtime.ExportError] with the fate of
// each point that was not accepted, and the errors of descriptors that could not be
// created. Metrics that were not passed to Prepare get their descriptors first. No
// request outlasts ctx.
func (e *Exporter) Export(ctx context.Context, metrics []*metric.Metric) error {
	if e.closed.Load() {
		return fmt.Errorf("stackdriver: %w", errClosed)
	}
	if err := e.usable(); err != nil {
		return err
	}
	described := e.describeNew(ctx, metrics)
	failures := e.write(ctx, metrics)
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

// write encodes the metrics and sends them in requests of up to 200 series. It encodes the next
// requests while up to 8 are on their way.
func (e *Exporter) write(ctx context.Context, metrics []*metric.Metric) []runtime.Failure {
	encoder := e.convert.encoder(metrics)
	var unwritten []*[]runtime.Failure // of each batch
	calls := newCallGroup()
	defer calls.wait() // also if encoding panics, so that no call outlasts the export
	for b := range encoder.batches(metrics) {
		failed := new([]runtime.Failure)
		unwritten = append(unwritten, failed)
		calls.run(func() { *failed = e.writeBatch(ctx, b) })
	}
	calls.wait()
	all := encoder.failures
	for _, failed := range unwritten {
		all = append(all, *failed...)
	}
	return all
}

// writeBatch sends a request and returns the failures of its points.
func (e *Exporter) writeBatch(ctx context.Context, b batch) []runtime.Failure {
	switch {
	case ctx.Err() != nil:
		return same(b.points, verdict{runtime.Unsent, fmt.Errorf("not sent because no time was left: %w", context.Cause(ctx))})
	case e.closed.Load(): // during this export
		return same(b.points, verdict{runtime.Unsent, fmt.Errorf("not sent: %w", errClosed)})
	}
	var c call
	err := e.client.CreateTimeSeries(withCall(ctx, &c), b.request(e.convert.project))
	if err == nil {
		return nil
	}
	answer := status.Convert(err)
	if verdicts, ok := partial(answer, len(b.points)); ok {
		return failures(b.points, func(i int) verdict { return verdicts[i] })
	}
	return same(b.points, verdict{c.fate(answer.Code()), e.reason(ctx, answer)})
}

// same returns the failures of points of one fate.
func same(points []point, v verdict) []runtime.Failure {
	return failures(points, func(int) verdict { return v })
}

// failures returns the failures of the points that have a verdict with an error.
func failures(points []point, of func(i int) verdict) []runtime.Failure {
	var all []runtime.Failure
	for i, p := range points {
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
	case codes.Canceled: // by Shutdown
		text = fmt.Sprintf("no answer from Cloud Monitoring: the call was canceled: %s", s.Message())
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
