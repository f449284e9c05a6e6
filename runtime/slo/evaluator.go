package slo

import (
	"context"
	"time"

	"go.opencensus.io/metric/metricdata"

	"github.com/ocgen/ocgen/runtime"
)

// Options say what an Evaluator evaluates, and when.
type Options struct {
	// SLOs are evaluated; nil means those of all packages whose views are
	// registered, also later.
	SLOs []runtime.SLO
	// History runs one goroutine that reads the metrics every 10 seconds until
	// Close.
	History bool
	// Gather reads the metrics; nil means runtime.GatherPartial. Metrics that
	// come beside an error are evaluated.
	Gather func(context.Context) ([]*metricdata.Metric, error)
	// Now is the clock of readings and windows; nil means time.Now.
	Now func() time.Time
}

// An Evaluator evaluates SLOs. It is safe for concurrent use.
type Evaluator struct {
	options Options
}

// New returns an evaluator. Close it if it has a History.
func New(o Options) *Evaluator { return &Evaluator{options: o} }

// Evaluate reads the metrics and returns all SLOs as they are at this moment.
// Until ctx is done it waits for what was recorded before the call.
func (e *Evaluator) Evaluate(ctx context.Context) Report { panic("not written yet") }

// Detail is Evaluate for the SLO with the key, by combination of label values.
// It reports whether there is such an SLO.
func (e *Evaluator) Detail(ctx context.Context, key string) (Detail, bool) {
	panic("not written yet")
}

// Close ends the goroutine of History and waits for it. It may be called more
// than once; what has been read stays.
func (e *Evaluator) Close() {}
