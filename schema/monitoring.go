package schema

import (
	"regexp"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// MetricType returns the type under which Cloud Monitoring knows the metric of
// a view.
func (m Monitoring) MetricType(viewName string) string {
	return cloudmonitoring.MetricType(m.MetricPrefix, viewName)
}

var dashes = regexp.MustCompile(`-+`)

// sanitizePrometheus returns what the OpenCensus exporter for Prometheus makes
// of a name or a tag key: the same as the one for Cloud Monitoring, but that a dash
// behind a dash is dropped.
func sanitizePrometheus(name string) string {
	return cloudmonitoring.LabelKey(dashes.ReplaceAllString(name[:min(len(name), 100)], "-"))
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
