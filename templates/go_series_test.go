package templates

import (
	"math"
	"testing"
)

func TestSeriesVar(t *testing.T) {
	expect(t, SeriesVar(SeriesSet{Var: "jobsSeries", Type: "Int64Sum", Name: "jobs", Unit: "1"}), `
		// jobsSeries are the time series of jobs.
		var jobsSeries = series.NewInt64Sums(series.SeriesInfo{
			Name: "jobs",
		})`)
	expect(t, SeriesVar(SeriesSet{
		Var: "latencySeries", Type: "Distribution", Name: "shop/latency", Doc: Doc{Text: "Time.", Deprecated: "Gone."},
		Tags: []string{"methodTag", "routeTag"}, Bounds: []float64{0.5, 1000}, Unit: "ms",
		Keyed: "They are found by a hash.", MaxSeries: 5,
	}), `
		// latencySeries are the time series of shop/latency, with bounds in ms: Time.
		//
		// They are found by a hash.
		//
		// Deprecated: Gone.
		var latencySeries = series.NewDistributions(series.SeriesInfo{
			Name:      "shop/latency",
			Tags:      []*record.Tag{methodTag, routeTag},
			Bounds:    []float64{0.5, 1000},
			Keyed:     true,
			MaxSeries: 5,
		})`)
	expect(t, SeriesVar(SeriesSet{Var: "sizeSeries", Type: "Distribution", Name: "size", Unit: "By"}), `
		// sizeSeries are the time series of size, without buckets.
		var sizeSeries = series.NewDistributions(series.SeriesInfo{
			Name: "size",
		})`)
	expect(t, SeriesVar(SeriesSet{Var: "errorsSeries", Type: "Count", Name: "errors", Tags: []string{"aTag"}, Size: 12, ZeroRows: "All are zero."}), `
		// errorsSeries are the time series of errors.
		//
		// All are zero.
		var errorsSeries = series.NewCounts(series.SeriesInfo{
			Name:     "errors",
			Tags:     []*record.Tag{aTag},
			Size:     12,
			ZeroRows: true,
		})`)
	// A size that does not fit into an int64. A size of 0 above means more than 64 bits.
	expect(t, SeriesVar(SeriesSet{Var: "mostSeries", Type: "Count", Name: "most", Size: math.MaxUint64}), `
		// mostSeries are the time series of most.
		var mostSeries = series.NewCounts(series.SeriesInfo{
			Name: "most",
			Size: 18446744073709551615,
		})`)
}

func TestRecordLimitVar(t *testing.T) {
	expect(t, RecordLimitVar(RecordLimit{
		Var: "openLimit", Recorder: "RecordOpen", Tags: []string{"aTag", "bTag"}, Sets: []string{"cSeries", "dSeries"},
	}), `
		// openLimit limits the series of the views of RecordOpen together.
		var openLimit = series.NewRecordLimit([]*record.Tag{aTag, bTag}, cSeries, dSeries)`)
}
