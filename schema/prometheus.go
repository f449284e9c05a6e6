package schema

import (
	"regexp"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// prometheusNames are the series names that a view has in an exposition.
func prometheusNames(v *View) []string {
	name := sanitizePrometheus(v.Name)
	if v.Aggregation != Distribution {
		return []string{name}
	}
	return []string{name, name + "_bucket", name + "_sum", name + "_count"}
}

var dashes = regexp.MustCompile(`-+`)

// sanitizePrometheus returns what the OpenCensus exporter for Prometheus makes
// of a name or a tag key: the same as the one for Cloud Monitoring, but that a dash
// behind a dash is dropped.
func sanitizePrometheus(name string) string {
	return cloudmonitoring.LabelKey(dashes.ReplaceAllString(name[:min(len(name), 100)], "-"))
}
