// Package series is the direct recorder: time series that a record changes at once, and
// that an export reads. A record finds its series by arithmetic and takes one atomic
// operation for each view.
//
// Generated code with the recorder "direct" imports it, and so does generated code with
// observed measures:
//
//	var jobsSeries = series.NewCounts(series.SeriesInfo{
//		Name: "worker/jobs",
//		Tags: []*record.Tag{kindTag, resultTag},
//		Size: 12,
//	})
//
//	func RecordJob(kind Kind, result Result) {
//		jobsSeries.At(kind.index() + 3*result.index()).Inc()
//	}
//
// # Sets
//
// A [SeriesSet] has the series of one view: [Counts], [Int64Sums], [Float64Sums],
// [Int64LastValues], [Float64LastValues] or [Distributions]. [Sets] makes them part of a
// package. A [RecordLimit] keeps several limited views of one record together, and
// [BindSeries] is for recorders that keep their series.
//
// # Contention
//
// One goroutine at a time changes a series. Where several record into one, the series is
// spread over stripes, mostly one for each goroutine, which a reading adds up.
//
// # Observed measures
//
// An [Observed] measure has functions that return its values when the metrics are read.
// [Observers] makes observed measures part of a package.
package series
