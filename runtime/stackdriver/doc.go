// Package stackdriver exports metrics to Google Cloud Monitoring, formerly Stackdriver.
// Programs import it.
//
// Metrics have the names and the resource that the schemas of the registered packages
// declare, so the generated SLOs find their data.
//
// # A complete program
//
//	func main() {
//		if err := shopmetrics.RegisterViews(); err != nil { // before stackdriver.New
//			log.Fatal(err)
//		}
//		ctx := context.Background()
//		exporter, err := stackdriver.New(ctx, stackdriver.Options{ProjectID: "my-project"})
//		if err != nil {
//			log.Fatal(err)
//		}
//		if err := runtime.Run(ctx, runtime.Options{Exporter: exporter}, serve); err != nil {
//			log.Fatal(err)
//		}
//	}
//
// At its start, Run creates the metric descriptors of all registered views, so an SLO can
// be created before the first record.
//
// Cloud Monitoring accepts one point of a series every 5 seconds, so the end of Run may
// wait that long after the last export.
//
// # Series
//
// If two processes write the same series, Cloud Monitoring refuses points. Therefore each
// series has the label opencensus_task, whose value is new for each start of a process:
// see Options.TaskLabel.
//
// # Totals that fall
//
// A cumulative metric of Cloud Monitoring only grows, and its kind cannot change. If a total
// of other code falls, such as view.Sum over +1 and -1, Export refuses the points of the
// metric from then on. The error names the metric and the cure.
//
// # Memory
//
// The exporter keeps nothing of the series between exports. An export needs about 100 bytes for
// each series, and the memory of up to 10 requests. A request has at most 200 series and 3 MiB.
//
// # Interceptors
//
// Options.ClientOptions may have interceptors and stats handlers. In the
// CreateTimeSeriesRequest that they get, the field TimeSeries is empty: the series are encoded,
// as unknown fields of the message. Code that needs the series encodes the request with
// proto.Marshal and decodes the result into a new request:
//
//	encoded, err := proto.Marshal(request)
//	// ...
//	var decoded monitoringpb.CreateTimeSeriesRequest
//	err = proto.Unmarshal(encoded, &decoded) // decoded.TimeSeries has the series
//
// An interceptor may pass on either request. It must not discard unknown fields: the request
// would have no series, and Cloud Monitoring would refuse it. The debug log of Google's client
// does not show the series.
//
// # Coming from OpenCensus's exporter
//
// OpenCensus's exporter for Cloud Monitoring makes the same metric types, label keys,
// buckets and display names, so a program that changes from it keeps its dashboards. Exemplars
// have their span. Cloud Monitoring has no place for other attachments, so they are left out.
package stackdriver
