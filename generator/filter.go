package generator

import (
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
		terms = append(terms, "resource.labels."+l.Key+"="+anyOf(l.Values))
	}
	for _, c := range s.Where {
		terms = append(terms, "metric.labels."+schema.SanitizeLabel(c.Tag.Key)+comparison(c))
	}
	return strings.Join(terms, " AND ")
}

// comparison returns the operator and the right side of a condition.
func comparison(c schema.Condition) string {
	switch c.Op {
	case schema.Not:
		return "!=" + quote(c.Values[0])
	case schema.StartsWith:
		return "=starts_with(" + quote(c.Values[0]) + ")"
	default:
		return "=" + anyOf(c.Values)
	}
}

func anyOf(values []string) string {
	if len(values) == 1 {
		return quote(values[0])
	}
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	return "one_of(" + strings.Join(quoted, ",") + ")"
}

var filterEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// quote returns s as a string of the filter language, which is UTF-8. No value
// has control characters, so quotes and backslashes are all that needs escaping.
func quote(s string) string { return `"` + filterEscapes.Replace(s) + `"` }
