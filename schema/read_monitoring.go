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
	r.monitoringUnread = f.hides("monitoring")
	if f.has("monitoring") {
		r.monitoringUnread = r.fails(func() { r.readMonitoringKeys(f, m) })
	}
	if r.environment != nil {
		r.environment.layOver(m)
	}
}

func (r *reader) readMonitoringKeys(f *fields, m *Monitoring) {
	mf := r.section("monitoring", f.entries["monitoring"], place(f.keys["monitoring"]), "monitoring")
	if prefix := r.readMetricPrefix(mf); prefix != "" {
		m.MetricPrefix = prefix
	}
	m.Resource = mf.text("resource")
	r.checkResource(mf, m.Resource)
	m.ResourceLabels = r.readResourceLabels(mf, m.Resource, mf.has("resource") || mf.hides("resource"))
	m.Project = r.readProject(mf)
	m.Channels = r.readChannels(mf)
	if mf.has("channels") {
		r.channelsAt = place(mf.keys["channels"])
	}
}

// readMetricPrefix returns "" if the key is missing or has a problem.
func (r *reader) readMetricPrefix(f *fields) string {
	prefix := f.text("metric_prefix")
	if prefix == "" {
		return ""
	}
	if len(prefix) > maxNameBytes || !metricPrefix.MatchString(prefix) || path.Clean(prefix) != prefix {
		r.report("bad-value", f.place("metric_prefix"), "metric_prefix %s is not the start of a metric type; write a domain and a path, such as custom.googleapis.com/shop", quote(prefix))
		return ""
	}
	return prefix
}

// readResourceLabels reads the values that the labels of the resource may have. given
// tells whether there is a resource, even a wrong one.
func (r *reader) readResourceLabels(f *fields, resource string, given bool) []ResourceLabels {
	if !f.has("resource_labels") {
		return nil
	}
	if !given {
		r.report("resource", place(f.keys["resource_labels"]), "resource_labels needs monitoring.resource; write one, such as \"resource: k8s_container\"")
	}
	var list []ResourceLabels
	pairs, _ := r.pairs(f.entries["resource_labels"], "resource_labels")
	for _, p := range pairs {
		if !r.isLine(p.key, "the key of a resource label") {
			continue
		}
		l := ResourceLabels{Place: place(p.key), Key: p.key.Value}
		l.Values = r.readLabelValues(p.value, l.Key)
		r.checkResourceLabel(resource, l)
		list = append(list, l)
	}
	return list
}

// readLabelValues reads one value or a list of values.
func (r *reader) readLabelValues(n *yaml.Node, key string) []string {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = r.list(n, clip(key))
	}
	if len(items) == 0 {
		r.report("bad-value", place(n), "the list is empty; list at least one value")
	}
	var values []string
	for _, item := range items {
		switch {
		case !r.isLine(item, "a value of "+clip(key)):
		case item.Value == "":
			r.report("bad-value", place(item), "a value of %s is empty; write the label's value", clip(key))
		default:
			values = append(values, item.Value)
		}
	}
	return values
}

// projectID matches ids of projects, with the domain that old ones have.
var projectID = regexp.MustCompile(`^(?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$`)

func (r *reader) readProject(f *fields) string {
	id := f.text("project")
	if id != "" && !projectID.MatchString(id) {
		r.report("bad-value", f.place("project"), "project %s is not the id of a Google Cloud project; write 6 to 30 lower-case letters, digits and hyphens, such as shop-prod", quote(id))
	}
	return id
}

// channelName matches the full names of notification channels.
var channelName = regexp.MustCompile(`^projects/[^/\s]+/notificationChannels/[^/\s]+$`)

func (r *reader) readChannels(f *fields) []Label {
	channels, _ := r.readLabels(f, "channels")
	for _, c := range channels {
		if !channelName.MatchString(c.Value) {
			r.report("bad-value", c.Place, "the channel %s is %s, which is not the name of a notification channel; write projects/…/notificationChannels/…, as \"gcloud beta monitoring channels list\" prints it", clip(c.Key), quote(c.Value))
		}
	}
	return channels
}
