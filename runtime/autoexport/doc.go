// Package autoexport lets the environment choose the exporter, so that one
// binary writes tables on a desk and to a backend where it is deployed:
//
//	exporter, err := autoexport.New(ctx) // after RegisterViews
//	telemetry, err := runtime.Start(ctx, runtime.Options{Exporter: exporter})
//	defer telemetry.Shutdown(ctx)
//
// OCGEN_EXPORTER says which, and other variables, that are standard elsewhere,
// say where to:
//
//	console       readable tables on standard output; the default
//	console-json  JSON, a line for each series, on standard output
//	stackdriver   Cloud Monitoring, into the project GOOGLE_CLOUD_PROJECT, or
//	              that of the metadata server or the credentials; the resource's
//	              labels are detected, see stackdriver.Options
//	otlp          an OpenTelemetry Collector: OTEL_EXPORTER_OTLP_ENDPOINT,
//	              OTEL_EXPORTER_OTLP_PROTOCOL and the others of package otlp
//	prometheus    a server for Prometheus to scrape, with the path /metrics, at
//	              OTEL_EXPORTER_PROMETHEUS_HOST (localhost) and
//	              OTEL_EXPORTER_PROMETHEUS_PORT (9464)
//	none          nothing is exported
//
// OTEL_METRIC_EXPORT_INTERVAL is the time between exports in milliseconds, as
// OpenTelemetry's SDKs have it. As there, Options.Interval in code comes before it.
//
// A program that imports this package links all of these exporters. To link one,
// import its package instead.
package autoexport
