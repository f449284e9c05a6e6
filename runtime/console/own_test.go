package console

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"go.opencensus.io/metric/metricdata"

	"github.com/ocgen/ocgen/runtime"
)

func own(name string, values map[string]int64) *metricdata.Metric {
	m := &metricdata.Metric{Descriptor: metricdata.Descriptor{Name: ownPrefix + name, Unit: "1", Type: metricdata.TypeCumulativeInt64,
		LabelKeys: []metricdata.LabelKey{{Key: "label"}}}}
	for label, v := range values {
		m.TimeSeries = append(m.TimeSeries, &metricdata.TimeSeries{LabelValues: []metricdata.LabelValue{metricdata.NewLabelValue(label)},
			Points: []metricdata.Point{metricdata.NewInt64Point(time.Now(), v)}})
	}
	return m
}

// The tables have the telemetry's own metrics only when something is wrong; the lines
// always.
func TestOwnMetrics(t *testing.T) {
	well := []*metricdata.Metric{
		own("exports", map[string]int64{"success": 3, "failure": 0}),
		own("points", map[string]int64{"delivered": 12, "refused": 0, "unconfirmed": 0, "unsent": 0}),
		own("last_success", map[string]int64{"": 1_800_000_000}),
	}
	program := own("x", nil)
	program.Descriptor.Name = "shop/orders"
	program.TimeSeries = own("x", map[string]int64{"a": 5}).TimeSeries
	for name, c := range map[string]struct {
		metrics []*metricdata.Metric
		shown   []string
		heading string
	}{
		"all is well":   {append([]*metricdata.Metric{program}, well...), []string{"shop/orders"}, "=== 1 metric at "},
		"nothing else":  {well, nil, "=== no metrics: nothing has been recorded yet"},
		"dropped":       {append(well, own("replaced_or_dropped", map[string]int64{"shop/orders": 2})), []string{"replaced_or_dropped"}, "=== 1 metric "},
		"not delivered": {[]*metricdata.Metric{own("points", map[string]int64{"delivered": 1, "refused": 2})}, []string{"points"}, "=== 1 metric "},
		"failed":        {[]*metricdata.Metric{own("exports", map[string]int64{"failure": 1})}, []string{"exports"}, "=== 1 metric "},
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
