package stackdriver

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.opencensus.io/metric/metricdata"

	"github.com/ocgen/ocgen/runtime"
)

// agree returns the metric prefix and resource type that all packages name, and
// checks the resource labels against what each of them expects.
func agree(packages []*runtime.Package, labels map[string]string) (runtime.Monitoring, error) {
	first := packages[0].Monitoring()
	var problems []error
	for _, p := range packages {
		m := p.Monitoring()
		if m.MetricPrefix != first.MetricPrefix {
			problems = append(problems, disagreement("metric_prefix", packages[0].Name(), first.MetricPrefix, p.Name(), m.MetricPrefix))
		}
		if m.Resource != first.Resource {
			problems = append(problems, disagreement("resource", packages[0].Name(), first.Resource, p.Name(), m.Resource))
		}
		for _, l := range m.ResourceLabels {
			problems = append(problems, checkLabel(p.Name(), l, labels))
		}
	}
	if first.Resource == "" && len(labels) > 0 {
		problems = append(problems, fmt.Errorf(
			"Options.ResourceLabels are set, but the schema of package %s names no resource for them: set monitoring.resource there", packages[0].Name()))
	}
	return first, errors.Join(problems...)
}

func disagreement(key, one, oneValue, other, otherValue string) error {
	return fmt.Errorf("package %s has monitoring.%s %q, package %s %q: one process can write only under one; make their schemas equal",
		one, key, oneValue, other, otherValue)
}

// checkLabel returns an error if a resource label is missing or has not a value
// that the package's SLOs look for.
func checkLabel(name string, expected runtime.ResourceLabel, labels map[string]string) error {
	value := labels[expected.Key]
	if len(expected.Values) == 0 && value != "" || slices.Contains(expected.Values, value) {
		return nil
	}
	var quoted []string
	for _, v := range expected.Values {
		quoted = append(quoted, fmt.Sprintf("%q", v))
	}
	allowed := strings.Join(quoted, " or ")
	if allowed == "" {
		allowed = "its value"
	}
	if value == "" {
		return fmt.Errorf("resource label %s is missing: set Options.ResourceLabels[%q] to %s, as the schema of package %s says",
			expected.Key, expected.Key, allowed, name)
	}
	return fmt.Errorf("resource label %s is %q, but the schema of package %s says %s, and its SLOs would find no data: correct Options.ResourceLabels or monitoring.resource_labels",
		expected.Key, value, name, allowed)
}

// dropped reports what the library leaves out without a word: metrics that are
// summaries, and series that have not a value for each label.
func dropped(metrics []*metricdata.Metric) error {
	var all []error
	for _, m := range metrics {
		if m.Descriptor.Type == metricdata.TypeSummary {
			all = append(all, fmt.Errorf("metric %q is not written: Cloud Monitoring has no summaries", m.Descriptor.Name))
			continue
		}
		misfits := 0
		for _, ts := range m.TimeSeries {
			if len(ts.LabelValues) != len(m.Descriptor.LabelKeys) {
				misfits++
			}
		}
		if misfits > 0 {
			all = append(all, fmt.Errorf("%d series of metric %q are not written: they have not one value for each of its %d labels",
				misfits, m.Descriptor.Name, len(m.Descriptor.LabelKeys)))
		}
	}
	return errors.Join(all...)
}
