package console

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/metric"
)

func own(name string, values map[string]int64) *metric.Metric {
	m := &metric.Metric{Descriptor: metric.Descriptor{Name: ownPrefix + name, Unit: "1", Type: metric.TypeCumulativeInt64,
		LabelKeys: []metric.LabelKey{{Key: "label"}}}}
	for label, v := range values {
		m.Series = append(m.Series, &metric.Series{LabelValues: []metric.LabelValue{metric.NewLabelValue(label)},
			Point: metric.Point{Time: time.Now(), Value: int64(v)}})
	}
	return m
}

// The tables have the telemetry's own metrics only when something is wrong; the lines
// always.
func TestOwnMetrics(t *testing.T) {
	well := []*metric.Metric{
		own("exports", map[string]int64{"success": 3, "failure": 0}),
		own("points", map[string]int64{"delivered": 12, "refused": 0, "unconfirmed": 0, "unsent": 0}),
		own("last_success", map[string]int64{"": 1_800_000_000}),
	}
	program := own("x", nil)
	program.Descriptor.Name = "shop/orders"
	program.Series = own("x", map[string]int64{"a": 5}).Series
	for name, c := range map[string]struct {
		metrics []*metric.Metric
		shown   []string
		heading string
	}{
		"all is well":   {append([]*metric.Metric{program}, well...), []string{"shop/orders"}, "=== 1 metric at "},
		"nothing else":  {well, nil, "=== no metrics: nothing has been recorded yet"},
		"dropped":       {append(well, own("replaced_or_dropped", map[string]int64{"shop/orders": 2})), []string{"replaced_or_dropped"}, "=== 1 metric "},
		"not delivered": {[]*metric.Metric{own("points", map[string]int64{"delivered": 1, "refused": 2})}, []string{"points"}, "=== 1 metric "},
		"failed":        {[]*metric.Metric{own("exports", map[string]int64{"failure": 1})}, []string{"exports"}, "=== 1 metric "},
	} {
		var tables, lines bytes.Buffer
		if err := New(&tables).Export(t.Context(), c.metrics); err != nil {
			t.Error(err)
		}
		if err := NewJSON(&lines).Export(t.Context(), c.metrics); err != nil {
			t.Error(err)
		}
		for _, m := range c.metrics {
			full := m.Descriptor.Name
			want := false
			for _, shown := range c.shown {
				want = want || strings.HasSuffix(full, shown)
			}
			if strings.Contains(tables.String(), full) != want || !strings.Contains(lines.String(), full) {
				t.Errorf("%s: %s in\n%s\n%s", name, full, tables.String(), lines.String())
			}
		}
		if !strings.HasPrefix(tables.String(), c.heading) {
			t.Errorf("%s: %s", name, tables.String())
		}
	}
}

// Whoever starts a program sees its metrics within 10 s.
func TestDefaultInterval(t *testing.T) {
	for _, e := range []*Exporter{New(nil), NewJSON(nil)} {
		if d := runtime.Intervaler(e).DefaultInterval(); d != 10*time.Second {
			t.Errorf("%v", d)
		}
	}
}
