package schema

import (
	"regexp"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// prometheusNames returns the names of a view's series in the Prometheus text format.
func prometheusNames(v *View) []string {
	name := sanitizePrometheus(v.Name)
	if v.Aggregation != Distribution {
		return []string{name}
	}
	return []string{name, name + "_bucket", name + "_sum", name + "_count"}
}

var dashes = regexp.MustCompile(`-+`)

// sanitizePrometheus changes a name or tag key as OpenCensus's exporter for Prometheus
// does. It differs from the exporter for Cloud Monitoring in one way: repeated dashes
// become one.
func sanitizePrometheus(name string) string {
	return cloudmonitoring.LabelKey(dashes.ReplaceAllString(name[:min(len(name), 100)], "-"))
}
