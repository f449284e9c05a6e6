package evaluation_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/runtime/series"
	"github.com/ocgen/ocgen/runtime/slo"
	"github.com/ocgen/ocgen/runtime/slo/evaluate"
)

// TestUpDown: the windows of an SLO have the mean of a number that goes up and down.
func TestUpDown(t *testing.T) {
	prefix := fmt.Sprintf("slotest%d/", recorders.Add(1))
	route := record.NewClosedTag(prefix+"route", record.ClosedTag{Values: []string{"/cart", "/pay"}})
	open := series.NewInt64UpDowns(series.SeriesInfo{Name: prefix + "open", Tags: []*record.Tag{route}, Size: 3})
	d := descriptor(prefix+"open", metric.TypeGaugeInt64, prefix+"route")
	d.UpDown = true
	p := directPackage(prefix, []series.Set{open}, []metric.Descriptor{d})
	if err := p.Register(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Unregister)

	now := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	e := evaluate.New(evaluate.Options{Now: func() time.Time { return now }, SLOs: []slo.SLO{{
		ID: "not_crowded", Goal: 0.5, Days: 1,
		Windows: &slo.Windows{Length: time.Minute, Mean: &slo.MetricRange{
			Selection: slo.Selection{Metric: prefix + "open", Unit: "1", Where: []slo.Condition{{Key: prefix + "route", Values: []string{"/pay"}}}},
			Min:       math.Inf(-1), Max: 2,
		}},
	}}})
	// A window for each number of open requests: three are good.
	var ends []func()
	cart, pay := open.At(closedIndex(t, route, "/cart")), open.At(closedIndex(t, route, "/pay"))
	for _, n := range []int{1, 3, 5, 2, 0} {
		for len(ends) < n {
			ends = append(ends, series.Begin(pay))
			cart.Add(10)
		}
		for ; len(ends) > n; ends = ends[1:] {
			ends[0]()
		}
		for range 6 {
			e.Evaluate(context.Background())
			now = now.Add(10 * time.Second)
		}
	}
	s := e.Evaluate(context.Background()).SLOs[0]
	if s.SinceStart.Total != 5 || s.SinceStart.Bad != 2 || s.Status != "" {
		t.Errorf("%+v, want 2 bad windows of 5; %s", s.SinceStart, s.Status)
	}
}
