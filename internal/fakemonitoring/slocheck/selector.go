package slocheck

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"google.golang.org/genproto/googleapis/api/label"
	"google.golang.org/genproto/googleapis/api/metric"

	"github.com/ocgen/ocgen/internal/monitoringfilter"
)

// sloSelector is a time series that Cloud Monitoring computes of an SLO: see the page
// "Retrieving SLO data" of Google's SLO guide. Only the burn rate has a look-back.
var sloSelector = regexp.MustCompile(`^select_slo_(burn_rate|health|compliance|budget|budget_fraction|budget_total)\("projects/([a-z0-9.:-]+)/services/([a-z0-9-]+)/serviceLevelObjectives/([a-zA-Z0-9_:.-]+)"(?:, ?"([0-9]+)s")?\)$`)

// selector checks a selector, and that its SLO exists.
func (p Project) selector(filter string) error {
	m := sloSelector.FindStringSubmatch(filter)
	if m == nil {
		return fmt.Errorf("filter %q is no selector of an SLO", filter)
	}
	var f faults
	kind, project, service, slo, lookBack := m[1], m[2], m[3], m[4], m[5]
	if p.HasSLO != nil && !p.HasSLO(project, service, slo) {
		f.addf("no SLO %q of a service %q in project %q", slo, service, project)
	}
	if (kind == "burn_rate") != (lookBack != "") {
		f.addf("filter %q: select_slo_burn_rate has a look-back, others have none", filter)
	}
	if lookBack != "" {
		if over, err := strconv.Atoi(lookBack); err != nil || over < 60 || over > 24*3600 {
			f.addf("look-back of %ss: want at most 24 hours", lookBack)
		}
	}
	return f.err()
}

// An UnknownMetricError is a reference to a metric without a descriptor. It may only not
// be visible yet, so the API's answer differs from that to other mistakes.
type UnknownMetricError struct{ Type string }

func (e *UnknownMetricError) Error() string {
	return fmt.Sprintf("no descriptor of metric %q", e.Type)
}

// metricOf returns the descriptor of the metric that a filter names, and checks that it
// has the labels. It returns nil if the metrics of the project are not known.
func (p Project) metricOf(filter string) (*metric.MetricDescriptor, error) {
	parsed, err := monitoringfilter.Parse(filter)
	if err != nil || p.Metrics == nil {
		return nil, err
	}
	d, ok := p.Metrics[parsed.MetricType()]
	if !ok {
		return nil, &UnknownMetricError{parsed.MetricType()}
	}
	var f faults
	for _, key := range parsed.MetricLabels() {
		if !slices.ContainsFunc(d.Labels, func(l *label.LabelDescriptor) bool { return l.Key == key }) {
			f.addf("metric %q has no label %q", d.Type, key)
		}
	}
	return d, f.err()
}

// anyFilter checks a filter of any metric.
func (p Project) anyFilter(filter string) error {
	_, err := p.metricOf(filter)
	return err
}
