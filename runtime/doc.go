// Package runtime is what the Go code that ocgen generates calls: it turns
// typed tag values into OpenCensus tags, checks values, registers views, and
// delivers what was recorded.
//
// Programs use four things of it by name:
//
//   - [Start] and [Telemetry.Shutdown] export all metrics at an interval and,
//     at the end, everything that was recorded before Shutdown was called. The
//     exporters are in subpackages, so that a program links only those it names.
//   - [Stats] says how many values were replaced or dropped, by tag or measure,
//     and why.
//   - [Registered] lists the generated packages whose views are registered.
//
// Everything else is for generated code; its meaning may follow the generator.
//
// Recording never panics, returns nothing and needs no locking by the caller:
// a nil ctx is context.Background, a text that OpenCensus would refuse is
// recorded as "__invalid__", an open tag's values past its maximum as
// "__other__", and a record after view.Stop, which OpenCensus answers with a
// panic, is dropped. All of these are counted.
package runtime
