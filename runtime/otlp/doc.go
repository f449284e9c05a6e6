// Package otlp exports metrics to any OpenTelemetry Collector, or to another
// receiver of OTLP, over gRPC or HTTP:
//
//	exporter, err := otlp.New(ctx, otlp.Options{}) // the OTEL_EXPORTER_OTLP_… variables, or localhost
//	telemetry, err := runtime.Start(ctx, runtime.Options{Exporter: exporter})
//	defer telemetry.Shutdown(ctx)
//
// Names, units, descriptions, bucket bounds, start times and exemplars arrive as
// the schema has them. Requests go through OpenTelemetry's own
// OTLP exporters, with their retries off: package runtime retries, with newer
// points.
//
// # Not through the bridge, but equal to it
//
// OpenTelemetry's bridge for OpenCensus reads the process's metrics itself. It
// cannot be given the points that are due, so what was accepted could not be
// told exactly; it knows only the units "1", "ms" and "By" of views; one bad
// series costs it the whole metric, and a distribution without bounds the
// process. This package converts what it is given. For the same metrics it gives
// what the bridge gives, under the bridge's scope, so that a program may come
// from the bridge or move on to it and keep its series. The differences:
//
//   - a series that cannot be sent (labels that do not fit the keys, buckets
//     that do not fit the bounds, text that is not UTF-8, a negative count, a
//     type that OTLP has not) is refused alone;
//   - a distribution without bounds is sent with its count and sum;
//   - an exemplar's span context that is no valid one is left out.
//
// # What became of a point
//
// An answer that says "not now" (gRPC Unavailable or ResourceExhausted, HTTP 429
// or 503) makes a point Unsent, as does a connection that never came about. A
// connection that broke, or a deadline that passed, after the request was on its
// way makes it Unconfirmed, as do HTTP 502 and 504, which a proxy gives. Every
// other answer makes it Refused. A request that is too large for the receiver
// (HTTP 413, or gRPC's ResourceExhausted that says so) is sent again in halves.
//
// A partial success says how many points were refused, not which. To know them,
// halves of the request are sent again, as OTLP allows, until each refused point
// is found; in the next export these go in a request of their own, so that a
// series that is always refused costs one request more. If that would take more
// than some 64 requests in one export, or if the numbers contradict each other (a
// receiver may refuse to take the same point twice), the points in question are
// Unconfirmed. A partial success that refuses no point is a success, whatever
// its message.
package otlp
