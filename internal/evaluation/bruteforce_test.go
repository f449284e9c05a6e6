package evaluation_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/slo"
)

// A form is an SLO and what it says of one request.
type form struct {
	slo   slo.SLO
	weigh func(request) (good, total float64) // nil: of a gauge
}

func one(met bool) float64 {
	if met {
		return 1
	}
	return 0
}

// forms returns every form of SLO, and every kind of condition.
func forms(prefix string) []form {
	where := func(key string, op slo.ConditionOp, values ...string) []slo.Condition {
		return []slo.Condition{{Key: prefix + key, Op: op, Values: values}}
	}
	requests := func(where []slo.Condition) *slo.Selection {
		return &slo.Selection{Metric: prefix + "requests", Unit: "1", Where: where}
	}
	latency := func(where []slo.Condition) slo.Selection {
		return slo.Selection{Metric: prefix + "latency", Unit: "ms", Where: where}
	}
	shown := []slo.Condition{{Key: prefix + "route", Values: []string{"/cart"}, Prefixes: []string{"/api/"}}}
	api := []slo.Condition{{Key: prefix + "route", Prefixes: []string{"/api/"}}}
	failed := where("outcome", slo.AnyOf, "error")
	goodTotal := &slo.Ratio{Good: requests(where("outcome", slo.AnyOf, "ok", "cached")), Total: requests(nil)}
	under50 := &slo.DistributionCut{Selection: latency(nil), Max: 50}
	depth := slo.Selection{Metric: prefix + "depth", Unit: "1"}
	five := 5 * time.Minute
	isGood := func(r request) (float64, float64) { return one(r.outcome == "ok" || r.outcome == "cached"), 1 }
	fast := func(r request) (float64, float64) { return one(r.ms < 50), 1 }
	return []form{
		{slo.SLO{ID: "good_total", Goal: 0.7, Days: 1, Ratio: goodTotal}, isGood},
		{slo.SLO{ID: "bad_total", Goal: 0.9, Days: 28, Ratio: &slo.Ratio{
			Bad:   requests(slices.Concat(failed, api)),
			Total: requests(api),
		}}, func(r request) (float64, float64) {
			api := one(strings.HasPrefix(r.route, "/api/"))
			return api * one(r.outcome != "error"), api
		}},
		{slo.SLO{ID: "good_bad", Goal: 0.9, Calendar: "DAY", Ratio: &slo.Ratio{
			Good: requests(where("outcome", slo.Not, "error")), Bad: requests(failed),
		}}, func(r request) (float64, float64) { return one(r.outcome != "error"), 1 }},
		{slo.SLO{ID: "mixed", Goal: 0.8, Days: 1, Ratio: &slo.Ratio{
			Good:  requests(slices.Concat(shown, []slo.Condition{{Key: prefix + "outcome", Op: slo.Not, Values: []string{"cached"}, Prefixes: []string{"er", "x"}}})),
			Total: requests(shown),
		}}, func(r request) (float64, float64) {
			all := one(r.route == "/cart" || strings.HasPrefix(r.route, "/api/"))
			return all * one(r.outcome != "cached" && r.outcome != "error"), all
		}},
		{slo.SLO{ID: "sums", Goal: 0.3, Days: 7, Ratio: &slo.Ratio{
			Good:  &slo.Selection{Metric: prefix + "bytes", Unit: "By", Where: where("route", slo.AnyOf, "/cart")},
			Total: &slo.Selection{Metric: prefix + "bytes", Unit: "By"},
		}}, func(r request) (float64, float64) {
			return float64(r.bytes) * one(r.route == "/cart"), float64(r.bytes)
		}},
		{slo.SLO{ID: "max", Goal: 0.3, Calendar: "MONTH", Distribution: under50}, fast},
		{slo.SLO{ID: "min_max", Goal: 0.3, Days: 30, Distribution: &slo.DistributionCut{
			Selection: latency(where("outcome", slo.AnyOf, "")), Min: 10, Max: 500,
		}}, func(r request) (float64, float64) {
			return one(r.outcome == "" && r.ms >= 10 && r.ms < 500), one(r.outcome == "")
		}},
		{slo.SLO{ID: "min", Goal: 0.3, Calendar: "WEEK", Distribution: &slo.DistributionCut{
			Selection: latency(nil), Min: 100, Max: math.Inf(1),
		}}, func(r request) (float64, float64) { return one(r.ms >= 100), 1 }},
		{slo.SLO{ID: "windows_ratio", Goal: 0.5, Days: 1, Windows: &slo.Windows{Length: time.Minute, Threshold: 0.7, Ratio: goodTotal}}, isGood},
		{slo.SLO{ID: "windows_cut", Goal: 0.5, Calendar: "DAY", Windows: &slo.Windows{Length: five, Threshold: 0.2, Distribution: under50}}, fast},
		{slo.SLO{ID: "mean", Goal: 0.5, Days: 1, Windows: &slo.Windows{Length: five, Mean: &slo.MetricRange{Selection: depth, Min: 40.123, Max: 60.123}}}, nil},
		{slo.SLO{ID: "sum", Goal: 0.5, Days: 1, Windows: &slo.Windows{Length: time.Minute, Sum: &slo.MetricRange{Selection: depth, Min: math.Inf(-1), Max: 150.123}}}, nil},
	}
}

// TestBruteForce: under random loads, readings, pauses and resets, each window
// of each form has what a count over the records in the same window has.
func TestBruteForce(t *testing.T) {
	for _, recorder := range []struct {
		name string
		new  func(testing.TB) recorder
	}{{"views", viewsRecorder}, {"direct", directRecorder}} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprintf("%s/%d", recorder.name, seed), func(t *testing.T) {
				w := newWorld(t, recorder.new(t), seed)
				c := newChecker(w)
				for range 300 {
					c.step()
				}
				c.done()
			})
		}
	}
}
