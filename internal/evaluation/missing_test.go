package evaluation_test

import (
	"context"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
	"go.opencensus.io/stats"
	"go.opencensus.io/stats/view"
)

// TestMissingView: the SLO says that its OpenCensus view is not registered, and has data
// once it is; a registered view without records is no data, not 100 %.
func TestMissingView(t *testing.T) {
	m := stats.Int64("slo/missing", "", "1")
	v := &view.View{Name: m.Name(), Measure: m, Aggregation: view.Count()}
	total := &slo.Selection{Metric: v.Name, Unit: "1"}
	none := &slo.Selection{Metric: "slo/never", Unit: "1"}
	e := evaluate.New(evaluate.Options{SLOs: []slo.SLO{
		{ID: "missing", Goal: 0.9, Days: 28, Ratio: &slo.Ratio{Bad: total, Total: total}},
		{ID: "half", Goal: 0.9, Days: 28, Ratio: &slo.Ratio{Bad: none, Total: total}},
	}})
	want := func(state evaluate.State, total float64, status ...string) {
		t.Helper()
		r := e.Evaluate(context.Background())
		for i, s := range r.SLOs {
			if !strings.Contains(s.Status, status[i]) || s.Status != "" && status[i] == "" || !s.Computable {
				t.Errorf("%s says %q, want %q", s.ID, s.Status, status[i])
			}
		}
		if s := r.SLOs[0]; s.State != state || s.SinceStart.Total != total {
			t.Errorf("%s is %s with %v events, want %s with %v", s.ID, s.State, s.SinceStart.Total, state, total)
		}
	}
	want(evaluate.NoData, 0, "nothing exports slo/missing: its view is not registered", "nothing exports slo/never")
	if err := view.Register(v); err != nil {
		t.Fatal(err)
	}
	want(evaluate.NoData, 0, "nothing has been recorded", "nothing exports slo/never")
	stats.Record(context.Background(), m.M(1))
	want(evaluate.Bad, 1, "", "nothing exports slo/never")
	view.Unregister(v)
	want(evaluate.NoData, 1, "nothing exports slo/missing", "nothing exports slo/never")
}
