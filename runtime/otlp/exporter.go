package otlp

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"sync"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	otel "go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"
)

// An Exporter sends metrics to a receiver of OTLP. Its calls may overlap only as
// [runtime.Exporter] allows.
type Exporter struct {
	client   *client
	resource *resource.Resource
	scope    instrumentation.Scope
	refused  map[string]bool // series that partial successes refused last

	life  context.Context // done from Shutdown on
	end   context.CancelCauseFunc
	ended sync.Once
}

var errShutdown = errors.New("the exporter is shut down")

// New returns an exporter. It does not connect: a receiver that is down is tried at each
// export. An error names the option or the variable whose value cannot be used. ctx
// bounds only New.
func New(ctx context.Context, opts Options) (*Exporter, error) {
	e, err := newExporter(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("otlp: %w", err)
	}
	return e, nil
}

func newExporter(ctx context.Context, opts Options) (*Exporter, error) {
	settings, err := settle(opts, environment{os.Getenv})
	if err != nil {
		return nil, err
	}
	described, err := opts.resource(ctx)
	if err != nil {
		return nil, err
	}
	c, err := newClient(ctx, settings)
	if err != nil {
		return nil, err
	}
	e := &Exporter{
		client:   c,
		resource: described,
		refused:  map[string]bool{},
		scope:    instrumentation.Scope{Name: bridgeScope, Version: bridgeVersion},
	}
	e.life, e.end = context.WithCancelCause(context.Background())
	return e, nil
}

// bridgeScope and bridgeVersion are the scope of OpenTelemetry's bridge for OpenCensus. The
// scope may be part of the identity of a series, so a program that changes from the bridge to
// this exporter keeps its series.
const (
	bridgeScope   = "go.opentelemetry.io/otel/bridge/opencensus"
	bridgeVersion = "1.46.0"
)

// Export sends metrics in requests of at most about 2 MiB. A [*runtime.ExportError] has
// the fate of each point that was not accepted; the comment of the package describes how
// responses are read. No request outlasts ctx, nor the timeout of
// OTEL_EXPORTER_OTLP_TIMEOUT (10 s).
func (e *Exporter) Export(ctx context.Context, metrics []*metric.Metric) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if e.life.Err() != nil {
		cancel(errShutdown)
	}
	defer context.AfterFunc(e.life, func() { cancel(errShutdown) })()

	d := delivery{ctx: ctx, exporter: e, resends: maxResends, refused: map[string]bool{}}
	items, failures := itemsOf(metrics)
	d.failures = failures
	suspects, others := e.split(items)
	for _, part := range [][]item{others, suspects} {
		for _, batch := range batches(part) {
			d.deliver(batch)
		}
	}
	e.remember(suspects, &d)
	if len(d.failures) > 0 {
		return &runtime.ExportError{Failures: d.failures}
	}
	return nil
}

// split separates the series that a partial success refused last time.
func (e *Exporter) split(items []item) (suspects, others []item) {
	if len(e.refused) == 0 {
		return nil, items
	}
	for _, i := range items {
		if e.refused[i.key()] {
			suspects = append(suspects, i)
			continue
		}
		others = append(others, i)
	}
	return suspects, others
}

// remember notes the series that partial successes refused, and forgets those that were
// accepted since. It does not change series that were not in this export.
func (e *Exporter) remember(suspects []item, d *delivery) {
	if d.stopped == nil {
		for _, i := range suspects {
			delete(e.refused, i.key())
		}
	}
	maps.Copy(e.refused, d.refused)
}

// request returns one request with the items.
func (e *Exporter) request(items []item) *otel.ResourceMetrics {
	return &otel.ResourceMetrics{
		Resource:     e.resource,
		ScopeMetrics: []otel.ScopeMetrics{{Scope: e.scope, Metrics: grouped(items)}},
	}
}

// Shutdown ends an export that still runs and closes the connections. When ctx is done
// it returns without waiting for them. It sends nothing. A second call does nothing.
func (e *Exporter) Shutdown(ctx context.Context) error {
	var err error
	e.ended.Do(func() {
		e.end(errShutdown)
		closed := make(chan error, 1)
		go func() { closed <- e.client.close(ctx) }()
		select {
		case err = <-closed:
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
	})
	if err != nil {
		return fmt.Errorf("otlp: closing the connection: %w", err)
	}
	return nil
}
