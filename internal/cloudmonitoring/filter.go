package cloudmonitoring

import (
	"regexp"
	"strings"
)

// A Term of a filter compares a property of time series with texts.
type Term struct {
	Selector string   // e.g. "metric.labels.method"
	Not      bool     // none of the values and prefixes, in place of any
	Values   []string // one at least, unless there are prefixes
	Prefixes []string // what a value may start with
}

// ResourceType selects the type of the resource that series are written against.
const ResourceType = "resource.type"

// ResourceLabel selects a label of the resource.
func ResourceLabel(key string) string { return "resource.labels." + key }

// MetricLabel selects the label that is made of a tag key.
func MetricLabel(tagKey string) string { return "metric.labels." + LabelKey(tagKey) }

// Filter returns the Monitoring filter that selects the time series of one metric
// type for which all terms hold. The API demands the metric type. No text may have
// control characters.
//
//	metric.type="…" AND resource.type="…" AND resource.labels.<key>="…" AND metric.labels.<key>=one_of("…","…")
func Filter(metricType string, terms []Term) string {
	texts := []string{"metric.type=" + quote(metricType)}
	for _, t := range terms {
		texts = append(texts, t.String())
	}
	return strings.Join(texts, " AND ")
}

func (t Term) String() string {
	operator := "="
	if t.Not {
		operator = "!="
	}
	return t.Selector + operator + anyOf(t.Values, t.Prefixes)
}

// mostOneOf is how many strings the function one_of takes.
const mostOneOf = 100

// anyOf returns what stands for the values, and for all that start with a
// prefix, on the right of an operator: see "Comparisons" in
// https://cloud.google.com/monitoring/api/v3/filters.
func anyOf(values, prefixes []string) string {
	switch {
	case len(prefixes) > 0 || len(values) > mostOneOf:
		return "monitoring.regex.full_match(" + quote(pattern(values, prefixes)) + ")"
	case len(values) == 1:
		return quote(values[0])
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return "one_of(" + strings.Join(quoted, ",") + ")"
}

// pattern returns the regular expression, in the syntax of RE2, that matches the
// values, and all that start with a prefix, from beginning to end.
func pattern(values, prefixes []string) string {
	var alternatives []string
	for _, v := range values {
		alternatives = append(alternatives, regexp.QuoteMeta(v))
	}
	for _, p := range prefixes {
		alternatives = append(alternatives, regexp.QuoteMeta(p)+".*")
	}
	if len(alternatives) == 1 {
		return alternatives[0]
	}
	return "(" + strings.Join(alternatives, "|") + ")"
}

var filterEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// quote returns s as a string of the filter language, which is UTF-8. Without
// control characters only quotes and backslashes need escaping.
func quote(s string) string { return `"` + filterEscapes.Replace(s) + `"` }
