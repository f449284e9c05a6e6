package sloz_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/ocgen/ocgen/golden/shopmetrics"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/sloz"
)

func ExampleHandler() {
	// A generated package brings its SLOs along.
	if err := shopmetrics.RegisterViews(); err != nil {
		fmt.Println(err)
		return
	}
	defer shopmetrics.UnregisterViews()

	slos := slo.New(slo.Options{History: true})
	defer slos.Close()
	mux := http.NewServeMux()
	mux.Handle("/debug/sloz/", sloz.Handler(slos))

	for _, ms := range []time.Duration{20, 40, 80, 1500} {
		shopmetrics.RecordRequestLatency(context.Background(), ms*time.Millisecond,
			shopmetrics.MethodGET, "/cart", shopmetrics.OutcomeOK, 0)
	}
	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/debug/sloz/?slo=shopmetrics/fast_enough&format=json", nil))
	var detail slo.Detail
	if err := json.Unmarshal(answer.Body.Bytes(), &detail); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(detail.SLO.Indicator)
	fmt.Printf("%s: %v of %v good\n", detail.SLO.State, detail.SLO.Period.Good, detail.SLO.Period.Total)
	// Output:
	// shop/request_latency{outcome=ok} below 1000 ms
	// bad: 3 of 4 good
}
