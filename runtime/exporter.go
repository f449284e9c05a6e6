package runtime

import (
	"context"
	"fmt"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// An Exporter sends points to a backend. [Telemetry] does what all backends need: it
// keeps the interval, tries again, and remembers which points were accepted. Calls of
// one Telemetry do not overlap, with one exception: Shutdown may be called while an
// Export or Prepare whose ctx is done has not returned yet, or is about to begin.
type Exporter interface {
	// Export sends one point of each series. The metrics are sorted by name. It returns
	// nil when the backend has accepted every point. An [*ExportError] reports the fate
	// of each point that it names; all other points were accepted. After any other
	// error, or a panic, all points are unconfirmed.
	//
	// Export borrows the metrics until it returns: it must not change them, nor keep any
	// part of them, because the next reading uses their memory again. It must not send
	// anything after ctx is done.
	Export(ctx context.Context, metrics []*metric.Metric) error

	// Shutdown releases the exporter's resources. Export is not called after it.
	Shutdown(ctx context.Context) error
}

// A Spacer is an Exporter whose backend refuses points of one time series that are too
// close together. Cloud Monitoring accepts one point every 5 seconds.
type Spacer interface {
	// Spacing returns the shortest time between two points of a series. It is
	// called once.
	Spacing() time.Duration
}

// An Intervaler is an Exporter that proposes the interval. It is for exporters that no
// other process shares, such as an exporter to a terminal: the first export comes after
// a whole interval, and not after a random part of it.
type Intervaler interface {
	// DefaultInterval returns the time between exports that applies if Options.Interval
	// is 0. It is called once.
	DefaultInterval() time.Duration
}

// WithInterval returns the exporter with another proposal for the time between exports.
// It is for packages that make exporters from the environment. Start and Run use the
// exporter itself.
func WithInterval(e Exporter, interval time.Duration) Exporter {
	return timedExporter{e, interval}
}

type timedExporter struct {
	Exporter
	interval time.Duration
}

// untimed returns the exporter, and the interval that it proposes; 0: none.
func untimed(e Exporter) (Exporter, time.Duration) {
	if timed, ok := e.(timedExporter); ok {
		return timed.Exporter, timed.interval
	}
	if i, ok := e.(Intervaler); ok {
		return e, i.DefaultInterval()
	}
	return e, 0
}

// A Preparer is an Exporter whose backend should know metrics before their first point.
// Cloud Monitoring refuses an SLO over metrics that it does not know.
type Preparer interface {
	// Prepare announces the descriptors of all registered packages to the backend.
	// [Start] calls it. It is called again, with all descriptors, when packages are
	// registered later, and at the next interval after a failure. ctx bounds it. An
	// error is reported and does not prevent exports.
	Prepare(ctx context.Context, descriptors []metric.Descriptor) error
}

// A NoSender is an Exporter whose Export sends nothing, because its backend fetches the
// metrics, or because there is no backend. Its result says nothing about a backend, so
// [Health] has no points and no success, and the metrics exports, points and
// last_success about the telemetry itself are left out.
type NoSender interface {
	// SendsNothing marks the exporter. It is not called.
	SendsNothing()
}

// A Fate is the outcome of a point that the backend has not confirmed.
type Fate uint8

const (
	// Unconfirmed: the backend may have accepted the point. The connection was reset, or
	// the time ran out, after the point was sent. It is not sent again within the
	// exporter's spacing.
	Unconfirmed Fate = iota
	// Unsent: the backend has certainly not accepted the point, and another try may
	// succeed: the backend was overloaded or could not be reached.
	Unsent
	// Refused: the backend refused the point, and would refuse it again.
	Refused

	numFates = Refused + 1
)

// String returns the fate's name in lower case.
func (f Fate) String() string {
	switch f {
	case Unconfirmed:
		return "unconfirmed"
	case Unsent:
		return "unsent"
	case Refused:
		return "refused"
	}
	return fmt.Sprintf("Fate(%d)", uint8(f))
}

// An ExportError is the error of Export if the fate of each point is known. Points that
// it does not name were accepted.
type ExportError struct {
	Failures []Failure
}

// A Failure is one or more points that were not accepted, and the reason.
type Failure struct {
	Metric *metric.Metric // the pointer that Export was called with
	Series *metric.Series // a pointer from the metric; nil: all its series
	Fate   Fate
	Err    error
}

// Error returns the number of failures and the first of them.
func (e *ExportError) Error() string {
	if len(e.Failures) == 0 {
		return "no failures"
	}
	first := e.Failures[0]
	text := fmt.Sprintf("%s %s: %v", metric.SeriesName(first.Metric, first.Series), first.Fate, first.Err)
	if more := len(e.Failures) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more failures)", more)
	}
	return text
}

// Unwrap returns the errors of all failures.
func (e *ExportError) Unwrap() []error {
	all := make([]error, 0, len(e.Failures))
	for _, f := range e.Failures {
		if f.Err != nil {
			all = append(all, f.Err)
		}
	}
	return all
}
