// Package metrictest is for unit tests of code that records metrics. A test states which
// values it expects since its start; a failure shows the expected and the recorded values.
// Test files import it. It works with every recorder.
//
// # A complete test
//
//	func TestPay(t *testing.T) {
//		m := metrictest.Start(t)
//		pay(t.Context())
//		m.Metric("shop/request_count").With(metrictest.Tags{"outcome": "ok"}).WantCount(1)
//		m.Metric("shop/revenue").WantSum(12.5)
//	}
//
// # Registration
//
// Register the views first, once for all tests, for example in TestMain: earlier records
// are dropped. Do not unregister the views between tests.
//
// # Since the start
//
// Totals grow for as long as the process lives, so [Start] reads a baseline, which is
// subtracted. Last values are those of the whole process. Of an up-down count
// [Series.WantSum] has the change since the start, and [Series.WantLast] the number now.
//
// # Records of other goroutines
//
// Every assertion waits until all earlier records can be read. It cannot wait for records
// that other goroutines have not made yet: an http.Handler may record after the client has
// its response. Shut down the server first, or wait until [Series.Count] returns the
// wanted number.
//
// # Parallel tests
//
// A process has one set of series, so with [Start] a test also sees the records of tests
// that run in parallel. There are three ways to separate them:
//
//   - Use a tag whose value belongs to the test, such as a tenant, and assert only series
//     with that value. This works for all metrics that have such a tag.
//   - Call [Exclusive], which runs one such test at a time. It works for all metrics, but
//     all parallel tests that record must call it.
//   - With the recorder "views", call StartContext of package censustest, which sees only
//     what is recorded with the ctx that it returns.
//
// Some state is shared by all tests of the process:
//
//   - runtime.Stats and process tags;
//   - the maximum numbers of values of open tags and of series of views: after a test has
//     reached a maximum, later tests get "__other__";
//   - with Start, the last value of a view without a tag that belongs to the test.
//
// Tests of different packages run in different processes and share nothing.
//
// # For packages like censustest
//
// [StartScope], [Scope], [Shape], [Kind], [PackageShape], [Shared] and [ScopePrefix] let
// another package restrict the metrics that a test sees. Tests do not need them.
package metrictest
