package console

import (
	"slices"
	"strings"
	"time"

	"github.com/ocgen/ocgen/runtime/metric"
)

// interval is the default interval. It is short because a developer waits for the first
// tables.
const interval = 10 * time.Second

// DefaultInterval implements runtime.Intervaler: 10 s.
func (e *Exporter) DefaultInterval() time.Duration { return interval }

// ownPrefix begins the names of the metrics about the telemetry itself.
const ownPrefix = "ocgen/telemetry/"

// worthShowing returns the metrics without those about the telemetry itself that show no
// problem: they would be half of the output.
func worthShowing(metrics []*metric.Metric) []*metric.Metric {
	return slices.DeleteFunc(slices.Clone(metrics), func(m *metric.Metric) bool {
		own, ok := strings.CutPrefix(m.Descriptor.Name, ownPrefix)
		return ok && !troubling(own, m)
	})
}

// troubling reports whether one of the metrics about the telemetry itself shows a
// problem: values were replaced or dropped, or points were not delivered.
func troubling(own string, m *metric.Metric) bool {
	well := map[string]string{"exports": "success", "points": "delivered"} // the label of what went well
	if own == "last_success" {
		return false
	}
	return slices.ContainsFunc(m.Series, func(ts *metric.Series) bool {
		if len(ts.LabelValues) > 0 && well[own] == ts.LabelValues[0].Value && well[own] != "" {
			return false
		}
		return ts.Point.Value != int64(0)
	})
}
