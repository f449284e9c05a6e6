package schema

import "github.com/ocgen/ocgen/internal/cloudmonitoring"

// noAlerts is the word for an SLO or an environment without alerts.
const noAlerts = "none"

// environmentSections are the sections about environments.
func environmentSections() []Section {
	return []Section{
		{"environment", []Key{
			{Name: "project", Kind: KindText, Implied: "the project of `monitoring`", Doc: "id of the Google Cloud project that has the SLOs"},
			{Name: "metric_prefix", Kind: KindText, Implied: "the prefix of `monitoring`", Doc: "start of the metric types"},
			{Name: "resource", Kind: KindText, Values: cloudmonitoring.ResourceTypes(), Implied: "the resource of `monitoring`, with its labels", Doc: "monitored resource type of the metrics; the labels of `monitoring` then do not hold here"},
			{Name: "resource_labels", Kind: KindMap, Entries: KindText | KindList, Implied: "the values of `monitoring`", Doc: "values that the resource's labels may have, in place of the same labels of `monitoring`"},
			{Name: "goals", Kind: KindMap, Entries: KindNumber, Implied: "the goals of the SLOs", Doc: "other goals, by the ids of SLOs"},
			{Name: "alerts", Kind: KindText, Values: []string{noAlerts}, Implied: "the alerts of the SLOs", Doc: "no alerts for this environment"},
			{Name: "channels", Kind: KindMap, Implied: "none", Doc: "notification channels by name: `projects/…/notificationChannels/…`"},
			{Name: "matchers", Kind: KindMap, Entries: KindText | KindList, Implied: "the matchers of `prometheus`", Doc: "values that labels of the series must have in Prometheus, in place of the same labels of `prometheus.matchers`"},
			ownerKey("the SLOs that name no owner themselves", "the service's"),
		}},
	}
}
