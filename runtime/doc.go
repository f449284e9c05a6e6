// Package runtime is what the Go code that ocgen generates calls: it turns
// typed tag values into OpenCensus tags, checks values, registers views, and
// delivers what was recorded.
//
// Programs use these of it by name:
//
//   - [Run] does all that a main function must do so that nothing recorded is
//     lost, also when the process gets SIGTERM. [Start] and [Telemetry.Shutdown]
//     are its parts: exports at an interval and, at the end, of everything that
//     the backend has not got. The exporters are in subpackages, so that a
//     program links only those it names; an [Exporter] of your own is as good.
//   - [Gather] is for exporters that are asked, and for tests.
//   - [Telemetry.Health] says how exporting goes; so do the metrics
//     ocgen/telemetry/exports, points and last_success, unless they are left out.
//   - [Stats] says how many values were replaced or dropped, by tag or measure,
//     and why; so does the metric ocgen/telemetry/replaced_or_dropped.
//   - [Registered] lists the generated packages whose views are registered.
//
// Everything else is for generated code; its meaning may follow the generator.
//
// Recording never panics, returns nothing and needs no locking by the caller:
// a nil ctx is context.Background, a text that OpenCensus would refuse is
// recorded as "__invalid__", an open tag's values past its maximum as
// "__other__", and a record through OpenCensus's views after view.Stop, which
// OpenCensus answers with a panic, is dropped. All of these but the nil ctx are
// counted.
package runtime
