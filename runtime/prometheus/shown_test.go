package prometheus

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/runtime/internal/testsource"
	"github.com/ocgen/ocgen/runtime/metric"
)

// TestSumsDoNotFallByRounding: Prometheus would take that for a counter that began
// anew. What falls further did begin anew, or has negative values.
func TestSumsDoNotFallByRounding(t *testing.T) {
	d := distribution(0, []float64{10}, 1, 0)
	testsource.Produce(t, newMetric("x", metric.TypeCumulativeDistribution, []string{"k"}, series(d, "v")))
	h, log := newHandler(t, Options{})
	for _, step := range []struct{ sum, want float64 }{
		{3e7, 3e7},
		{3e7 - 3.7e-9, 3e7},
		{3e7 - 7.4e-9, 3e7},
		{3e7 + 1, 3e7 + 1},
		{2e7, 2e7},
		{5, 5},
		{-5, -5},
		{-5.000000001, -5.000000001},
	} {
		d.Sum = step.sum
		if page, want := get(t, h, ""), fmt.Sprintf("x_sum{k=\"v\"} %v\n", step.want); !strings.Contains(page, want) {
			t.Errorf("for %v: no %sin\n%s", step.sum, want, page)
		}
	}
	wantReports(t, log, nil)
}
