package stackdriver

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
)

// agree returns the metric prefix and resource type of all packages, or an error if they
// differ.
func agree(packages []*record.Package) (prefix, resource string, err error) {
	first := packages[0].Monitoring()
	var problems []error
	for _, p := range packages[1:] {
		m := p.Monitoring()
		if m.MetricPrefix != first.MetricPrefix {
			problems = append(problems, disagreement("metric_prefix", packages[0].Name(), first.MetricPrefix, p.Name(), m.MetricPrefix))
		}
		if m.Resource != first.Resource {
			problems = append(problems, disagreement("resource", packages[0].Name(), first.Resource, p.Name(), m.Resource))
		}
	}
	return first.MetricPrefix, first.Resource, errors.Join(problems...)
}

func disagreement(key, one, oneValue, other, otherValue string) error {
	return fmt.Errorf("package %s has monitoring.%s %q, but package %s has %q: all packages of a process must have the same; make their schemas equal",
		one, key, oneValue, other, otherValue)
}

// checkLabels returns an error for each label of the resource whose value the packages' SLOs
// do not select.
func checkLabels(packages []*record.Package, labels map[string]string) error {
	var problems []error
	for _, p := range packages {
		for _, l := range p.Monitoring().ResourceLabels {
			value := labels[l.Key]
			if value == "" || len(l.Values) == 0 || slices.Contains(l.Values, value) {
				continue // missing labels are reported by resolve
			}
			problems = append(problems, fmt.Errorf(
				"resource label %s is %q, but the schema of package %s says %s, so its SLOs would find no data: correct Options.ResourceLabels or monitoring.resource_labels",
				l.Key, value, p.Name(), anyOf(l.Values)))
		}
	}
	return errors.Join(problems...)
}

// anyOf returns values as text, e.g. `"eu" or "us"`.
func anyOf(values []string) string {
	var quoted []string
	for _, v := range values {
		quoted = append(quoted, fmt.Sprintf("%q", v))
	}
	return strings.Join(quoted, " or ")
}

// expected returns the values of a resource label that the packages allow.
func expected(packages []*record.Package, key string) []string {
	var values []string
	for _, p := range packages {
		for _, l := range p.Monitoring().ResourceLabels {
			if l.Key == key {
				values = append(values, l.Values...)
			}
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}

// recheck returns an error if packages that were registered after New do not agree with the
// earlier ones.
func (e *Exporter) recheck() error {
	packages := runtime.Registered()
	if len(packages) == 0 {
		return nil
	}
	prefix, resource, err := agree(packages)
	if err != nil {
		return err
	}
	if prefix != e.convert.prefix || resource != e.schemaResource {
		return fmt.Errorf("the registered packages have metric prefix %q and resource %q, but stackdriver.New found %q and %q: register all packages before stackdriver.New",
			prefix, resource, e.convert.prefix, e.schemaResource)
	}
	return checkLabels(packages, e.convert.resource.Labels)
}
