package cloudmonitoring

import (
	"path"
	"regexp"
	"slices"
	"strings"
)

// The names follow the rules of OpenCensus's exporter. SLOs, dashboards and alerts
// refer to metrics by them.

const (
	// DefaultPrefix is the start of a metric type that contains none of Google's domains.
	DefaultPrefix = "custom.googleapis.com/opencensus"

	displayPrefix = "OpenCensus"
)

// TaskLabel is the label that the exporter adds to every metric. It tells apart the
// processes that write the metric.
const (
	TaskLabel            = "opencensus_task"
	TaskLabelDescription = "Opencensus task identifier"
)

// domains are Google's domains. A name that contains one is complete.
var domains = []string{"googleapis.com", "kubernetes.io", "istio.io", "knative.dev"}

// creatable are the prefixes of metrics that projects may create.
var creatable = []string{"custom.googleapis.com/", "external.googleapis.com/", "workload.googleapis.com/"}

// DomainIn returns the domain of Google that a name contains, or "".
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

// Creatable reports whether a project may create a metric of the type. All other
// metrics belong to Google.
func Creatable(metricType string) bool {
	return slices.ContainsFunc(creatable, func(prefix string) bool { return strings.HasPrefix(metricType, prefix) })
}

// DisplayName returns the display name of a view's metric: "OpenCensus/<name>", or only
// the name if it contains one of Google's domains.
func DisplayName(viewName string) string {
	if DomainIn(viewName) != "" {
		return viewName
	}
	return path.Join(displayPrefix, viewName)
}

var documented = regexp.MustCompile(`^[A-Za-z0-9_/]{1,100}$`)

// IsDocumentedName reports whether a view's name, without a domain at its start, has at
// most 100 letters, digits, "/" and "_", as Cloud Monitoring documents for custom
// metrics. In practice the API allows more.
func IsDocumentedName(name string) bool { return documented.MatchString(name) }

// LabelKey returns the label key for a tag key, e.g. "http_method" for "http.method".
// Characters other than letters and digits become "_". A leading digit gets the prefix
// "key_", and a leading "_" the prefix "key". The key is cut after 100 bytes.
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

// PromQLName returns the name of a metric type in PromQL: the first "/" becomes ":", all
// other special characters "_".
func PromQLName(metricType string) string {
	domain, name, found := strings.Cut(metricType, "/")
	if !found {
		return promQLWord(metricType)
	}
	return promQLWord(domain) + ":" + promQLWord(name)
}

var special = regexp.MustCompile(`[^A-Za-z0-9_]`)

func promQLWord(text string) string { return special.ReplaceAllString(text, "_") }

// PromQLLabel returns the label of a tag key in PromQL. If the resource has a label of
// this key, the label of the metric has the prefix "metric_".
func PromQLLabel(resourceType, tagKey string) string {
	key := LabelKey(tagKey)
	if r, known := ResourceOf(resourceType); known && slices.Contains(r.LabelKeys(), key) {
		return "metric_" + key
	}
	return key
}
