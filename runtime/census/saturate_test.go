package census

import (
	"context"
	"math"
	"testing"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"go.opencensus.io/metric/metricdata"
	"go.opencensus.io/metric/metricproducer"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/tag"
)

// wholeViews registers a sum and a last value of whole numbers by one tag, and
// returns their names and how to record.
func wholeViews(t *testing.T) (sum, last string, record func(v int64, label string)) {
	m := stats.Int64(unique("whole"), "", "1")
	key := tag.MustNewKey("kind")
	sum, last = unique("sum"), unique("last")
	registerView(t, &view.View{Name: sum, Measure: m, Aggregation: view.Sum(), TagKeys: []tag.Key{key}})
	registerView(t, &view.View{Name: last, Measure: m, Aggregation: view.LastValue(), TagKeys: []tag.Key{key}})
	return sum, last, func(v int64, label string) {
		var tags []tag.Mutator
		if label != "" {
			tags = append(tags, tag.Upsert(key, label))
		}
		_ = stats.RecordWithTags(context.Background(), tags, m.M(v))
	}
}

// TestWholeNumbersOfViewsSaturate: OpenCensus adds floats, and what they are past the
// largest int64 is not the smallest.
func TestWholeNumbersOfViewsSaturate(t *testing.T) {
	sum, last, record := wholeViews(t)
	record(math.MaxInt64, "largest")
	record(math.MaxInt64-1, "")
	record(math.MinInt64, "smallest")
	record(math.MinInt64, "below")
	record(math.MinInt64, "below")
	for range 3 {
		record(math.MaxInt64/2, "several")
	}
	record(5, "other")
	wantValues(t, sum, map[string]any{
		"-": int64(math.MaxInt64), "largest": int64(math.MaxInt64), "several": int64(math.MaxInt64), "other": int64(5),
		"smallest": int64(math.MinInt64), "below": int64(math.MinInt64),
	})
	wantValues(t, last, map[string]any{
		"-": int64(math.MaxInt64), "largest": int64(math.MaxInt64), "several": int64(1 << 62), "other": int64(5),
		"smallest": int64(math.MinInt64), "below": int64(math.MinInt64),
	})
}

// TestOutOfRangeWithoutView: what no view can be asked of is judged by what it is. A
// total does not fall.
func TestOutOfRangeWithoutView(t *testing.T) {
	for kind, want := range map[metricdata.Type]int64{
		metricdata.TypeCumulativeInt64: math.MaxInt64,
		metricdata.TypeGaugeInt64:      math.MinInt64,
	} {
		name := unique("foreign")
		points := []metricdata.Point{{Value: int64(math.MinInt64)}}
		p := &fixedProducer{[]*metricdata.Metric{{Descriptor: metricdata.Descriptor{Name: name, Type: kind}, TimeSeries: []*metricdata.TimeSeries{{Points: points}}}}}
		metricproducer.GlobalManager().AddProducer(p)
		wantValues(t, name, map[string]any{"": want})
		metricproducer.GlobalManager().DeleteProducer(p)
		if points[0].Value != int64(math.MinInt64) {
			t.Error("the producer's own point was changed")
		}
	}
}

// largest is the largest magnitude that is recorded.
var largest = math.Nextafter(1e150, 0)

// TestDeviationsStayFinite, however often the largest values are recorded, and
// whichever recorder adds them up.
func TestDeviationsStayFinite(t *testing.T) {
	m, name := stats.Float64(unique("huge"), "", "1"), unique("huge")
	registerView(t, &view.View{Name: name, Measure: m, Aggregation: view.Distribution(1)})
	set := series.NewDistributions(series.SeriesInfo{Name: unique("direct"), Bounds: []float64{1}, Size: 1})
	p := record.NewPackage(record.PackageInfo{Name: "huge", Parts: []record.Part{series.Sets(set)}, Descriptors: func() []metric.Descriptor {
		return []metric.Descriptor{{Name: "direct", Type: metric.TypeCumulativeDistribution}}
	}})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	defer p.Unregister()
	c := set.At(0)
	for range 1000 {
		for _, v := range []float64{largest, -largest, 1} {
			c.Record(v)
			stats.Record(context.Background(), m.M(v))
		}
	}
	direct := p.Read(nil)[0].Series[0].Point.Value.(*metric.Distribution)
	views := gathered(t, name).Series[0].Point.Value.(*metric.Distribution)
	for _, d := range []*metric.Distribution{direct, views} {
		if s := d.SumOfSquaredDeviation; math.IsInf(s, 0) || s < 1.9e303 || math.Abs(d.Sum) > 1e153 {
			t.Errorf("deviation %g, sum %g", s, d.Sum)
		}
	}
	if direct.SumOfSquaredDeviation != views.SumOfSquaredDeviation || direct.Sum != views.Sum {
		t.Errorf("direct %+v, views %+v", direct, views)
	}
	stats.Record(context.Background(), m.M(1e200)) // by whom no check is asked
	if s := gathered(t, name).Series[0].Point.Value.(*metric.Distribution).SumOfSquaredDeviation; s != math.MaxFloat64 {
		t.Errorf("deviation %g, want the largest float64", s)
	}
}
