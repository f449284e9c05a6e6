package stackdriver

import (
	"path"
	"slices"
	"strings"
)

// The names here follow the rules of OpenCensus's exporter: SLOs, dashboards
// and alerts refer to metrics by them.

const (
	defaultDomain   = "custom.googleapis.com/opencensus"
	displayPrefix   = "OpenCensus"
	taskKey         = "opencensus_task"
	taskDescription = "Opencensus task identifier"

	maxKeyLength = 100
)

// domains are what marks a name as complete.
var domains = []string{"googleapis.com", "kubernetes.io", "istio.io", "knative.dev"}

// userDomains are those in which users may create metrics.
var userDomains = []string{"custom.googleapis.com/", "external.googleapis.com/", "workload.googleapis.com/"}

func hasDomain(name string) bool {
	return slices.ContainsFunc(domains, func(d string) bool { return strings.Contains(name, d) })
}

// metricType returns the type of the named metric,
// e.g. "custom.googleapis.com/opencensus/shop/latency".
func metricType(prefix, name string) string {
	if prefix != "" {
		name = path.Join(prefix, name)
	}
	if hasDomain(name) {
		return name
	}
	return path.Join(defaultDomain, name)
}

// describable reports whether users may create the metric's descriptor.
func describable(metricType string) bool {
	return slices.ContainsFunc(userDomains, func(d string) bool { return strings.HasPrefix(metricType, d) })
}

func displayName(name string) string {
	if hasDomain(name) {
		return name
	}
	return path.Join(displayPrefix, name)
}

// labelKey returns a tag key as Cloud Monitoring takes it, e.g. "http_method"
// for "http.method".
func labelKey(key string) string {
	if key == "" {
		return ""
	}
	key = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, key[:min(len(key), maxKeyLength)])
	switch {
	case key[0] >= '0' && key[0] <= '9':
		return "key_" + key
	case key[0] == '_':
		return "key" + key
	}
	return key
}
