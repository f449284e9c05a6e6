package stackdriver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"contrib.go.opencensus.io/exporter/stackdriver"
	"go.opencensus.io/metric/metricdata"
	"google.golang.org/api/option"

	"github.com/ocgen/ocgen/runtime"
)

// Options configure [New].
type Options struct {
	// ProjectID is the Google Cloud project to write to. Required.
	ProjectID string

	// ResourceLabels are the labels of the monitored resource whose type the
	// schema names. They must have the values that the schema expects; labels
	// that it does not name are sent as they are. Labels and the metric's own
	// ones must tell processes apart: the exporter adds opencensus_task, which
	// is the process id and host name, to every metric.
	ResourceLabels map[string]string

	// ClientOptions are for the API clients. Without credentials among them the
	// Application Default Credentials are taken.
	ClientOptions []option.ClientOption
}

// spacing is the least time between two readings of the metrics. Cloud
// Monitoring refuses points of a series whose end times are less than 5 seconds
// apart (cloud.google.com/monitoring/quotas). The library moves the end of a
// point up to 1 ms behind the reading, so that it is not the start; the rest of
// the margin is for clocks.
const spacing = 5*time.Second + 100*time.Millisecond

// location keeps the library from asking the metadata server for the zone,
// which it puts into resources that it detects itself; here it detects none.
const location = "global"

// An Exporter writes metrics to Cloud Monitoring. It is safe for concurrent use.
type Exporter struct {
	client *stackdriver.Exporter
	cancel context.CancelFunc // ends the client's calls
	agreed runtime.Monitoring
	labels map[string]string

	turn chan struct{} // holds a token while no export runs

	mu     sync.Mutex
	closed bool
	errs   []error // reported by the client and not returned yet
}

// New returns an exporter for the packages whose views are registered. They
// must agree on the metric prefix and the resource, and the resource labels
// must be as they expect, or their SLOs would find no data: otherwise the error
// says what to change. New opens no connection.
func New(ctx context.Context, opts Options) (*Exporter, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("stackdriver: %w", err)
	}
	if opts.ProjectID == "" {
		return nil, errors.New("stackdriver: Options.ProjectID is empty: set it to the id of the Google Cloud project to write to")
	}
	packages := runtime.Registered()
	if len(packages) == 0 {
		return nil, errors.New("stackdriver: no generated package is registered: call its RegisterViews before stackdriver.New, which takes the metric prefix and the resource from it")
	}
	agreed, err := agree(packages, opts.ResourceLabels)
	if err != nil {
		return nil, fmt.Errorf("stackdriver: %w", err)
	}
	e := &Exporter{agreed: agreed, labels: maps.Clone(opts.ResourceLabels), turn: make(chan struct{}, 1)}
	e.turn <- struct{}{}
	if err := e.connect(opts); err != nil {
		return nil, fmt.Errorf("stackdriver: making the API client: %w", err)
	}
	return e, nil
}

// connect makes the library's exporter, with its clients. It makes one for
// traces too, which nothing is sent with.
func (e *Exporter) connect(opts Options) (err error) {
	ctx, cancel := context.WithCancel(context.Background())
	o := stackdriver.Options{
		ProjectID:               opts.ProjectID,
		Location:                location,
		MetricPrefix:            e.agreed.MetricPrefix,
		OnError:                 e.onError,
		MonitoringClientOptions: opts.ClientOptions,
		TraceClientOptions:      opts.ClientOptions,
		Context:                 ctx,
	}
	if e.agreed.Resource != "" {
		o.MonitoredResource = resource{e.agreed.Resource, e.labels}
	}
	if e.client, err = stackdriver.NewExporter(o); err != nil {
		cancel()
		return err
	}
	e.cancel = cancel
	return nil
}

// A resource is a monitored resource as the library takes it.
type resource struct {
	kind   string
	labels map[string]string
}

func (r resource) MonitoredResource() (string, map[string]string) { return r.kind, r.labels }

// Spacing returns a little over the 5 seconds that Cloud Monitoring wants between
// two points of a series.
func (e *Exporter) Spacing() time.Duration { return spacing }

func (e *Exporter) onError(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.errs = append(e.errs, err)
}

// takeErrors returns what the client reported since the last call.
func (e *Exporter) takeErrors() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	err := errors.Join(e.errs...)
	e.errs = nil
	return err
}

// Export writes the metrics and waits until Cloud Monitoring has answered or
// ctx is done; the calls then go on until their own timeout of 12 seconds. The
// error names everything that was not written.
func (e *Exporter) Export(ctx context.Context, metrics []*metricdata.Metric) error {
	if !e.takeTurn(ctx) {
		return fmt.Errorf("stackdriver: the export before is still running: %w", context.Cause(ctx))
	}
	e.mu.Lock()
	closed := e.closed
	e.mu.Unlock()
	if closed {
		e.turn <- struct{}{}
		return errors.New("stackdriver: the exporter is shut down")
	}
	mismatch := e.recheck()
	sent := make(chan struct{})
	go func() {
		defer func() { e.turn <- struct{}{} }()
		defer close(sent)
		if err := e.client.ExportMetrics(ctx, metrics); err != nil {
			e.onError(err)
		}
		e.client.Flush()
	}()
	var late error
	select {
	case <-sent:
	case <-ctx.Done():
		late = fmt.Errorf("no answer from Cloud Monitoring: %w", context.Cause(ctx))
	}
	if err := errors.Join(mismatch, dropped(metrics), late, e.takeErrors()); err != nil {
		return fmt.Errorf("stackdriver: %w", err)
	}
	return nil
}

// takeTurn waits until no export runs, and reports whether that came before ctx
// was done. It is so too if no export runs and ctx is done already.
func (e *Exporter) takeTurn(ctx context.Context) bool {
	select {
	case <-e.turn:
		return true
	default:
	}
	select {
	case <-e.turn:
		return true
	case <-ctx.Done():
		return false
	}
}

// recheck reports packages that were registered after New and do not agree with
// those from before.
func (e *Exporter) recheck() error {
	packages := runtime.Registered()
	if len(packages) == 0 {
		return nil
	}
	now, err := agree(packages, e.labels)
	if err != nil {
		return err
	}
	if now.MetricPrefix != e.agreed.MetricPrefix || now.Resource != e.agreed.Resource {
		return fmt.Errorf("the packages registered now have metric prefix %q and resource %q, those registered before stackdriver.New %q and %q: register all packages before it",
			now.MetricPrefix, now.Resource, e.agreed.MetricPrefix, e.agreed.Resource)
	}
	return nil
}

// Shutdown waits for a running export until ctx is done, ends the calls that
// still run, and closes the connections. Nothing is exported after it. A second
// call does nothing.
func (e *Exporter) Shutdown(ctx context.Context) error {
	e.mu.Lock()
	again := e.closed
	e.closed = true
	e.mu.Unlock()
	if again {
		return nil
	}
	var late error
	if e.takeTurn(ctx) {
		e.turn <- struct{}{}
	} else {
		late = fmt.Errorf("an export that was still running was cut off: %w", context.Cause(ctx))
	}
	e.cancel()
	if err := errors.Join(late, e.client.Close(), e.takeErrors()); err != nil {
		return fmt.Errorf("stackdriver: %w", err)
	}
	return nil
}
