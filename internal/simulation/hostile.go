package simulation

import (
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
	"github.com/ocgen/ocgen/runtime/slo"
)

// Hostile is a text that wants to be markup or a script.
const Hostile = `</title><script>alert("x")</script><img src=x onerror=alert(1)>'"{{.}}`

// HostileSLOs have text of theirs wherever there is some.
func HostileSLOs() []slo.SLO {
	where := []slo.Condition{{Key: "method", Values: []string{Hostile}}}
	return []slo.SLO{
		{ID: "a" + Hostile, DisplayName: "A name " + Hostile, Goal: 0.99, Days: 28,
			Ratio: &slo.Ratio{Good: &slo.Selection{Metric: "m" + Hostile, Where: where}, Total: &slo.Selection{Metric: "m" + Hostile}}},
		{ID: "d" + Hostile, Goal: 0.99, Days: 28,
			Distribution: &slo.DistributionCut{Selection: slo.Selection{Metric: "d" + Hostile, Unit: "u" + Hostile}, Max: 10},
			Alerts:       &slo.Alerts{Tiers: []slo.Tier{{Severity: Hostile, Over: time.Hour, Short: time.Minute, Burn: 1}}}},
		{ID: "g" + Hostile, Goal: 0.99, Days: 28, Windows: &slo.Windows{Length: time.Minute,
			Sum: &slo.MetricRange{Selection: slo.Selection{Metric: "g" + Hostile, Unit: "u" + Hostile}, Max: 3}}},
	}
}

// NewHostile returns a World whose metrics have hostile text wherever there is some.
func NewHostile() *World {
	w := NewWorld()
	w.Metric("m"+Hostile, metric.TypeCumulativeInt64, "1", nil, "method", "key"+Hostile)
	w.Metric("d"+Hostile, metric.TypeCumulativeDistribution, "ms", []float64{1, 10, 100}, "key"+Hostile)
	w.Metric("g"+Hostile, metric.TypeGaugeInt64, "1", nil, "key"+Hostile)
	w.Set("g"+Hostile, 5, Hostile)
	w.Count("m"+Hostile, 5, Hostile, Hostile+strings.Repeat("W", 250))
	w.Count("m"+Hostile, 5, "ok", "日本語 "+strings.Repeat("語", 80))
	w.Record("d"+Hostile, 5, 5, Hostile)
	w.Record("d"+Hostile, 50, 5, Hostile)
	return w
}
