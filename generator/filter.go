package generator

import (
	"github.com/ocgen/ocgen/internal/cloudmonitoring"
	"github.com/ocgen/ocgen/schema"
)

// filter returns the Monitoring filter that selects the time series of s: those with
// the conditions of s, of the schema's resource if it has one.
func filter(m schema.Monitoring, s *schema.Selection) string {
	var terms []cloudmonitoring.Term
	if m.Resource != "" {
		terms = append(terms, cloudmonitoring.Term{Selector: cloudmonitoring.ResourceType, Values: []string{m.Resource}})
	}
	for _, l := range m.ResourceLabels {
		terms = append(terms, cloudmonitoring.Term{Selector: cloudmonitoring.ResourceLabel(l.Key), Values: l.Values})
	}
	for _, c := range s.Where {
		terms = append(terms, cloudmonitoring.Term{
			Selector: cloudmonitoring.MetricLabel(c.Tag.Key), Not: c.Op == schema.Not, Values: c.Values, Prefixes: c.Prefixes,
		})
	}
	return cloudmonitoring.Filter(m.MetricType(s.View.SLOName()), terms)
}
