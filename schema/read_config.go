package schema

import (
	"path"
	"regexp"

	"gopkg.in/yaml.v3"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

var metricPrefix = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9_.-]+)*$`)

func (r *reader) readMonitoring(f *fields) {
	m := &r.schema.Monitoring
	m.MetricPrefix = cloudmonitoring.DefaultPrefix
	if !f.has("monitoring") {
		return
	}
	mf := r.fields(f.entries["monitoring"], place(f.keys["monitoring"]), "monitoring",
		"metric_prefix", "resource", "resource_labels")
	if mf.has("metric_prefix") {
		prefix := mf.text("metric_prefix")
		switch {
		case prefix == "":
		case len(prefix) > maxNameBytes || !metricPrefix.MatchString(prefix) || path.Clean(prefix) != prefix:
			r.report("bad-value", mf.place("metric_prefix"), "%s is not the start of a metric type; write a domain and a path, such as custom.googleapis.com/shop", quote(prefix))
		default:
			m.MetricPrefix = prefix
		}
	}
	m.Resource = mf.text("resource")
	r.checkResource(mf, m.Resource)
	if !mf.has("resource_labels") {
		return
	}
	if !mf.has("resource") && !mf.meant["resource"] {
		r.report("resource", place(mf.keys["resource_labels"]), "resource_labels needs monitoring.resource; write one, such as \"resource: k8s_container\"")
	}
	pairs, _ := r.pairs(mf.entries["resource_labels"], "resource_labels")
	for _, p := range pairs {
		if !r.isLine(p.key, "the key of a resource label") {
			continue
		}
		l := ResourceLabels{Place: place(p.key), Key: p.key.Value}
		items := []*yaml.Node{p.value}
		if p.value.Kind == yaml.SequenceNode {
			items = r.list(p.value, clip(l.Key))
		}
		if len(items) == 0 {
			r.report("bad-value", place(p.value), "the list is empty; name at least one value")
		}
		for _, item := range items {
			switch {
			case !r.isLine(item, "a value of "+clip(l.Key)):
			case item.Value == "":
				r.report("bad-value", place(item), "a value of %s is empty; write the label's value", clip(l.Key))
			default:
				l.Values = append(l.Values, item.Value)
			}
		}
		r.checkResourceLabel(m.Resource, l)
		m.ResourceLabels = append(m.ResourceLabels, l)
	}
}
