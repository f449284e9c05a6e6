package sloz_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/sloz"
)

func ExampleHandler() {
	shop, latency := newExampleShop() // a generated package brings its SLOs along
	if err := shop.Register(); err != nil {
		fmt.Println(err)
		return
	}
	defer shop.Unregister()

	slos := evaluate.New(evaluate.Options{History: true})
	defer slos.Close()
	mux := http.NewServeMux()
	mux.Handle("/debug/sloz/", sloz.Handler(slos))

	for _, ms := range []float64{20, 40, 80, 1500} {
		latency.At(0).Record(ms)
	}
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/debug/sloz/?slo=shop/fast_enough&format=json", nil))
	var detail evaluate.Detail
	if err := json.Unmarshal(answer.Body.Bytes(), &detail); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(detail.SLO.Indicator)
	fmt.Printf("%s: %v of %v good\n", detail.SLO.State, detail.SLO.Period.Good, detail.SLO.Period.Total)
	// Output:
	// shop/request_latency below 1000 ms
	// bad: 3 of 4 good
}

// newExampleShop returns a package with one distribution and an SLO, as generated code
// makes it.
func newExampleShop() (*record.Package, *series.Distributions) {
	const name = "shop/request_latency"
	latency := series.NewDistributions(series.SeriesInfo{Name: name, Bounds: []float64{100, 1000}, Size: 1})
	return record.NewPackage(record.PackageInfo{
		Name:  "shop",
		Parts: []record.Part{series.Sets(latency)},
		Descriptors: func() []metric.Descriptor {
			return []metric.Descriptor{{Name: name, Unit: "ms", Type: metric.TypeCumulativeDistribution}}
		},
		SLOs: func() []slo.SLO {
			return []slo.SLO{{
				ID: "fast_enough", Goal: 0.99, Days: 28,
				Distribution: &slo.DistributionCut{Selection: slo.Selection{Metric: name, Unit: "ms"}, Max: 1000},
			}}
		},
	}), latency
}
