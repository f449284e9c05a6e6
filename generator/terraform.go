package generator

import (
	"fmt"
	"path"
	"strings"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
	"github.com/ocgen/ocgen/templates"
)

// A module of Terraform holds all that the schema defines in Cloud Monitoring, whichever
// other folders are written. Its bodies are those of the other folders in Terraform's form.

// The lowest versions that know all attributes.
const (
	terraformVersion = ">= 1.3"
	providerVersion  = ">= 6.13"
)

// anyProject stands for the project in names of SLOs. The module replaces it.
const anyProject = "-"

// Types of resources of the provider.
const (
	typeDescriptor    = "google_monitoring_metric_descriptor"
	typeCustomService = "google_monitoring_custom_service"
	typeService       = "google_monitoring_service"
	typeSLO           = "google_monitoring_slo"
	typePolicy        = "google_monitoring_alert_policy"
	typeDashboard     = "google_monitoring_dashboard"
)

// terraformFiles returns a module of Terraform. Files without content are left out.
func terraformFiles(s *schema.Schema, folder string) ([]outfiles.File, error) {
	m := moduleWriter{schema: s, folder: folder, encoder: templates.NewJSONEncoder(), ofMetric: map[string]string{}}
	inModule := *s
	inModule.Monitoring.Project = anyProject
	m.inModule = &inModule
	m.file("versions.tf", m.versions())
	m.file("variables.tf", m.variables())
	m.descriptors()
	m.slos()
	m.alerts()
	m.dashboard()
	m.outputs()
	if m.err != nil {
		return nil, fmt.Errorf("terraform: %w", m.err)
	}
	return m.files, nil
}

// A moduleWriter writes the files of a module. After an error it writes no more.
type moduleWriter struct {
	schema   *schema.Schema
	inModule *schema.Schema // the schema with anyProject
	folder   string
	encoder  *templates.JSONEncoder
	ofMetric map[string]string // the addresses of descriptors by metric type
	files    []outfiles.File
	err      error
}

func (m *moduleWriter) file(name string, body any) {
	if m.err != nil {
		return
	}
	data, err := m.encoder.Encode(body)
	m.err = err
	m.files = append(m.files, outfiles.File{Path: path.Join(m.folder, name+".json"), Folder: m.folder, Data: data})
}

// A resource is a resource of Terraform.
type resource struct {
	kind string
	name string
	body templates.Object
}

// resources writes a file with resources. Those of one type must follow each other.
func (m *moduleWriter) resources(name string, list []resource) {
	var kinds templates.Object
	for _, r := range list {
		if last := len(kinds) - 1; last < 0 || kinds[last].Key != r.kind {
			kinds = append(kinds, templates.Member{Key: r.kind, Value: templates.Object{}})
		}
		last := &kinds[len(kinds)-1]
		last.Value = append(last.Value.(templates.Object), templates.Member{Key: r.name, Value: r.body})
	}
	if len(kinds) > 0 {
		m.file(name, templates.Object{{Key: "resource", Value: kinds}})
	}
}

// body returns a body of the API in Terraform's form, after other attributes.
func (m *moduleWriter) body(body any, before ...templates.Member) templates.Object {
	o, err := templates.TerraformBody(body)
	if m.err == nil {
		m.err = err
	}
	all := templates.Object{{Key: "project", Value: templates.Template("${var.project}")}}
	return append(append(all, before...), o...)
}

func (m *moduleWriter) versions() any {
	google := templates.Object{{Key: "source", Value: "hashicorp/google"}, {Key: "version", Value: providerVersion}}
	return templates.Object{{Key: "terraform", Value: templates.Object{
		{Key: "required_version", Value: terraformVersion},
		{Key: "required_providers", Value: templates.Object{{Key: "google", Value: google}}},
	}}}
}

// variables returns the variables. Terraform takes their defaults as they are, without
// expressions.
func (m *moduleWriter) variables() any {
	project := templates.Object{{Key: "type", Value: "string"}, {Key: "description", Value: "Project that has the metrics and the SLOs."}}
	if p := m.schema.Monitoring.Project; p != "" {
		project = append(project, templates.Member{Key: "default", Value: p})
	}
	channels := m.schema.Channels
	if channels == nil {
		channels = map[string][]string{}
	}
	return templates.Object{{Key: "variable", Value: templates.Object{
		{Key: "project", Value: project},
		{Key: "notification_channels", Value: templates.Object{
			{Key: "type", Value: "map(list(string))"},
			{Key: "description", Value: "Full names of notification channels, by severity: page, ticket."},
			{Key: "default", Value: channels},
		}},
	}}}
}

// descriptors writes the descriptors. Labels force Terraform to replace a metric, and that
// deletes its data. The exporter adds labels by itself.
func (m *moduleWriter) descriptors() {
	var list []resource
	for _, d := range descriptors(m.schema) {
		body := append(m.body(d.body), templates.Member{Key: "lifecycle", Value: templates.Object{
			{Key: "prevent_destroy", Value: true},
			{Key: "ignore_changes", Value: []string{"labels"}},
		}})
		list = append(list, resource{typeDescriptor, d.name, body})
		m.ofMetric[d.body.Type] = typeDescriptor + "." + d.name
	}
	m.resources("descriptors.tf", list)
}

// serviceType returns the type of the resource of the service.
func (m *moduleWriter) serviceType() string {
	if m.schema.Service.Type == "" {
		return typeCustomService
	}
	return typeService
}

// slos writes the service and its SLOs.
func (m *moduleWriter) slos() {
	s := m.schema
	if s.Service == nil {
		return
	}
	service := m.body(serviceBody(s.Service), templates.Member{Key: "service_id", Value: s.Service.ID})
	list := []resource{{m.serviceType(), "service", without(service, "custom")}}
	for _, o := range s.SLOs {
		body := m.body(sloBody(s.Monitoring, o),
			templates.Member{Key: "service", Value: templates.Template("${" + m.serviceType() + ".service.service_id}")},
			templates.Member{Key: "slo_id", Value: o.ResourceID})
		body = terraformSLO(o, body)
		if needed := m.descriptorsOf(o); len(needed) > 0 {
			body = append(body, templates.Member{Key: "depends_on", Value: needed})
		}
		list = append(list, resource{typeSLO, terraformName(o.ResourceID), body})
	}
	m.resources("slos.tf", list)
}

// descriptorsOf returns the addresses of the descriptors of the metrics that the SLO selects.
func (m *moduleWriter) descriptorsOf(o *schema.SLO) []string {
	var needed []string
	for _, v := range o.Views() {
		if address := m.ofMetric[m.schema.Monitoring.MetricType(v.SLOName())]; address != "" {
			needed = append(needed, address)
		}
	}
	return needed
}

// terraformSLO changes an SLO as the provider has it: no object around the indicator, the
// period in days, and an attribute where the API has an empty object.
func terraformSLO(o *schema.SLO, body templates.Object) templates.Object {
	var changed templates.Object
	for _, member := range body {
		switch member.Key {
		case "service_level_indicator":
			for _, form := range member.Value.(templates.Object) {
				changed = append(changed, templates.Member{Key: indicatorKeys[form.Key], Value: enableAvailability(form.Value)})
			}
		case "rolling_period":
			changed = append(changed, templates.Member{Key: "rolling_period_days", Value: o.Days})
		default:
			changed = append(changed, member)
		}
	}
	return changed
}

var indicatorKeys = map[string]string{"basic_sli": "basic_sli", "request_based": "request_based_sli", "windows_based": "windows_based_sli"}

// enableAvailability gives each "availability" of an indicator its only attribute.
func enableAvailability(v any) any {
	o, ok := v.(templates.Object)
	if !ok {
		return v
	}
	var changed templates.Object
	for _, member := range o {
		if member.Key == "availability" {
			member.Value = templates.Object{{Key: "enabled", Value: true}}
		} else {
			member.Value = enableAvailability(member.Value)
		}
		changed = append(changed, member)
	}
	return changed
}

// alerts writes the alert policies, with the names of the SLOs and the channels that
// Terraform knows.
func (m *moduleWriter) alerts() {
	var list []resource
	for _, o := range m.schema.SLOs {
		address := typeSLO + "." + terraformName(o.ResourceID)
		for _, p := range (alertWriter{m.inModule, o}).policies() {
			p.body.NotificationChannels = nil
			selects := false
			for i := range p.body.Conditions {
				if t := p.body.Conditions[i].Threshold; t != nil {
					selects = selects || strings.Contains(t.Filter, "select_slo_")
				}
			}
			body := sloNames(m.body(p.body), sloName(m.inModule, o), "${"+address+".name}")
			body = append(body, templates.Member{Key: "notification_channels", Value: templates.Template(`${lookup(var.notification_channels, "` + p.severity + `", [])}`)})
			if !selects {
				body = append(body, templates.Member{Key: "depends_on", Value: []string{address}})
			}
			list = append(list, resource{typePolicy, terraformName(p.name), body})
		}
	}
	m.resources("alerts.tf", list)
}

// sloNames replaces the name of an SLO in the selectors of conditions.
func sloNames(body templates.Object, name, expression string) templates.Object {
	conditions, _ := body.Get("conditions").([]any)
	for _, c := range conditions {
		threshold, ok := c.(templates.Object).Get("condition_threshold").(templates.Object)
		if !ok {
			continue
		}
		for i := range threshold {
			filter, ok := threshold[i].Value.(templates.Template)
			if ok && threshold[i].Key == "filter" && strings.HasPrefix(string(filter), "select_slo_") {
				threshold[i].Value = templates.Template(strings.Replace(string(filter), name, expression, 1))
			}
		}
	}
	return body
}

// dashboard writes the dashboard as a file of the API, and the resource that reads it.
func (m *moduleWriter) dashboard() {
	if m.schema.DashboardTiles() == 0 {
		return
	}
	text := `file("${path.module}/dashboard.json")`
	var slos []string
	for _, o := range m.schema.SLOs {
		slos = append(slos, typeSLO+"."+terraformName(o.ResourceID))
	}
	if len(slos) > 0 {
		// The name of the service is in it, so that no text of the schema is replaced.
		services := func(project string) string { return "projects/" + project + "/services/" + m.schema.Service.ID + "/" }
		text = fmt.Sprintf(`replace(%s, "%s", "%s")`, text, services(anyProject), services("${var.project}"))
	}
	body := templates.Object{
		{Key: "project", Value: templates.Template("${var.project}")},
		{Key: "dashboard_json", Value: templates.Template("${" + text + "}")},
	}
	if len(slos) > 0 {
		body = append(body, templates.Member{Key: "depends_on", Value: slos})
	}
	m.resources("dashboard.tf", []resource{{typeDashboard, "service", body}})
	m.file("dashboard", dashboardBody(m.inModule))
}

// outputs writes the full names of the SLOs.
func (m *moduleWriter) outputs() {
	var outputs templates.Object
	for _, o := range m.schema.SLOs {
		name := terraformName(o.ResourceID)
		outputs = append(outputs, templates.Member{Key: "slo_" + name, Value: templates.Object{
			{Key: "description", Value: fmt.Sprintf("Full name of the SLO %s.", o.ResourceID)},
			{Key: "value", Value: templates.Template("${" + typeSLO + "." + name + ".name}")},
		}})
	}
	if len(outputs) > 0 {
		m.file("outputs.tf", templates.Object{{Key: "output", Value: outputs}})
	}
}

// terraformName returns the name of a resource for an id or the name of a file.
func terraformName(id string) string { return strings.ReplaceAll(id, "-", "_") }

func without(o templates.Object, key string) templates.Object {
	var kept templates.Object
	for _, m := range o {
		if m.Key != key {
			kept = append(kept, m)
		}
	}
	return kept
}
