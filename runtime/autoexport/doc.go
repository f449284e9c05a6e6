// Package autoexport lets the environment choose the exporter. Programs import it if one
// binary writes tables on a developer's machine and exports to a backend where it is
// deployed.
//
// # A complete program
//
//	func main() {
//		if err := shopmetrics.RegisterViews(); err != nil { // before autoexport.New
//			log.Fatal(err)
//		}
//		ctx := context.Background()
//		exporter, err := autoexport.New(ctx)
//		if err != nil {
//			log.Fatal(err)
//		}
//		if err := runtime.Run(ctx, runtime.Options{Exporter: exporter}, serve); err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # Variables
//
// OCGEN_EXPORTER names the exporter. Other, standard variables configure it:
//
//	console       readable tables on standard output; the default
//	console-json  JSON, a line for each series, on standard output
//	stackdriver   Cloud Monitoring, in the project GOOGLE_CLOUD_PROJECT, or the
//	              project of the metadata server or of the credentials; the
//	              resource's labels are detected, see stackdriver.Options
//	otlp          an OpenTelemetry Collector: OTEL_EXPORTER_OTLP_ENDPOINT,
//	              OTEL_EXPORTER_OTLP_PROTOCOL and the other variables of package otlp
//	prometheus    a server for Prometheus to scrape, with the path /metrics, at
//	              OTEL_EXPORTER_PROMETHEUS_HOST (localhost) and
//	              OTEL_EXPORTER_PROMETHEUS_PORT (9464); a response has one minute
//	none          nothing is exported
//
// OTEL_METRIC_EXPORT_INTERVAL is the time between exports in milliseconds, as in
// OpenTelemetry's SDKs. As there, Options.Interval in code has precedence.
//
// # Dependencies
//
// A program that imports this package links all of these exporters. To link one exporter,
// import its package instead.
package autoexport
