package schema

import (
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// resourceID matches ids of services and SLOs in the API.
var resourceID = regexp.MustCompile(`^[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?$`)

func (r *reader) readService(f *fields) {
	if !f.has("service") {
		return
	}
	s := &Service{Place: f.place("service")}
	r.schema.Service = s
	sf := r.section("service", f.entries["service"], place(f.keys["service"]), "service")
	s.ID = strings.ReplaceAll(sf.text("id"), "_", "-")
	if s.ID != "" && !resourceID.MatchString(s.ID) {
		r.report("bad-id", sf.place("id"), "the service id %s must be lower-case letters, digits and hyphens, start with a letter and have at most 63 characters", quote(s.ID))
	}
	if sf.fill(s); s.DisplayName == "" {
		s.DisplayName = s.ID
	}
	r.readServiceType(sf, s)
	s.Labels = r.readUserLabels(sf)
	s.Owner = ownerIn(s.Labels, r.schema.Owner)
	s.Runbook = r.readRunbook(sf, s.ID, "")
	r.serviceTypeUnread = sf.hides("type") || s.Type == "" && (sf.has("type") || sf.has("service_labels"))
}

var (
	userLabelKey   = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,62}$`)
	userLabelValue = regexp.MustCompile(`^[a-z0-9_-]{0,63}$`)
)

const mostUserLabels = 64

// readUserLabels reads labels and checks the rules of the API for them.
func (r *reader) readUserLabels(f *fields) []Label {
	labels, unread := r.readLabels(f, "labels")
	labels = r.withOwner(f, labels)
	if len(labels) > mostUserLabels {
		r.report("user-label", f.place("labels"), "there are %d labels, and the Cloud Monitoring API allows %d; remove some", len(labels), mostUserLabels)
	}
	for i, l := range labels {
		if unread[i] {
			continue
		}
		if !userLabelKey.MatchString(l.Key) || !userLabelValue.MatchString(l.Value) {
			r.report("user-label", l.Place, "the label %s: %s is not allowed by the Cloud Monitoring API; keys and values are at most 63 lower-case letters, digits, \"_\" and \"-\", and a key starts with a letter", clip(l.Key), quote(l.Value))
		}
	}
	return labels
}

// readLabels also returns the indices of labels that have a mistake.
func (r *reader) readLabels(f *fields, key string) (labels []Label, unread map[int]bool) {
	if !f.has(key) {
		return nil, nil
	}
	unread = map[int]bool{}
	pairs, _ := r.pairs(f.entries[key], key)
	for _, p := range pairs {
		key, value := r.isLine(p.key, "a label's key"), r.isLine(p.value, "the value of "+clip(p.key.Value))
		unread[len(labels)] = !key || !value
		labels = append(labels, Label{Place: place(p.key), Key: p.key.Value, Value: p.value.Value})
	}
	return labels, unread
}

// serviceTypes are the types of services that Google knows, with the labels that
// identify a service, as BasicService of the Cloud Monitoring API documents them.
var serviceTypes = []struct {
	name   string
	labels []string
}{
	{"APP_ENGINE", []string{"module_id"}},
	{"CLOUD_ENDPOINTS", []string{"service"}},
	{"CLOUD_RUN", []string{"location", "service_name"}},
	{"CLUSTER_ISTIO", []string{"location", "cluster_name", "service_namespace", "service_name"}},
	{"ISTIO_CANONICAL_SERVICE", []string{"mesh_uid", "canonical_service_namespace", "canonical_service"}},
}

func serviceTypeNames() []string {
	var names []string
	for _, t := range serviceTypes {
		names = append(names, t.name)
	}
	return names
}

// readServiceType reads the type of a service that Google knows, and the labels
// that identify the service.
func (r *reader) readServiceType(f *fields, s *Service) {
	var unread map[int]bool
	s.ServiceLabels, unread = r.readLabels(f, "service_labels")
	if !f.has("type") && !f.meant["type"] {
		f.notWith("is only for services with a \"type\"; add the type", "service_labels")
	}
	if s.Type = f.word("type"); s.Type == "" {
		return
	}
	if f.hides("service_labels") || f.has("service_labels") && f.entries["service_labels"].Kind != yaml.MappingNode {
		return
	}
	i := slices.Index(serviceTypeNames(), s.Type)
	wanted := serviceTypes[i].labels
	var misspelt []string
	for i, l := range s.ServiceLabels {
		if !slices.Contains(wanted, l.Key) && !unread[i] {
			near, hint := r.guess(l.Key, wanted)
			misspelt = append(misspelt, near)
			r.report("unknown-key", l.Place, "a service of type %s has no label %s%s", s.Type, quote(l.Key), hint)
		}
	}
	for _, key := range wanted {
		if !slices.Contains(misspelt, key) && !slices.ContainsFunc(s.ServiceLabels, func(l Label) bool { return l.Key == key }) {
			r.report("missing-key", f.place("type"), "a service of type %s needs service_labels.%s", s.Type, key)
		}
	}
}
