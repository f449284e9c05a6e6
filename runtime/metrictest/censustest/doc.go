// Package censustest is metrictest for code that records through OpenCensus: series are
// named by their views, and parallel tests can be told apart by their ctx.
//
//	func TestRevenue(t *testing.T) {
//		t.Parallel()
//		ctx, m := censustest.StartContext(t, shopmetrics.Views()...)
//		shopmetrics.RecordRevenue(ctx, 12.5)
//		m.View(shopmetrics.RevenueView).WantSum(12.5)
//	}
//
// Unit tests of code whose recorders are direct need package metrictest alone.
//
// OpenCensus adds up for as long as the process lives and can neither be reset
// nor asked what is new, so a baseline is taken at the start and subtracted.
//
// Every assertion waits until OpenCensus has taken in what was recorded before
// it. It cannot wait for what other goroutines have yet to record: an
// http.Handler may record after the client has its answer. Shut the server down
// first, or wait until the count of the series is what is wanted.
//
// # Parallel tests
//
// [StartContext] sees only what is recorded with the ctx that it returns, or with one
// made from it. OpenCensus allows that where the code under test passes ctx on to the
// recorders and the metrics are views. It does not where a recorder gets another ctx
// (context.Background, that of a server's requests unless its BaseContext is set, anything
// beyond a network connection) or where metrics come from a producer of their own instead
// of views. There a tag of the test's own does it, or [Exclusive]: see package metrictest.
package censustest
