package otel

import (
	"github.com/ocgen/ocgen/runtime/metric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// An Option configures [NewProducer].
type Option func(*settings)

// settings are the options of a Producer.
type settings struct {
	deltas      deltas
	metricTypes bool
}

// deltas says which metrics have delta temporality. All others are cumulative.
type deltas struct{ recorded, observed, upDown, distributions bool }

// WithTemporality sets the temporality of the points. Without it they are cumulative: the
// SDK does not tell a Producer the temporality of its Reader. An exporter's own selector
// fits:
//
//	otel.WithTemporality(exporter.Temporality)
//
// The selector is called here, with InstrumentKindCounter for counts and sums,
// InstrumentKindObservableCounter for sums of observed measures,
// InstrumentKindUpDownCounter for up-down counts, and InstrumentKindHistogram for
// distributions. Last values are gauges, which have no temporality. The selectors of the SDK
// and of its exporters leave up-down counts cumulative.
//
// A delta is the difference from the Producer's last collection. A series that has not
// changed has no point, and the first point of a series has everything since the series
// began. The delta of an export that fails is lost, as with the SDK's own instruments.
//
// WithTemporality panics if the selector is nil.
func WithTemporality(s sdk.TemporalitySelector) Option {
	if s == nil {
		panic("otel: WithTemporality got nil")
	}
	delta := func(kind sdk.InstrumentKind) bool { return s(kind) == metricdata.DeltaTemporality }
	d := deltas{
		recorded:      delta(sdk.InstrumentKindCounter),
		observed:      delta(sdk.InstrumentKindObservableCounter),
		upDown:        delta(sdk.InstrumentKindUpDownCounter),
		distributions: delta(sdk.InstrumentKindHistogram),
	}
	return func(all *settings) { all.deltas = d }
}

// WithMetricTypes names metrics and labels as Cloud Monitoring has them, for an export to
// Google Cloud's Telemetry API. The metric shop/request_count becomes
// custom.googleapis.com/opencensus/shop/request_count, or has the schema's
// monitoring.metric_prefix, and the label http.method becomes http_method. These are the
// names that runtime/stackdriver writes and that the filters of SLOs select. The resource
// is the one of the MeterProvider.
//
// Each package has the prefix of its own schema. The prefix of
// ocgen/telemetry/replaced_or_dropped is the first package's.
func WithMetricTypes() Option { return func(all *settings) { all.metricTypes = true } }

// of reports whether a metric has delta temporality.
func (d deltas) of(m metric.Descriptor, observed bool) bool {
	switch t := m.Type; {
	case m.UpDown:
		return d.upDown
	case !t.Cumulative():
		return false
	case t == metric.TypeCumulativeDistribution:
		return d.distributions
	case observed:
		return d.observed
	}
	return d.recorded
}
