// Package otlp exports metrics to an OpenTelemetry Collector, or to another receiver of
// OTLP, over gRPC or HTTP. Programs import it.
//
// # A complete program
//
//	func main() {
//		if err := shopmetrics.RegisterViews(); err != nil {
//			log.Fatal(err)
//		}
//		ctx := context.Background()
//		exporter, err := otlp.New(ctx, otlp.Options{}) // OTEL_EXPORTER_OTLP_ENDPOINT, or localhost
//		if err != nil {
//			log.Fatal(err)
//		}
//		if err := runtime.Run(ctx, runtime.Options{Exporter: exporter}, serve); err != nil {
//			log.Fatal(err)
//		}
//	}
//
// Names, units, descriptions, bucket bounds, start times and exemplars arrive as the
// schema declares them. Requests are sent by OpenTelemetry's own OTLP exporters, without
// their retries: package runtime retries with newer points. Only the messages are written
// by this package.
//
// # Memory
//
// A request has at most 2 MiB, unless a single series is larger. Between exports an
// exporter keeps about three times the memory of its largest request, and at most 7 MiB. It
// gives the memory back after an export that needs less than an eighth of it, and at
// Shutdown. If a connection still reads a request after its export has ended, the next
// request gets other memory.
//
// If the receiver stops reading, the connection is closed after the timeout of a request
// (with gRPC only on Linux). Otherwise later requests would wait in it, in memory.
//
// # Compatible with the bridge
//
// This package converts the metrics itself and does not use OpenTelemetry's bridge for
// OpenCensus, for these reasons:
//
//   - the bridge reads all metrics of the process itself, so package runtime could neither
//     send only the points that are due nor know exactly which were accepted;
//   - the bridge knows only the units "1", "ms" and "By" of views;
//   - in the bridge, one bad series removes the whole metric, and a distribution without
//     bounds ends the process.
//
// For the same metrics the result is the same as with the bridge, under the bridge's
// scope, so a program can change in either direction and keep its series. These are the
// differences:
//
//   - a series that cannot be sent is refused alone: labels that do not fit the keys,
//     buckets that do not fit the bounds, text that is not UTF-8, a negative count, or a
//     type that OTLP does not have;
//   - a sum that has fallen, such as view.Sum over +1 and -1, is not monotonic from then on;
//   - a distribution without bounds is sent with its count and sum;
//   - the span context of an exemplar is left out if it is not valid.
//
// # The fate of a point
//
//   - Unsent: the response says "not now" (gRPC Unavailable or ResourceExhausted, HTTP 429
//     or 503), or no connection was made.
//   - Unconfirmed: the connection broke, or the deadline passed, after the request was
//     sent; or a proxy returned HTTP 502 or 504.
//   - Refused: every other response.
//
// A request that is too large for the receiver (HTTP 413, or a gRPC ResourceExhausted that
// says so) is sent again in halves.
//
// # Partial success
//
// A partial success has the number of refused points, but does not name them. To find
// them, halves of the request are sent again, as OTLP allows. In the next export these
// points have a request of their own, so a series that is always refused costs one
// more request. The points in question are Unconfirmed if finding them would take more
// than about 64 requests in one export, or if the numbers contradict each other: a
// receiver may refuse to accept the same point twice. A partial success that refuses no
// point is a success, whatever its message says.
package otlp
