// Package runtime exports the metrics of a process: those of the packages that ocgen
// generates and, where OpenCensus is linked, all others. It loses none when the process
// ends. Programs import it in main; authors of exporters implement [Exporter].
//
//	func main() {
//		if err := shopmetrics.RegisterViews(); err != nil {
//			log.Fatal(err)
//		}
//		exporter, err := stackdriver.New(context.Background(), stackdriver.Options{ProjectID: "my-project"})
//		if err != nil {
//			log.Fatal(err)
//		}
//		err = runtime.Run(context.Background(), runtime.Options{Exporter: exporter}, serve)
//		if err != nil {
//			log.Fatal(err)
//		}
//	}
//
// # For programs
//
//   - [Run] does everything that a main function must do so that nothing recorded is
//     lost, also when the process gets SIGTERM. [Start] and [Telemetry.Shutdown] are its
//     parts: exports at an interval and, at the end, an export of every value that the
//     backend does not have.
//   - [Telemetry.Health] tells how exporting goes. The metrics ocgen/telemetry/exports,
//     points and last_success tell it too, unless Options.NoHealthMetrics is set.
//   - [Stats] tells how many values were replaced or dropped, by tag or measure and by
//     reason. So does the metric ocgen/telemetry/replaced_or_dropped.
//   - [Registered] lists the generated packages whose views are registered.
//   - [Gather] returns all metrics at once, for tests and for handlers.
//
// The exporters are packages of their own, so a program links and requires only the ones
// that it names: see runtime/autoexport, console, otlp, prometheus and stackdriver.
//
// # For exporters
//
// An [Exporter] sends what it is given and reports the fate of each point with an
// [*ExportError]. Telemetry does the rest: it keeps the interval and the spacing of the
// backend, tries again, and remembers what was accepted. [Spacer], [Preparer],
// [Intervaler] and [NoSender] are optional. The data are those of package metric.
//
// # Where metrics come from
//
// Generated code calls package record, and series or census. Package census also makes
// OpenCensus's own views part of the exports; generated code imports it.
package runtime
