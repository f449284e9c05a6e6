// Package metric has the data types of metrics: a [Metric] is a [Descriptor] and the
// current value of each time series. Authors of exporters import it, and so does code that
// reads metrics with runtime.Gather.
//
// The package has no functions that record: ocgen generates the recorders.
//
// # A reader of metrics
//
//	for _, m := range runtime.Gather(ctx) {
//		for _, s := range m.Series {
//			fmt.Println(metric.SeriesName(m, s), s.Point.Value)
//		}
//	}
//
// # An exporter
//
//	type printer struct{}
//
//	func (printer) Export(ctx context.Context, metrics []*metric.Metric) error {
//		for _, m := range metrics {
//			fmt.Println(m.Descriptor.Name, m.Descriptor.Unit, len(m.Series))
//		}
//		return nil
//	}
//
//	func (printer) Shutdown(context.Context) error { return nil }
//
// # Ownership
//
// An exporter borrows the metrics until its Export returns: the next reading uses their
// memory again. The metrics that runtime.Gather returns belong to its caller.
package metric
