package generator

import (
	"regexp"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// filter returns the Monitoring filter that selects the time series of s: one
// metric type, which the API demands, then the resource that writes them, if
// known, then the tags. A label's key is the one that the exporter makes of the
// tag's.
//
//	metric.type="…" AND resource.type="…" AND resource.labels.<key>="…" AND metric.labels.<key>=one_of("…","…")
func filter(m schema.Monitoring, s *schema.Selection) string {
	terms := []string{"metric.type=" + quote(m.MetricType(s.View.Name))}
	if m.Resource != "" {
		terms = append(terms, "resource.type="+quote(m.Resource))
	}
	for _, l := range m.ResourceLabels {
		terms = append(terms, "resource.labels."+l.Key+"="+anyOf(l.Values, nil))
	}
	for _, c := range s.Where {
		terms = append(terms, "metric.labels."+schema.SanitizeLabel(c.Tag.Key)+comparison(c))
	}
	return strings.Join(terms, " AND ")
}

// comparison returns the operator and the right side of a condition.
func comparison(c schema.Condition) string {
	if c.Op == schema.Not {
		return "!=" + anyOf(c.Values, c.Prefixes)
	}
	return "=" + anyOf(c.Values, c.Prefixes)
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

// quote returns s as a string of the filter language, which is UTF-8. No value
// has control characters, so quotes and backslashes are all that needs escaping.
func quote(s string) string { return `"` + filterEscapes.Replace(s) + `"` }
