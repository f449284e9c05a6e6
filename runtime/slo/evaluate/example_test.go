package evaluate_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// The SLOs of generated packages need not be named: an evaluator knows those of
// all packages whose views are registered.
func Example() {
	shop, latency := newShop() // a generated package has RegisterViews and RecordLatency
	if err := shop.Register(); err != nil {
		log.Fatal(err)
	}
	defer shop.Unregister()

	e := evaluate.New(evaluate.Options{})
	defer e.Close()
	for i := range 20 {
		latency.At(0).Record(float64(20 * i))
	}
	for _, s := range e.Evaluate(context.Background()).SLOs {
		fmt.Printf("%s is %s: %s\n", s.ID, s.State, s.Indicator)
		fmt.Printf("%v of %v events were bad, %v of the error budget is left\n", s.Period.Bad, s.Period.Total, s.Budget.Left)
	}
	// Output:
	// fast_enough is bad: example/latency below 300 ms
	// 5 of 20 events were bad, -1.5 of the error budget is left
}

// newShop returns a package with one distribution and an SLO, as generated code makes it.
func newShop() (*record.Package, *series.Distributions) {
	const name = "example/latency"
	latency := series.NewDistributions(series.SeriesInfo{Name: name, Bounds: []float64{100, 300, 1000}, Size: 1})
	return record.NewPackage(record.PackageInfo{
		Name:  "shop",
		Parts: []record.Part{series.Sets(latency)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: name, Unit: "ms", Type: metric.TypeCumulativeDistribution}}
		},
		SLOs: func() []slo.SLO {
			return []slo.SLO{{
				ID: "fast_enough", Goal: 0.9, Days: 28,
				Distribution: &slo.DistributionCut{Selection: slo.Selection{Metric: name, Unit: "ms"}, Max: 300},
			}}
		},
	}), latency
}
