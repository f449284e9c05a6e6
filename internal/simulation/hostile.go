package simulation

import (
	"strings"
	"time"

	"go.opencensus.io/metric/metricdata"

	"github.com/ocgen/ocgen/runtime"
)

// Hostile is a text that wants to be markup or a script.
const Hostile = `</title><script>alert("x")</script><img src=x onerror=alert(1)>'"{{.}}`

// HostileSLOs have text of theirs wherever there is some.
func HostileSLOs() []runtime.SLO {
	where := []runtime.Condition{{Key: "method", Values: []string{Hostile}}}
	return []runtime.SLO{
		{ID: "a" + Hostile, DisplayName: "A name " + Hostile, Goal: 0.99, Days: 28,
			Ratio: &runtime.Ratio{Good: &runtime.Selection{Metric: "m" + Hostile, Where: where}, Total: &runtime.Selection{Metric: "m" + Hostile}}},
		{ID: "d" + Hostile, Goal: 0.99, Days: 28,
			Distribution: &runtime.DistributionCut{Selection: runtime.Selection{Metric: "d" + Hostile, Unit: "u" + Hostile}, Max: 10}},
		{ID: "g" + Hostile, Goal: 0.99, Days: 28, Windows: &runtime.Windows{Length: time.Minute,
			Sum: &runtime.MetricRange{Selection: runtime.Selection{Metric: "g" + Hostile, Unit: "u" + Hostile}, Max: 3}}},
	}
}

// NewHostile returns a World whose metrics have hostile text wherever there is some.
func NewHostile() *World {
	w := NewWorld()
	w.Metric("m"+Hostile, metricdata.TypeCumulativeInt64, "1", nil, "method", "key"+Hostile)
	w.Metric("d"+Hostile, metricdata.TypeCumulativeDistribution, "ms", []float64{1, 10, 100}, "key"+Hostile)
	w.Metric("g"+Hostile, metricdata.TypeGaugeInt64, "1", nil, "key"+Hostile)
	w.Set("g"+Hostile, 5, Hostile)
	w.Count("m"+Hostile, 5, Hostile, Hostile+strings.Repeat("W", 250))
	w.Count("m"+Hostile, 5, "ok", "日本語 "+strings.Repeat("語", 80))
	w.Record("d"+Hostile, 5, 5, Hostile)
	w.Record("d"+Hostile, 50, 5, Hostile)
	return w
}
