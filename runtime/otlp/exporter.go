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
)

// An Exporter sends metrics to a receiver of OTLP. Its calls may overlap only as
// [runtime.Exporter] allows.
type Exporter struct {
	client   *client
	envelope envelope
	memory   memory
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
	process, err := opts.resource(ctx)
	if err != nil {
		return nil, err
	}
	envelope, err := newEnvelope(process)
	if err != nil {
		return nil, err
	}
	c, err := newClient(ctx, settings)
	if err != nil {
		return nil, err
	}
	e := &Exporter{client: c, envelope: envelope, refused: map[string]bool{}}
	e.life, e.end = context.WithCancelCause(context.Background())
	return e, nil
}

// Export sends metrics in requests of at most 2 MiB, unless a single series is larger. A
// [*runtime.ExportError] has the fate of each point that was not accepted; the comment of the
// package describes how responses are read. A request ends at the latest when ctx is done, or
// after the timeout of OTEL_EXPORTER_OTLP_TIMEOUT (10 s).
func (e *Exporter) Export(ctx context.Context, metrics []*metric.Metric) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if e.life.Err() != nil {
		cancel(errShutdown)
	}
	defer context.AfterFunc(e.life, func() { cancel(errShutdown) })()

	d := delivery{ctx: ctx, exporter: e, batch: e.memory.take(), resends: maxResends, refused: map[string]bool{}}
	suspects := d.sendOthers(metrics)
	for _, i := range suspects {
		d.add(i.metric, i.series)
	}
	d.flush()
	e.remember(suspects, &d)
	e.memory.give(d.batch)
	if len(d.failures) > 0 {
		return &runtime.ExportError{Failures: d.failures}
	}
	return nil
}

// sendOthers sends all series but those that a partial success refused last time, which it
// returns.
func (d *delivery) sendOthers(metrics []*metric.Metric) (suspects []item) {
	for _, m := range metrics {
		if m == nil {
			continue
		}
		for _, s := range m.Series {
			if i := (item{metric: m, series: s}); d.wasRefused(i) {
				suspects = append(suspects, i)
				continue
			}
			d.add(m, s)
		}
	}
	d.flush()
	return suspects
}

// wasRefused reports whether a partial success refused the series last time.
func (d *delivery) wasRefused(i item) bool {
	if len(d.exporter.refused) == 0 || i.series == nil {
		return false
	}
	d.key = i.appendKey(d.key[:0])
	return d.exporter.refused[string(d.key)]
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
	if len(e.refused) > maxRefused {
		clear(e.refused)
	}
}

// maxRefused bounds the memory for refused series, which may have ended. If more are refused,
// each export has to find them again.
const maxRefused = 100_000

// Shutdown ends an export that still runs and closes the connections. When ctx is done
// it returns without waiting for them. It sends nothing. A second call does nothing.
func (e *Exporter) Shutdown(ctx context.Context) error {
	var err error
	e.ended.Do(func() {
		e.end(errShutdown)
		e.memory.close()
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
