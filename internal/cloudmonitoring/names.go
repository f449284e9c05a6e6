package cloudmonitoring

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// The names here follow the rules of OpenCensus's exporter: SLOs, dashboards
// and alerts refer to metrics by them.

const (
	// DefaultPrefix goes before a metric type that holds no domain of Google's.
	DefaultPrefix = "custom.googleapis.com/opencensus"

	displayPrefix = "OpenCensus"
)

// TaskLabel is the label that the exporter adds to every metric, to tell the
// processes that write it apart.
const (
	TaskLabel            = "opencensus_task"
	TaskLabelDescription = "Opencensus task identifier"
)

// domains mark a name as complete.
var domains = []string{"googleapis.com", "kubernetes.io", "istio.io", "knative.dev"}

// creatable are the prefixes under which projects may create metrics.
var creatable = []string{"custom.googleapis.com/", "external.googleapis.com/", "workload.googleapis.com/"}

// DomainIn returns the domain of Google's that a name holds, "" if it holds none.
func DomainIn(name string) string {
	for _, domain := range domains {
		if strings.Contains(name, domain) {
			return domain
		}
	}
	return ""
}

// MetricType returns the type of the metric of a view,
// e.g. "custom.googleapis.com/opencensus/shop/latency". The prefix may be empty.
func MetricType(prefix, viewName string) string {
	name := viewName
	if prefix != "" {
		name = path.Join(prefix, viewName)
	}
	if DomainIn(name) != "" {
		return name
	}
	return path.Join(DefaultPrefix, name)
}

// Creatable reports whether a project may create a metric of the type. All
// others are Google's own.
func Creatable(metricType string) bool {
	return slices.ContainsFunc(creatable, func(prefix string) bool { return strings.HasPrefix(metricType, prefix) })
}

// DisplayName returns the display name of a view's metric: "OpenCensus/<name>",
// or the name alone if it holds a domain of Google's.
func DisplayName(viewName string) string {
	if DomainIn(viewName) != "" {
		return viewName
	}
	return path.Join(displayPrefix, viewName)
}

var documented = regexp.MustCompile(`^[A-Za-z0-9_/]{1,100}$`)

// IsDocumentedName reports whether a view's name, without a domain at its front,
// keeps to the letters, digits, "/" and "_", at most 100, that Cloud Monitoring
// documents for custom metrics. The API takes more in practice.
func IsDocumentedName(name string) bool { return documented.MatchString(name) }

// LabelKey returns the key of the label that is made of a tag key, e.g.
// "http_method" of "http.method": characters other than letters and digits become
// "_", a leading digit or "_" gets "key" before it, and the key is cut after 100
// bytes.
func LabelKey(tagKey string) string {
	if tagKey == "" {
		return ""
	}
	key := strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
			return c
		}
		return '_'
	}, tagKey[:min(len(tagKey), maxLabelKey)])
	switch {
	case '0' <= key[0] && key[0] <= '9':
		return "key_" + key
	case key[0] == '_':
		return "key" + key
	}
	return key
}
