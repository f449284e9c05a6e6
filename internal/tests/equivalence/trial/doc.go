// Package trial makes the same calls to packages that are generated from one schema with
// different recorders, and compares the metrics that they export.
//
// A generated package is called through a [Target], which is generated beside it. A [Draw]
// draws the calls and their arguments, from a seed or from the bytes of a fuzzer.
//
// Between "views" and "direct" the differences are allowed that docs/recorders.md lists.
// "otel" adds up as "direct" does, so their metrics are equal to the last bit. The metrics of
// "otel" are also read with OpenTelemetry's SDK, and compared with those of our exporters.
//
// A model says which series of observed measures and of measures with "forget" live, with which
// value and since which call. The metrics of each recorder are compared with it.
package trial
