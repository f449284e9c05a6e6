// Package series is the recorders "direct" and "otel": time series that a record changes at
// once, and that an export reads. Generated code imports it, with these recorders and for
// observed measures; programs use it through that code.
//
// A record computes the index of its series from the tags. For each view it takes one
// atomic operation, or two for a distribution.
//
// # What generated code looks like
//
//	var jobsSeries = series.NewCounts(series.SeriesInfo{
//		Name: "worker/jobs",
//		Tags: []*record.Tag{kindTag, resultTag},
//		Size: 12,
//	})
//
//	func RecordJob(kind Kind, result Result) {
//		kindIndex, resultIndex := uint64(kind)-1, uint64(result)-1
//		if kindIndex >= 3 || resultIndex >= 4 { // a value out of range
//			kindIndex, resultIndex = kind.index(), result.index()
//		}
//		jobsSeries.At(kindIndex + 3*resultIndex).Inc()
//	}
//
// # Sets
//
// A [SeriesSet] has the series of one view: [Counts], [Int64Sums], [Float64Sums],
// [Int64LastValues], [Float64LastValues] or [Distributions]. [Sets] makes them part of a
// package. A [RecordLimit] limits the series of several views of one record together.
// [BindSeries] is for recorders that keep their series.
//
// # Contention
//
// If several goroutines record into one count, sum or distribution all the time, the series
// is spread over stripes, mostly one for each goroutine. A reading adds up the stripes, and
// gives them back if they have no records since the reading before. The stripes of all series
// take at most 2 MiB, without exemplars. Beyond that, recorders wait for each other.
//
// # Observed measures
//
// An [Observed] measure has functions that return its values when the metrics are read.
// [Observers] makes observed measures part of a package.
package series
