package cloudmonitoring

import (
	"regexp"
	"strings"
)

// A Term of a filter compares a property of time series with texts.
type Term struct {
	Selector string   // e.g. "metric.labels.method"
	Not      bool     // matches none of the values and prefixes, instead of any
	Values   []string // at least one, unless there are prefixes
	Prefixes []string // each matches all values that start with it
}

// ResourceType selects the type of the resource of the time series.
const ResourceType = "resource.type"

// ResourceLabel selects a label of the resource.
func ResourceLabel(key string) string { return "resource.labels." + key }

// MetricLabel selects the label of a tag key.
func MetricLabel(tagKey string) string { return "metric.labels." + LabelKey(tagKey) }

// GroupByLabel is the label of a tag key as a field by which charts group time series.
func GroupByLabel(tagKey string) string { return `metric.label."` + LabelKey(tagKey) + `"` }

// Filter returns the Monitoring filter that selects the time series of one metric type
// that match all terms. The API requires the metric type. No text may contain control
// characters.
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

// mostOneOf is the maximum number of strings of the function one_of.
const mostOneOf = 100

// anyOf returns the right side of an operator for the values and for all values with
// one of the prefixes: see "Comparisons" in
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

// pattern returns the regular expression, in the syntax of RE2, that matches exactly
// the values and all values with one of the prefixes.
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

// SLOName returns the full name of an SLO.
func SLOName(project, service, slo string) string {
	return "projects/" + project + "/services/" + service + "/serviceLevelObjectives/" + slo
}

// BurnRate returns the filter that selects the burn rate of an SLO over a look-back such
// as "3600s", for alert conditions and charts. The API allows at most 24 hours.
func BurnRate(slo, over string) string {
	return "select_slo_burn_rate(" + quote(slo) + ", " + quote(over) + ")"
}

// BudgetLeft returns the filter that selects the fraction of the error budget of an SLO
// that is left, for charts.
func BudgetLeft(slo string) string { return "select_slo_budget_fraction(" + quote(slo) + ")" }

// Compliance returns the filter that selects the fraction of good service of an SLO, for
// charts.
func Compliance(slo string) string { return "select_slo_compliance(" + quote(slo) + ")" }
