package evaluate_test

import (
	"context"
	"fmt"
	"log"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/slo"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

// The SLOs of generated packages need not be named: an evaluator knows those of
// all packages whose views are registered.
func Example() {
	latency := stats.Float64("example/latency", "Latency.", "ms")
	v := &view.View{Name: "example/latency", Measure: latency, Aggregation: view.Distribution(100, 300, 1000)}
	if err := view.Register(v); err != nil {
		log.Fatal(err)
	}
	defer view.Unregister(v)

	e := slo.New(slo.Options{SLOs: []slo.SLO{{
		ID: "fast_enough", Goal: 0.9, Days: 28,
		Distribution: &slo.DistributionCut{Selection: slo.Selection{Metric: v.Name, Unit: "ms"}, Max: 300},
	}}})
	defer e.Close()
	for i := range 20 {
		stats.Record(context.Background(), latency.M(float64(20*i)))
	}
	for _, s := range e.Evaluate(context.Background()).SLOs {
		fmt.Printf("%s is %s: %s\n", s.ID, s.State, s.Indicator)
		fmt.Printf("%v of %v events were bad, %v of the error budget is left\n", s.Period.Bad, s.Period.Total, s.Budget.Left)
	}
	// Output:
	// fast_enough is bad: example/latency below 300 ms
	// 5 of 20 events were bad, -1.5 of the error budget is left
}
