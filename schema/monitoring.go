package schema

import (
	"path"
	"regexp"
	"strings"
)

// MetricType returns the type under which Cloud Monitoring knows the metric of
// a view, by the rule of the OpenCensus Stackdriver exporter: prefix and name
// are joined as a clean path; what then holds no Google domain gets the default
// prefix.
func (m Monitoring) MetricType(viewName string) string {
	joined := path.Join(m.MetricPrefix, viewName)
	for _, domain := range []string{"googleapis.com", "kubernetes.io", "istio.io", "knative.dev"} {
		if strings.Contains(joined, domain) {
			return joined
		}
	}
	return path.Join(DefaultMetricPrefix, joined)
}

// DefaultMetricPrefix goes before a metric type that names no Google domain.
const DefaultMetricPrefix = "custom.googleapis.com/opencensus"

// SanitizeLabel returns the label key that the OpenCensus exporter for Cloud
// Monitoring makes of a tag key: other characters than letters and digits
// become "_", a leading digit or "_" gets "key" before it, and the rest after
// 100 bytes is cut.
func SanitizeLabel(key string) string {
	if key == "" {
		return key
	}
	b := []byte(key[:min(len(key), 100)])
	for i, c := range b {
		if !isLetter(c) && !isDigit(c) {
			b[i] = '_'
		}
	}
	switch {
	case isDigit(b[0]):
		return "key_" + string(b)
	case b[0] == '_':
		return "key" + string(b)
	}
	return string(b)
}

var dashes = regexp.MustCompile(`-+`)

// sanitizePrometheus returns what the OpenCensus exporter for Prometheus makes
// of a name or a tag key: the same, but that a dash behind a dash is dropped.
func sanitizePrometheus(name string) string {
	return SanitizeLabel(dashes.ReplaceAllString(name[:min(len(name), 100)], "-"))
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
