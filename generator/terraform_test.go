package generator

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/templates"
)

// moduleOf returns the files of a Terraform module by name.
func moduleOf(t *testing.T, text string) map[string]string {
	t.Helper()
	files, err := terraformFiles(parse(t, text), "deploy/tf")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range files {
		if f.Folder != "deploy/tf" || !json.Valid(f.Data) {
			t.Errorf("%s in the folder %s", f.Path, f.Folder)
		}
		all[path.Base(f.Path)] = string(f.Data)
	}
	return all
}

func fileNames(module map[string]string) string {
	var list []string
	for name := range module {
		list = append(list, strings.TrimSuffix(name, ".json"))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// TestModuleWithoutProject checks that Terraform needs no project, and that the variable
// then has no default.
func TestModuleWithoutProject(t *testing.T) {
	m := moduleOf(t, "ocgen: v1\npackage: p\nservice: {id: s}\nmeasures:"+counters(2)+`
slos:
  x: {goal: 99%, period: 28d, ratio: {bad: c0, total: c1}}
generate: {terraform: deploy/tf}
`)
	if got := fileNames(m); got != "alerts.tf dashboard dashboard.tf descriptors.tf outputs.tf slos.tf variables.tf versions.tf" {
		t.Errorf("the files are %s", got)
	}
	var variables struct {
		Variable struct{ Project, Notification_channels map[string]any }
	}
	if err := json.Unmarshal([]byte(m["variables.tf.json"]), &variables); err != nil {
		t.Fatal(err)
	}
	if _, has := variables.Variable.Project["default"]; has {
		t.Error("the project has a default")
	}
	if channels, ok := variables.Variable.Notification_channels["default"].(map[string]any); !ok || len(channels) != 0 {
		t.Errorf("the channels are %v", channels)
	}
	if strings.Contains(m["alerts.tf.json"], "projects/-") || !strings.Contains(m["dashboard.json"], "projects/-/services/s/") {
		t.Error("the project of an SLO is written, or not in the dashboard")
	}
}

// TestModuleLeavesOutEmptyFiles checks that a file without resources is not written.
func TestModuleLeavesOutEmptyFiles(t *testing.T) {
	for _, c := range []struct{ schema, want string }{
		{"service: {id: s}\n", "slos.tf variables.tf versions.tf"},
		{"measures:" + counters(1) + "\n", "dashboard dashboard.tf descriptors.tf variables.tf versions.tf"},
		{"measures:" + counters(1) + "\nmonitoring: {metric_prefix: run.googleapis.com/x}\n", "dashboard dashboard.tf variables.tf versions.tf"},
		{"service: {id: s}\nmeasures:" + counters(2) + "\nslos: {a: {goal: 99%, period: 28d, ratio: {bad: c0, total: c1}, alerts: none}}\n",
			"dashboard dashboard.tf descriptors.tf outputs.tf slos.tf variables.tf versions.tf"},
	} {
		if got := fileNames(moduleOf(t, "ocgen: v1\npackage: p\n"+c.schema)); got != c.want {
			t.Errorf("%s: the files are %s, want %s", c.schema, got, c.want)
		}
	}
}

// TestDashboardOfModuleWithoutSLOs checks that a dashboard without SLOs is not searched for
// a project.
func TestDashboardOfModuleWithoutSLOs(t *testing.T) {
	m := moduleOf(t, "ocgen: v1\npackage: p\nmeasures:"+counters(1)+"\n")
	if text := m["dashboard.tf.json"]; strings.Contains(text, "replace(") || strings.Contains(text, "depends_on") {
		t.Error(text)
	}
}

// TestPolicyWithoutSelectorDependsOnItsSLO checks the policy of absent data and the one in
// PromQL: they name the metrics, which the SLO depends on.
func TestPolicyWithoutSelectorDependsOnItsSLO(t *testing.T) {
	m := moduleOf(t, "ocgen: v1\npackage: p\nservice: {id: s}\nmonitoring: {resource: global}\nmeasures:"+counters(2)+`
alerts: {absent: 30m}
slos:
  an_slo: {goal: 99%, period: 28d, ratio: {bad: c0, total: c1}}
generate: {terraform: deploy/tf}
`)
	var file struct {
		Resource map[string]map[string]struct {
			Depends []string `json:"depends_on"`
		}
	}
	if err := json.Unmarshal([]byte(m["alerts.tf.json"]), &file); err != nil {
		t.Fatal(err)
	}
	policies := file.Resource["google_monitoring_alert_policy"]
	if len(policies) != 5 {
		t.Errorf("%d policies", len(policies))
	}
	for name, p := range policies {
		want := []string{"google_monitoring_slo.an_slo"}
		if strings.HasSuffix(name, "h") || strings.HasSuffix(name, "1d") {
			want = nil // the selector refers to it
		}
		if !slices.Equal(p.Depends, want) {
			t.Errorf("%s depends on %q, want %q", name, p.Depends, want)
		}
	}
}

// TestTerraformBody checks the values that Terraform would read differently.
func TestTerraformBody(t *testing.T) {
	body, err := templates.TerraformBody(templates.Service{
		DisplayName: "a $${b} %%{c} ${d} %{e} $ %", UserLabels: map[string]string{"min": "Infinity", "userLabel": "${x}"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := templates.NewJSONEncoder().Encode(body)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
  "display_name": "a $$${b} %%%{c} $${d} %%{e} $ %",
  "user_labels": {
    "min": "Infinity",
    "userLabel": "$${x}"
  }
}
`
	if string(got) != want {
		t.Errorf("got %s", got)
	}
	if _, err := templates.TerraformBody(templates.Number(1)); err == nil {
		t.Error("a number is an object")
	}
}
