package runtime

import (
	"context"
	"fmt"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// An Exporter sends points to a backend. [Telemetry] does what all backends
// need: it keeps the interval, tries again, and remembers what was accepted. The
// calls of one Telemetry do not overlap, except that Shutdown may be called
// while an Export or Prepare whose ctx is done has not returned, or is only
// beginning.
type Exporter interface {
	// Export sends one point of each series; the metrics are sorted by name. It
	// returns nil when the backend has accepted every point. An [*ExportError]
	// says what became of the points that it names; all others were accepted.
	// After any other error, or a panic, no point is confirmed. Export borrows the
	// metrics until it returns: it must not change them, nor keep any part of them,
	// for their memory is used again. Nothing that it sends may outlast ctx.
	Export(ctx context.Context, metrics []*metric.Metric) error

	// Shutdown releases what the exporter holds. Nothing is exported after it.
	Shutdown(ctx context.Context) error
}

// A Spacer is an Exporter whose backend refuses points of one time series that
// lie too close together. Cloud Monitoring takes one in 5 seconds.
type Spacer interface {
	// Spacing returns the shortest time between two points of a series. It is
	// called once.
	Spacing() time.Duration
}

// An Intervaler is an Exporter that proposes how often to export. It is for exporters
// that no other process shares, such as one that writes to a terminal: the first export
// comes after a whole interval, and not after a random part of it.
type Intervaler interface {
	// DefaultInterval returns the time between exports if Options.Interval is 0. It
	// is called once.
	DefaultInterval() time.Duration
}

// WithInterval returns the exporter with another proposal for the time between
// exports, for those who make exporters by what the environment says. Start and Run
// use the exporter itself.
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

// A Preparer is an Exporter whose backend should know metrics before their
// first point. Cloud Monitoring refuses an SLO whose metrics it does not know.
type Preparer interface {
	// Prepare tells the backend of the descriptors of all registered packages.
	// [Start] calls it, and it is called again, with all of them, when packages
	// were registered later, and after a failure at the next interval. It is
	// bounded by ctx. An error is reported and keeps nothing from being exported.
	Prepare(ctx context.Context, descriptors []metric.Descriptor) error
}

// A NoSender is an Exporter whose Export sends nothing: its backend asks for the
// metrics, or there is none. That it returns nil says nothing of a backend, so
// [Health] counts no points and no success, and of the metrics about the telemetry
// itself exports, points and last_success are left out.
type NoSender interface {
	// SendsNothing marks the exporter. It is not called.
	SendsNothing()
}

// A Fate is what became of a point that the backend has not confirmed.
type Fate uint8

const (
	// Unconfirmed: the backend may have accepted the point. The connection was
	// reset, or the time ran out, after it was sent. It is not sent again within
	// the exporter's spacing.
	Unconfirmed Fate = iota
	// Unsent: the backend has certainly not accepted the point, and it is worth
	// another try: an overload, or nobody there.
	Unsent
	// Refused: the backend answered no, for a reason that will not pass by
	// itself.
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

// An ExportError is what Export returns if the backend accepted some points and
// not others, or if it is known what became of them.
type ExportError struct {
	Failures []Failure
}

// A Failure is one or more points that were not accepted, and why.
type Failure struct {
	Metric *metric.Metric // as Export got it: the same pointer
	Series *metric.Series // of the metric, the same pointer; nil: all its series
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
