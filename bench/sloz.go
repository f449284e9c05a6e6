package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"github.com/ocgen/ocgen/runtime/sloz"
)

// refreshSloz measures requests of the page of SLOs.
func refreshSloz(p ownPackage) func(int, *receiver) *exportTarget {
	return func(int, *receiver) *exportTarget {
		succeed(p.register())
		evaluator := evaluate.New(evaluate.Options{SLOs: slosOver(p.name)})
		page := sloz.Handler(evaluator)
		records := 0
		return &exportTarget{
			record: func(i int) {
				p.record(i)
				records++
			},
			export: func() cost {
				to := &discard{header: http.Header{}, status: http.StatusOK}
				c := costOf(func(done func()) {
					page.ServeHTTP(to, httptest.NewRequest(http.MethodGet, "/sloz", nil))
					done()
				})
				if to.status != http.StatusOK || to.size == 0 {
					panic(fmt.Sprintf("a page of SLOs: status %d, %d bytes", to.status, to.size))
				}
				return c
			},
			stop: func() {
				readsAll(evaluator, records)
				evaluator.Close()
				p.unregister()
			},
		}
	}
}

// readsAll panics if the SLO over the histograms lacks records.
func readsAll(evaluator *evaluate.Evaluator, records int) {
	got := evaluator.Evaluate(context.Background())
	if total := got.SLOs[1].SinceStart.Total; total != float64(records) || len(got.Problems) > 0 {
		panic(fmt.Sprintf("a page of SLOs has %v records, not %d: %v", total, records, got.Problems))
	}
}

// slosOver returns SLOs that read all series of a package: a ratio of its counters, and a cut
// of its histograms.
func slosOver(pkg string) []slo.SLO {
	payload := func(where ...slo.Condition) *slo.Selection {
		return &slo.Selection{Metric: pkg + "/payload", Unit: "By", Where: where}
	}
	return []slo.SLO{
		{
			ID: "served", Goal: 0.99, Days: 28,
			Ratio: &slo.Ratio{Good: payload(slo.Condition{Key: "outcome", Values: []string{"ok"}}), Total: payload()},
		},
		{
			ID: "fast", Goal: 0.9, Days: 28,
			Distribution: &slo.DistributionCut{Selection: slo.Selection{Metric: pkg + "/latency", Unit: "ms"}, Max: 100},
		},
	}
}
