// Package censustest is metrictest for code that records through OpenCensus views: a test
// names series by their views, and parallel tests are separated by their ctx. Test files
// import it. Tests of code with the recorder "direct" or "otel" need only package metrictest.
//
// # A complete test
//
//	func TestRevenue(t *testing.T) {
//		t.Parallel()
//		ctx, m := censustest.StartContext(t, shopmetrics.Views()...)
//		shopmetrics.RecordRevenue(ctx, 12.5)
//		m.View(shopmetrics.RevenueView).WantSum(12.5)
//	}
//
// # Since the start
//
// OpenCensus totals grow for as long as the process lives and cannot be reset, so the
// start of a test reads a baseline, which is subtracted.
//
// # Records of other goroutines
//
// Every assertion waits until OpenCensus has aggregated all earlier records. It cannot
// wait for records that other goroutines have not made yet: an http.Handler may record
// after the client has its response. Shut down the server first, or wait until the count
// of the series is the wanted number.
//
// # Parallel tests
//
// [StartContext] sees only records with the ctx that it returns, or with a ctx made from
// it. The code under test must therefore pass ctx on to the recorders, and the metrics
// must be views. It does not work in these cases:
//
//   - a recorder gets another ctx, such as context.Background, the ctx of a server's
//     requests (unless the server's BaseContext is set), or a ctx beyond a network
//     connection;
//   - the metrics come from a producer and not from views.
//
// In these cases use a tag whose value belongs to the test, or [Exclusive]: see package
// metrictest.
package censustest
