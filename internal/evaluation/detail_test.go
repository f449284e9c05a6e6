package evaluation_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// TestDetails: by combination, with the rest, a detail has what the SLO has, in
// every form on events, after resets too.
func TestDetails(t *testing.T) {
	w := newWorld(t, viewsRecorder(t), 1)
	all := forms(w.recorder.prefix)
	var slos []slo.SLO
	for _, f := range all {
		slos = append(slos, f.slo)
	}
	e := w.evaluator(slos)
	for range 5 {
		for range 100 {
			w.record()
		}
		w.pass(time.Minute)
		e.Evaluate(context.Background())
		w.recorder.reset()
	}
	for _, f := range all {
		d, ok := e.Detail(context.Background(), f.slo.ID)
		if !ok || f.weigh == nil {
			continue
		}
		sum := d.Rest
		for _, c := range d.Combinations {
			good, total := w.count(time.Time{}, w.now, func(r request) (float64, float64) {
				if labels := combination(d.Keys, w.recorder.prefix, r); !slices.Equal(labels, c.Values) {
					return 0, 0
				}
				return f.weigh(r)
			})
			if c.Good != good || c.Total != total || c.Bad != total-good {
				t.Errorf("%s: %+v, want %v of %v", f.slo.ID, c, good, total)
			}
			sum.Good += c.Good
			sum.Total += c.Total
		}
		if good, total := w.count(time.Time{}, w.now, f.weigh); sum.Good != good || sum.Total != total || len(d.Combinations) < 2 {
			t.Errorf("%s: %d combinations add up to %v of %v, want %v of %v", f.slo.ID, len(d.Combinations), sum.Good, sum.Total, good, total)
		}
		if !slices.IsSortedFunc(d.Combinations, func(a, b evaluate.Combination) int { return int(b.Bad - a.Bad) }) {
			t.Errorf("%s: not the most bad events first: %+v", f.slo.ID, d.Combinations)
		}
	}
}

// combination returns the request's values of the labels.
func combination(keys []string, prefix string, r request) []string {
	values := []string{}
	for _, key := range keys {
		switch key {
		case prefix + "route":
			values = append(values, r.route)
		case prefix + "outcome":
			values = append(values, r.outcome)
		}
	}
	return values
}
