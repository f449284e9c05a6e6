// Package metrictest is for unit tests of code that records metrics: what was
// recorded since the start of a test is compared with what is wanted, and a
// failure shows both. It works with every recorder.
//
//	func TestPay(t *testing.T) {
//		m := metrictest.Start(t)
//		pay(t.Context())
//		m.Metric("shop/request_count").With(metrictest.Tags{"outcome": "ok"}).WantCount(1)
//		m.Metric("shop/revenue").WantSum(12.5)
//	}
//
// Register the views first, once for all tests, for example in TestMain: what is
// recorded before is dropped. Do not unregister them between tests.
//
// Totals add up for as long as the process lives, so a baseline is taken at the
// start and subtracted. Last values are those of the whole process.
//
// Every assertion waits until what was recorded before it can be read. It cannot
// wait for what other goroutines have yet to record: an http.Handler may record
// after the client has its answer. Shut the server down first, or wait until
// [Series.Count] is what is wanted.
//
// # Parallel tests
//
// A process has one set of series, so with [Start] a test sees what tests that run
// beside it record, too. There are three ways to tell them apart:
//
//   - A tag whose value belongs to the test, say a tenant: assert with that tag
//     alone. It works for all metrics that have such a tag.
//   - [Exclusive] lets the tests that call it take turns. It works for all
//     metrics, but nothing keeps tests that do not call it from recording
//     meanwhile: all parallel tests that record must call it.
//   - With recorder views, StartContext of package censustest sees only what is
//     recorded with the ctx that it returns. That package also names series by
//     their views.
//
// What is one for the whole process stays shared: runtime.Stats, the numbers of
// values and series that open tags and views may have (a test that fills them
// leaves "__other__" to the next), process tags, and the last value of a view
// without a tag of the test's own under Start.
//
// Tests in different packages are different processes and never meet.
package metrictest
