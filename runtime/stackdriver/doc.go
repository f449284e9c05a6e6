// Package stackdriver exports metrics to Google Cloud Monitoring, formerly
// Stackdriver, under the names and with the resource that the schemas of the
// registered packages say, so that the SLOs generated from them find them.
//
// Register the views of generated packages first, then:
//
//	exporter, err := stackdriver.New(ctx, stackdriver.Options{ProjectID: "my-project"})
//	telemetry, err := runtime.Start(ctx, runtime.Options{Exporter: exporter})
//	defer telemetry.Shutdown(ctx)
//
// Cloud Monitoring takes one point of a series in 5 seconds, so Shutdown may
// need that long after the last export.
package stackdriver
