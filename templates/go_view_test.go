package templates

import (
	"math"
	"strconv"
	"testing"
)

var latencyView = View{
	Var: "LatencyView", Aggregation: "LatencyAggregation", Kind: "Distribution", Bounds: []float64{0.5, 1000, 1e21},
	Unit: "ms", Name: "shop/latency", Doc: Doc{Text: "Latency\nof answers."}, About: "Latency of answers.",
	Measure: Ref{Name: "LatencyMeasure"}, Keys: []Ref{{Name: "MethodKey"}, {"go.opencensus.io/plugin/ochttp", "Host"}},
}

func TestMeasureVar(t *testing.T) {
	expect(t, MeasureVar(Measure{Var: "LatencyMeasure", Name: "shop/latency", Kind: "Float64", Unit: "ms",
		Doc: Doc{Text: "Latency.", Deprecated: "Gone."}, About: "Latency."}), `
		// LatencyMeasure is the measure shop/latency in ms: Latency.
		//
		// Deprecated: Gone.
		var LatencyMeasure = stats.Float64("shop/latency", "Latency.", "ms")`)
	expect(t, MeasureVar(Measure{Var: "JobsMeasure", Name: "jobs", Kind: "Int64", Unit: "1"}), `
		// JobsMeasure is the measure jobs.
		var JobsMeasure = stats.Int64("jobs", "", "1")`)
}

func TestAggregationVar(t *testing.T) {
	expect(t, AggregationVar(latencyView), `
		// LatencyAggregation is the aggregation of LatencyView; its bounds are in ms.
		var LatencyAggregation = view.Distribution(0.5, 1000, 1e+21)`)
	expect(t, AggregationVar(View{Var: "JobsView", Aggregation: "JobsAggregation", Kind: "Count", Unit: "1"}), `
		// JobsAggregation is the aggregation of JobsView.
		var JobsAggregation = view.Count()`)
	expect(t, AggregationVar(View{Var: "JobsView", Aggregation: "JobsAggregation", Kind: "Distribution", Unit: "ms"}), `
		// JobsAggregation is the aggregation of JobsView; it has no buckets.
		var JobsAggregation = view.Distribution()`)
}

func TestViewVar(t *testing.T) {
	expect(t, ViewVar(latencyView), `
		// LatencyView exports shop/latency: Latency
		// of answers.
		var LatencyView = &view.View{
			Name:        "shop/latency",
			Description: "Latency of answers.",
			Measure:     LatencyMeasure,
			TagKeys:     []tag.Key{MethodKey, ochttp.Host},
			Aggregation: LatencyAggregation,
		}`)
}

func TestViewVarWithoutDescriptionAndTags(t *testing.T) {
	expect(t, ViewVar(View{Var: "V", Aggregation: "A", Name: "v", Measure: Ref{"go.opencensus.io/plugin/ochttp", "ServerLatency"}}), `
		// V exports v.
		var V = &view.View{
			Name:        "v",
			Measure:     ochttp.ServerLatency,
			Aggregation: A,
		}`)
}

func TestSeriesLimitVar(t *testing.T) {
	expect(t, SeriesLimitVar(SeriesLimit{Var: "latencySeries", View: "shop/latency", Max: 5, Tags: []string{"aTag", "bTag"}}), `
		// latencySeries limits the combinations of tags of shop/latency.
		var latencySeries = census.NewSeriesLimit("shop/latency", 5, aTag, bTag)`)
}

func TestFloatLiteral(t *testing.T) {
	for f, want := range map[float64]string{
		0: "0", 1: "1", -2.5: "-2.5", 1048576: "1048576", 1e20: "100000000000000000000", 1e21: "1e+21", 0.0001: "0.0001", 0.00001: "1e-05",
		0.30000000000000004: "0.30000000000000004", math.MaxFloat64: "1.7976931348623157e+308", math.SmallestNonzeroFloat64: "5e-324",
	} {
		got := FloatLiteral(f)
		if back, err := strconv.ParseFloat(got, 64); got != want || err != nil || back != f {
			t.Errorf("FloatLiteral(%v) = %s, want %s", f, got, want)
		}
	}
}

func TestFormerViewVar(t *testing.T) {
	expect(t, FormerViewVar(FormerView{View: latencyView, Var: "latencyFormer", Former: Former{"shop/delay", "2027-03-01"}}), `
		// latencyFormer exports shop/latency under its former name too, until 2027-03-01.
		var latencyFormer = &view.View{
			Name:        "shop/delay",
			Description: LatencyView.Description,
			Measure:     LatencyView.Measure,
			TagKeys:     LatencyView.TagKeys,
			Aggregation: LatencyView.Aggregation,
		}`)
}
