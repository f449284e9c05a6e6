package schema

import (
	"regexp"
	"strings"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// Prometheus is how the metrics appear in Prometheus.
type Prometheus struct {
	Namespace string    // before every name, with "_"; "" if there is none
	Matchers  []Matcher // in source order
}

// A Matcher is a label that the selected series must have, with one of the values.
type Matcher struct {
	Place  Place
	Key    string
	Values []string
}

// Name returns the name of a view's metric in Prometheus. A distribution also
// has series with _bucket, _sum and _count at the end of this name.
func (p Prometheus) Name(viewName string) string {
	if p.Namespace == "" {
		return sanitizePrometheus(viewName)
	}
	return p.Namespace + "_" + sanitizePrometheus(viewName)
}

// PrometheusUserLabel returns the label in Prometheus for a user label.
func PrometheusUserLabel(key string) string { return strings.ReplaceAll(key, "-", "_") }

// prometheusNames returns the names of an export's series in the Prometheus text format.
func prometheusNames(e export) []string {
	name := sanitizePrometheus(e.name)
	if e.view.Aggregation != Distribution {
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
