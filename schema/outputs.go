package schema

import (
	"slices"

	"github.com/ocgen/ocgen/internal/cloudmonitoring"
)

// An outputKind is a kind of output beside the Go file: files in a folder of
// their own, or one page. Reading "generate", the check for clashes of paths and the
// claims of schemas use the rows. generator/outputs.go has the function that emits each
// kind.
type outputKind struct {
	key    string                   // in "generate", e.g. "slo"
	doc    string                   // the content, for the table of keys
	folder string                   // default for a schema with SLOs; "" if there is no default
	page   bool                     // one file in Markdown, and no folder
	shared bool                     // one for all environments; otherwise each environment has a folder in it
	named  func(*Schema) []namesake // files that are named after ids; nil if every id gives a valid name
	empty  func(*Schema) string     // why a folder would have no file, or ""; nil for a page
}

// A namesake is an element whose id is in the name of a file.
type namesake struct {
	what, id string // e.g. "SLO", "availability"
	file     string // e.g. "availability.json"
	at       Place
}

// outputKinds are all kinds, in the order in which they are written.
var outputKinds = []outputKind{
	{key: "slo", doc: "folder of the SLOs and the service", folder: "slo", named: slosByID, empty: noSLOs},
	{key: "descriptors", doc: "folder of the metric descriptors", folder: "descriptors", named: viewsByID, empty: noDescriptors},
	{key: "alerts", doc: "folder of the alert policies of the SLOs", empty: noPolicies},
	{key: "prometheus", doc: "folder of the recording and alerting rules of the SLOs for Prometheus", named: rulesByService, empty: noRules},
	{key: "dashboards", doc: "folder of the dashboard of the service", named: dashboardByID, empty: noDashboard},
	{key: "terraform", doc: "folder of a Terraform module with all that the schema defines in Cloud Monitoring", empty: noModule},
	{key: "docs", doc: "page in Markdown about the metrics, tags and SLOs, e.g. `METRICS.md`", page: true, shared: true},
}

func slosByID(s *Schema) (all []namesake) {
	for _, o := range s.SLOs {
		all = append(all, namesake{"SLO", o.ID, o.ID + ".json", o.Place})
	}
	return all
}

func viewsByID(s *Schema) (all []namesake) {
	for _, v := range s.Views() {
		all = append(all, namesake{"view", v.ID, v.ID + ".json", v.Place})
	}
	return all
}

func rulesByService(s *Schema) []namesake {
	if s.Service == nil {
		return nil
	}
	return []namesake{{"service", s.Service.ID, s.Service.ID + ".rules.yaml", s.Service.Place}}
}

// dashboardByID returns the service. A schema without one has a dashboard with the name of
// its package, which always is the name of a file.
func dashboardByID(s *Schema) []namesake {
	if s.Service == nil {
		return nil
	}
	return []namesake{{"service", s.Service.ID, s.Service.ID + ".json", s.Service.Place}}
}

func noSLOs(s *Schema) string {
	if len(s.SLOs) == 0 && s.Service == nil {
		return "the schema has no service and no SLOs"
	}
	return ""
}

func noDescriptors(s *Schema) string {
	for _, v := range s.Views() {
		if slices.ContainsFunc(v.Exports(), func(name string) bool { return cloudmonitoring.Creatable(s.Monitoring.MetricType(name)) }) {
			return ""
		}
	}
	if len(s.Views()) > 0 {
		return "the metrics of all views belong to Google"
	}
	return "the schema has no views"
}

func noPolicies(s *Schema) string {
	if slices.ContainsFunc(s.SLOs, func(slo *SLO) bool { return slo.Alerts != nil }) {
		return "" // alert-none reports an SLO without a tier
	}
	if s.Environment != "" && len(s.SLOs) > 0 {
		return "" // an environment may have no alerts
	}
	if len(s.SLOs) > 0 {
		return "all SLOs have \"alerts: none\""
	}
	return "the schema has no SLOs"
}

// noRules returns nothing for SLOs that Prometheus cannot compute: prometheus-basic and
// prometheus-threshold report these.
func noRules(s *Schema) string {
	if len(s.SLOs) == 0 {
		return "the schema has no SLOs"
	}
	return ""
}

func noDashboard(s *Schema) string {
	if s.DashboardTiles() == 0 {
		return "the schema has no SLOs and no views"
	}
	return ""
}

func noModule(s *Schema) string {
	if noSLOs(s) != "" && noDashboard(s) != "" {
		return "the schema has no service, no SLOs and no views"
	}
	return ""
}

// OutputKeys returns the keys of "generate" that name a folder or a page, in the order
// in which they are written.
func OutputKeys() []string {
	var keys []string
	for _, kind := range outputKinds {
		keys = append(keys, kind.key)
	}
	return keys
}

// Path returns the path of a kind of output by its key in "generate", or "" if the kind
// is not written.
func (g Generate) Path(key string) string { return g.Output(key).Path }

// Output returns the folder or the page of a kind of output by its key in "generate". Its
// path is "" if the kind is not written.
func (g Generate) Output(key string) OutputPath {
	for _, o := range g.Outputs {
		if o.Key == key {
			return o
		}
	}
	return OutputPath{}
}

// defaultOutputs returns the outputs of a schema that names none.
func defaultOutputs(s *Schema) []OutputPath {
	var outputs []OutputPath
	for _, kind := range outputKinds {
		if len(s.SLOs) > 0 && kind.folder != "" {
			outputs = append(outputs, OutputPath{Key: kind.key, Path: kind.folder, PerEnvironment: !kind.shared})
		}
	}
	return outputs
}
