package otel

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/ocgen/ocgen/runtime/internal/callback"
	"github.com/ocgen/ocgen/runtime/record"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// A Producer returns the metrics of the registered packages of the recorder "otel" to one
// Reader of OpenTelemetry's SDK. It is safe for concurrent use.
//
// Each Reader needs a Producer of its own. A delta is the difference from the Producer's
// last collection, so two Readers would each get a part of it. With cumulative points both
// would get all, but each collection would wait for the other's.
type Producer struct {
	settings settings

	mu      sync.Mutex    // held during a collection
	memory  record.Memory // of the packages' readings
	sources map[*record.Package]*source
	stats   *stats
}

var _ sdk.Producer = (*Producer)(nil)

// NewProducer returns a source for one Reader:
//
//	sdk.NewPeriodicReader(exporter, sdk.WithProducer(otel.NewProducer()))
//
// The packages may be registered before or after.
func NewProducer(opts ...Option) *Producer {
	var s settings
	for _, opt := range opts {
		opt(&s)
	}
	record.GiveStatsToOpenTelemetry()
	return &Producer{settings: s, sources: map[*record.Package]*source{}, stats: newStats(s)}
}

// Produce returns the current points of all registered packages of the recorder "otel", and
// of the metric ocgen/telemetry/replaced_or_dropped. The SDK calls it. The result has an
// element for each package, with its metrics in the order of the schema. A metric without a
// series is left out, and so is a package without a metric. Two packages may have the same
// scope. The result belongs to the caller.
//
// The error is always nil, because a PeriodicReader whose Producer returns an error exports
// nothing, not even the metrics of others. Problems go to the ErrorHandler of
// OpenTelemetry. Produce ignores ctx: it waits for the functions that observe. If one does
// not return, a Shutdown of the MeterProvider does not return either.
func (p *Producer) Produce(context.Context) ([]metricdata.ScopeMetrics, error) {
	scopes, problems := p.collect()
	for _, err := range problems { // without the lock: the handler is the program's
		report(err)
	}
	return scopes, nil
}

func (p *Producer) collect() (scopes []metricdata.ScopeMetrics, problems []error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.memory.Begin()
	packages := scoped(record.Registered())
	for _, pkg := range packages {
		metrics, errs := p.read(pkg)
		scopes, problems = add(scopes, pkg.Scope(), metrics), append(problems, errs...)
	}
	for pkg, s := range p.sources {
		if !slices.Contains(packages, pkg) {
			s.forget()
		}
	}
	metrics, errs := p.stats.read()
	return add(scopes, ownScope, metrics), append(problems, errs...)
}

// scoped returns the packages that OpenTelemetry's SDK reads.
func scoped(packages []*record.Package) []*record.Package {
	return slices.DeleteFunc(packages, func(pkg *record.Package) bool { return pkg.Scope() == "" })
}

// add appends a scope that has metrics.
func add(scopes []metricdata.ScopeMetrics, name string, metrics []metricdata.Metrics) []metricdata.ScopeMetrics {
	if len(metrics) == 0 {
		return scopes
	}
	return append(scopes, metricdata.ScopeMetrics{Scope: instrumentation.Scope{Name: name}, Metrics: metrics})
}

// read returns the metrics of a package. A panic costs only this package: the slog.Handler,
// which a reading calls, is the program's.
func (p *Producer) read(pkg *record.Package) (metrics []metricdata.Metrics, problems []error) {
	err := callback.Call("reading package "+pkg.Name(), func() error {
		s := p.sources[pkg]
		if s == nil {
			s = newSource(pkg, p.settings)
			p.sources[pkg] = s
		}
		metrics, problems = s.read(&p.memory)
		return nil
	})
	if err != nil {
		problems = append(problems, fmt.Errorf("%w: the package is missing from this collection; correct the code at that place", err))
	}
	return metrics, problems
}
