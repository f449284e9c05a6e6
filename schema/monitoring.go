package schema

import "github.com/ocgen/ocgen/internal/cloudmonitoring"

// MetricType returns the type under which Cloud Monitoring knows the metric of
// a view.
func (m Monitoring) MetricType(viewName string) string {
	return cloudmonitoring.MetricType(m.MetricPrefix, viewName)
}
