package census_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/census"
	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
	"go.opencensus.io/trace"
)

// TestDistributionsAreThoseOfOpenCensus, with every field, exemplars and lists without
// an element included: what an exporter makes of one it makes of the other.
func TestDistributionsAreThoseOfOpenCensus(t *testing.T) {
	ctx, span := trace.StartSpan(t.Context(), "request", trace.WithSampler(trace.AlwaysSample()))
	defer span.End()
	for _, bounds := range [][]float64{nil, {1}, {0.00001, 1.00001, 2.5}} {
		name := uniqueName("views")
		m := stats.Float64(name, "", "1")
		registerViews(t, &view.View{Name: name, Measure: m, Aggregation: view.Distribution(bounds...)})
		set := series.NewDistributions(series.SeriesInfo{Name: uniqueName("direct"), Bounds: bounds, Size: 1})
		direct := registerSets(t, set, metric.Descriptor{Name: uniqueName("direct"), Type: metric.TypeCumulativeDistribution})
		for _, v := range []float64{1, 0, 2, -5, 1e100, 1.00001} {
			set.At(0).RecordExemplar(census.Span(ctx), v)
			census.NewTagSet(nil).RecordExemplar(ctx, []stats.Measurement{m.M(v)})
		}
		ours, theirs := onlyDistribution(t, direct.Read(nil)[0]), onlyDistribution(t, gatheredMetric(t, name))
		for _, d := range []*metric.Distribution{ours, theirs} {
			for i := range d.Buckets {
				d.Buckets[i].Exemplar.Timestamp = time.Time{}
			}
		}
		if !reflect.DeepEqual(ours, theirs) {
			t.Errorf("bounds %v:\ndirect %+v\nviews  %+v", bounds, ours, theirs)
		}
	}
}

// registerSets registers a package of one direct set until the test ends.
func registerSets(t testing.TB, set series.Set, d metric.Descriptor) *record.Package {
	t.Helper()
	p := record.NewPackage(record.PackageInfo{
		Name:        uniqueName("package"),
		Parts:       []record.Part{series.Sets(set)},
		Descriptors: func() []metric.Descriptor { return []metric.Descriptor{d} },
	})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)
	return p
}

// gatheredMetric returns the metric of the name, as all exporters have it.
func gatheredMetric(t testing.TB, name string) *metric.Metric {
	t.Helper()
	for _, m := range runtime.Gather(context.Background()) {
		if m.Descriptor.Name == name {
			return m
		}
	}
	t.Fatalf("no metric %s", name)
	return nil
}

func onlyDistribution(t testing.TB, m *metric.Metric) *metric.Distribution {
	t.Helper()
	if len(m.Series) != 1 {
		t.Fatalf("%d series, want one", len(m.Series))
	}
	return m.Series[0].Point.Value.(*metric.Distribution)
}
