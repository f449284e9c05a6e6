// Package otel checks the metrics of the recorder "otel" behind exporters of OpenTelemetry:
// its exporter for Prometheus, Google's exporter for Cloud Monitoring, and the bridge for
// OpenCensus beside the Producer.
package otel
