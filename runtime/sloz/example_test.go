package sloz_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/sloz"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

func ExampleHandler() {
	// A generated package brings its views and SLOs along, and RegisterViews is
	// all that it takes. These ones are written by hand.
	latency := stats.Float64("example/latency", "Time to answer.", "ms")
	latencies := &view.View{Name: "example/latency", Measure: latency, Aggregation: view.Distribution(100, 300, 1000)}
	if err := view.Register(latencies); err != nil {
		fmt.Println(err)
		return
	}
	defer view.Unregister(latencies)
	fast := runtime.SLO{ID: "fast", DisplayName: "Answers in 300 ms", Goal: 0.9, Days: 28,
		Distribution: &runtime.DistributionCut{Selection: runtime.Selection{Metric: "example/latency", Unit: "ms"}, Max: 300}}

	slos := slo.New(slo.Options{SLOs: []runtime.SLO{fast}, History: true})
	defer slos.Close()
	mux := http.NewServeMux()
	mux.Handle("/debug/sloz/", sloz.Handler(slos))

	for _, ms := range []float64{20, 40, 80, 500} {
		stats.Record(context.Background(), latency.M(ms))
	}
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/debug/sloz/?format=json", nil))
	var report slo.Report
	if err := json.Unmarshal(answer.Body.Bytes(), &report); err != nil {
		fmt.Println(err)
		return
	}
	s := report.SLOs[0]
	fmt.Printf("%s: %s, %v of %v good\n", s.DisplayName, s.State, s.Period.Good, s.Period.Total)
	// Output:
	// Answers in 300 ms: bad, 3 of 4 good
}
