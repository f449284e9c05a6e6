package schema

import "github.com/ocgen/ocgen/internal/cloudmonitoring"

// MetricType returns the type of a view's metric in Cloud Monitoring.
func (m Monitoring) MetricType(viewName string) string {
	return cloudmonitoring.MetricType(m.MetricPrefix, viewName)
}
