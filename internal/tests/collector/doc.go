// Package collector runs an OpenTelemetry Collector for tests: OpenTelemetry's own service
// and OTLP receiver, over gRPC and HTTP on the loopback interface, with an exporter that
// writes down what arrived.
//
// The Collector is a process of its own: the test binary, started again. So it can be
// killed, and it shares no loggers, signal handlers and globals with the program under
// test. The TestMain of a package that calls [Start] begins with [Serve].
//
// The pipeline has no batch processor and no queue. A request is answered after its metrics
// are written to a file, so a client that has a response finds its points in
// [Collector.Points], also if the Collector is killed at once. The file exporter of
// OpenTelemetry's contributions buffers what it writes, and would lose it.
//
// internal/tests/go.mod requires the newest Collector whose versions of gRPC and of
// OpenTelemetry's SDK are not higher than those of our modules. A higher one would raise
// them for the whole workspace, so that the other modules would be tested with versions
// that their own go.mod does not have.
package collector
