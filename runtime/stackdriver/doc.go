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
// Start creates the metric descriptors of all registered views, so that an SLO
// can be created before the first record.
//
// Cloud Monitoring takes one point of a series in 5 seconds, so Shutdown may
// need that long after the last export.
//
// # Series
//
// Two processes that write the same series refuse each other's points. Each
// series therefore has the label opencensus_task, which is new for each start of
// a process: see Options.TaskLabel.
//
// Metric types, label keys, buckets and display names are those of OpenCensus's
// own exporter, contrib.go.opencensus.io/exporter/stackdriver, so that a program
// that changes from it keeps its dashboards. Exemplars carry their span; Cloud
// Monitoring has no place for other attachments, and they are left out.
package stackdriver
