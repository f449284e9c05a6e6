// Package otel gives the metrics of generated packages to OpenTelemetry's SDK. Programs
// import it that have a MeterProvider of their own, for example because they use otelhttp.
// A program without one exports more reliably with runtime.Run and an exporter of ocgen,
// such as runtime/otlp.
//
// # A complete program
//
//	func main() {
//		if err := shopmetrics.RegisterViews(); err != nil {
//			log.Fatal(err)
//		}
//		ctx := context.Background()
//		exporter, err := otlpmetricgrpc.New(ctx) // OTEL_EXPORTER_OTLP_ENDPOINT, or localhost
//		if err != nil {
//			log.Fatal(err)
//		}
//		provider := sdk.NewMeterProvider(sdk.WithReader(
//			sdk.NewPeriodicReader(exporter, sdk.WithProducer(otel.NewProducer()))))
//		defer provider.Shutdown(ctx)
//		serve()
//	}
//
// sdk is go.opentelemetry.io/otel/sdk/metric.
//
// # What is exported
//
// A [Producer] has each package whose schema says "recorder: otel", from its RegisterViews to
// its UnregisterViews. The packages of other recorders come through OpenTelemetry's bridge for
// OpenCensus. A Reader may have both Producers: no metric is in both.
//
// Each package is an instrumentation scope. Names, descriptions, units, bounds and start
// times are those that ocgen's own exporters have:
//
//   - A count or a sum is a monotonic Sum. An int64 is exact.
//   - A last value is a Gauge.
//   - An up-down count is a Sum that is not monotonic. It is cumulative, unless the selector
//     of [WithTemporality] says otherwise for it.
//   - A distribution is a Histogram of float64, with exemplars and without minimum and
//     maximum. A value at a bound counts in the bucket above it, as with ocgen's exporters,
//     so SLOs do not move. OTLP itself would count it in the bucket below.
//   - The sum of a Histogram does not fall by rounding: see docs/exporters.md.
//   - An absent label is no attribute.
//
// The metric ocgen/telemetry/replaced_or_dropped, which counts the values that were
// replaced or dropped, has the scope github.com/ocgen/ocgen.
//
// # What is different from instruments of the SDK
//
//   - [sdk.WithProducer] stands where the Reader is made. A Reader cannot get a Producer
//     later.
//   - Each Reader has a Producer of its own. A Producer computes deltas from its last
//     collection, so two Readers would each get a part of them.
//   - A Producer does not know the temporality of its Reader. [WithTemporality] sets it.
//   - Views of the MeterProvider do not apply. The schema declares labels and bounds.
//   - The SDK's cardinality limit does not apply. The limits are max_values and max_series
//     of the schema.
//   - The resource is the one of the MeterProvider.
//
// # Delivery
//
// The SDK delivers the metrics. Its PeriodicReader tries once at Shutdown, and a failed
// export is not made up for: cumulative points arrive with the next export, if there is
// one, and deltas are lost. A backend that requires a pause between two points of a series,
// such as the 5 seconds of Cloud Monitoring, refuses the points of a Shutdown soon after an
// export. runtime.Run waits and tries again, and names what was not delivered.
//
// # Errors
//
// A collection never fails. If a function that observes a measure panics, only its own value
// is missing. The panic is counted in ocgen/telemetry/replaced_or_dropped, and OpenTelemetry's
// ErrorHandler (otel.SetErrorHandler) gets an error with the name of the metric.
package otel
