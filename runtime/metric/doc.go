// Package metric is the data that recorders give and exporters take: a [Metric] is a
// [Descriptor] and the current value of each time series.
//
// Authors of exporters import it, and whoever reads metrics with runtime.Gather. It
// has no functions that record: see the recorders that ocgen generates.
//
//	for _, m := range runtime.Gather(ctx) {
//		for _, s := range m.Series {
//			fmt.Println(metric.SeriesName(m, s), s.Point.Value)
//		}
//	}
//
// # Ownership
//
// An exporter borrows what its Export is given until Export returns: the memory is
// used again for the next reading. What runtime.Gather returns belongs to its caller.
package metric
