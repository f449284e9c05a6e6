package slocheck

import (
	"maps"
	"regexp"
	"slices"

	"cloud.google.com/go/monitoring/apiv3/v2/monitoringpb"
	"google.golang.org/protobuf/encoding/protojson"
)

// basicServices lists what identifies a service of a type that has predefined
// indicators, after the page "Constructs in the API" of Google's SLO guide.
var basicServices = map[string][]string{
	"APP_ENGINE":              {"module_id"},
	"CLOUD_ENDPOINTS":         {"service"},
	"CLOUD_RUN":               {"location", "service_name"},
	"CLUSTER_ISTIO":           {"cluster_name", "location", "service_name", "service_namespace"},
	"ISTIO_CANONICAL_SERVICE": {"canonical_service", "canonical_service_namespace", "mesh_uid"},
}

// Service checks a file with the body of services.create.
func Service(data []byte) (*monitoringpb.Service, error) {
	var s monitoringpb.Service
	if err := protojson.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	var f faults
	if s.Name != "" {
		f.addf("name is %q: the id belongs into the call, not into the body", s.Name)
	}
	if s.DisplayName == "" {
		f.addf("no displayName")
	}
	f.add(ServiceRules(&s))
	return &s, f.err()
}

// ServiceRules checks only the rules of the API, not the rules of ocgen's own files.
func ServiceRules(s *monitoringpb.Service) error {
	var f faults
	if (s.GetCustom() == nil) == (s.BasicService == nil) {
		f.addf("want either custom or basicService")
	}
	if b := s.BasicService; b != nil {
		want, ok := basicServices[b.ServiceType]
		if !ok {
			f.addf("serviceType %q has no predefined indicators", b.ServiceType)
		}
		if got := slices.Sorted(maps.Keys(b.ServiceLabels)); ok && !slices.Equal(got, want) {
			f.addf("serviceLabels are %q: a %s has %q", got, b.ServiceType, want)
		}
	}
	f.add(userLabels(s.UserLabels))
	return f.err()
}

var (
	userLabelKey   = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,62}$`)
	userLabelValue = regexp.MustCompile(`^[a-z0-9_-]{0,63}$`)
)

// userLabels checks the labels of a service or an SLO.
func userLabels(labels map[string]string) error {
	var f faults
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		if !userLabelKey.MatchString(key) || !userLabelValue.MatchString(labels[key]) {
			f.addf("user label %q: %q: want lowercase letters, digits, _ and -, at most 63, the key starting with a letter", key, labels[key])
		}
	}
	if len(labels) > 64 {
		f.addf("%d user labels: at most 64", len(labels))
	}
	return f.err()
}
