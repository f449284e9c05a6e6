package golden_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/fakemonitoring/slocheck"
)

// TestTerraform checks every module of the golden cases and the examples: names, nesting and
// types are as the provider's documentation says, and the bodies equal the files in the other
// folders.
func TestTerraform(t *testing.T) {
	seen := map[string]bool{}
	for _, dir := range modules(t) {
		t.Run(dir, func(t *testing.T) {
			m := readModule(t, dir)
			if err := m.Check(); err != nil {
				t.Error(err)
			}
			if m.Settings["required_version"] != ">= 1.3" {
				t.Errorf("settings are %v", m.Settings)
			}
			for kind := range m.Resources {
				seen[kind] = true
			}
			compareBodies(t, dir, evaluated(t, m))
			for _, body := range m.Resources["google_monitoring_slo"] {
				checkDependencies(t, m, body)
			}
		})
	}
	for _, kind := range []string{"metric_descriptor", "custom_service", "service", "slo", "alert_policy", "dashboard"} {
		if !seen["google_monitoring_"+kind] {
			t.Errorf("no module has a resource of the type %s", kind)
		}
	}
}

// modules returns the folders with a module of Terraform.
func modules(t *testing.T) []string {
	t.Helper()
	var dirs []string
	for _, dir := range schemaFolders(t) {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && e.Name() == "versions.tf.json" {
				dirs = append(dirs, filepath.Dir(path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return dirs
}

func readModule(t *testing.T, dir string) *slocheck.Module {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.tf.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files [][]byte
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, data)
	}
	m, err := slocheck.ReadModule(files)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A bodies has the bodies of resources by type and name.
type bodies map[string]map[string]map[string]any

// evaluated returns the bodies with the values of their expressions.
func evaluated(t *testing.T, m *slocheck.Module) bodies {
	t.Helper()
	all := bodies{}
	for kind, named := range m.Resources {
		all[kind] = map[string]map[string]any{}
		for name, body := range named {
			values, err := m.Evaluated(body)
			if err != nil {
				t.Error(err)
			}
			all[kind][name] = values
		}
	}
	return all
}

// compareBodies compares the bodies of a module, as the API has them, with the files of the
// other folders of the same schema and environment.
func compareBodies(t *testing.T, dir string, all bodies) {
	t.Helper()
	kinds := map[string]string{
		"google_monitoring_metric_descriptor": "descriptor", "google_monitoring_custom_service": "service",
		"google_monitoring_service": "service", "google_monitoring_slo": "slo", "google_monitoring_alert_policy": "alert",
	}
	for kind, files := range filesByKind(t, dir) {
		if kind == "dashboard" || kind == "terraform" {
			continue
		}
		compared := 0
		for _, f := range files {
			name := strings.TrimSuffix(filepath.Base(f.path), ".json")
			if kind != "descriptor" {
				name = strings.ReplaceAll(name, "-", "_")
			}
			var want any
			if err := json.Unmarshal(f.data, &want); err != nil {
				t.Fatal(err)
			}
			for resource, named := range all {
				if kinds[resource] != kind || named[name] == nil {
					continue
				}
				compared++
				if got := slocheck.APIBody(resource, named[name]); !reflect.DeepEqual(any(got), want) {
					t.Errorf("%s.%s differs from %s:\n%v\n%v", resource, name, f.path, got, want)
				}
			}
		}
		resources := 0
		for resource, named := range all {
			if kinds[resource] == kind {
				resources += len(named)
			}
		}
		if compared != len(files) || resources != len(files) {
			t.Errorf("%d of %d files of the kind %s are in the module, which has %d", compared, len(files), kind, resources)
		}
	}
}

// filesByKind returns the files of the schema that a module is for: in the folder of its
// environment, if it has one.
func filesByKind(t *testing.T, module string) map[string][]jsonFile {
	t.Helper()
	root := module
	for !slices.Contains(schemaFolders(t), root) {
		root = filepath.Dir(root)
	}
	p := folderOf{dir: root}
	if filepath.Base(filepath.Dir(module)) == "terraform" {
		p.environment = filepath.Base(module)
	}
	byKind := map[string][]jsonFile{}
	for _, f := range jsonFiles(t, p) {
		byKind[f.kind] = append(byKind[f.kind], f)
	}
	return byKind
}

// checkDependencies checks that an SLO depends on the descriptor of each metric that its
// filters name.
func checkDependencies(t *testing.T, m *slocheck.Module, body map[string]any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for name, d := range m.Resources["google_monitoring_metric_descriptor"] {
		if strings.Contains(string(text), `metric.type=\"`+d["type"].(string)+`\"`) {
			want = append(want, "google_monitoring_metric_descriptor."+name)
		}
	}
	list, _ := body["depends_on"].([]any)
	for _, address := range list {
		got = append(got, address.(string))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the SLO %v depends on %q, want %q", body["slo_id"], got, want)
	}
}

var (
	nameOfSLO   = regexp.MustCompile(`google_monitoring_slo\.([a-z0-9_]+)\.name`)
	idOfService = regexp.MustCompile(`google_monitoring_(?:custom_)?service\.service\.service_id`)
)

// TestTerraformReadsModules has Terraform itself read each module, and evaluate the bodies
// of the resources: as local values, because the provider is not there. They must be those
// of the other folders too.
func TestTerraformReadsModules(t *testing.T) {
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	for _, dir := range modules(t) {
		t.Run(dir, func(t *testing.T) {
			out, err := runTerraform(terraform, copyModule(t, dir), "", "providers")
			if err != nil || !strings.Contains(out, "hashicorp/google] >= 6.13.0") {
				t.Fatalf("%v\n%s", err, out)
			}
			m := readModule(t, dir)
			locals := map[string]any{"slo_names": map[string]string{}, "service_id": ""}
			for name, body := range m.Resources["google_monitoring_slo"] {
				full, err := m.Evaluated(map[string]any{"name": "${google_monitoring_slo." + name + ".name}", "id": body["slo_id"]})
				if err != nil {
					t.Fatal(err)
				}
				locals["slo_names"].(map[string]string)[name] = full["name"].(string)
			}
			all := map[string]any{}
			for kind, named := range m.Resources {
				plain := map[string]any{}
				for name, body := range named {
					body = maps.Clone(body)
					delete(body, "lifecycle")
					delete(body, "depends_on")
					plain[name] = body
					if id, ok := body["service_id"].(string); ok {
						locals["service_id"] = id
					}
				}
				all[kind] = plain
			}
			locals["all"] = all
			module := copyModule(t, dir)
			for _, path := range mustGlob(t, filepath.Join(module, "*.tf.json")) {
				if filepath.Base(path) != "variables.tf.json" {
					if err := os.Remove(path); err != nil {
						t.Fatal(err)
					}
				}
			}
			text, err := json.Marshal(map[string]any{"locals": locals})
			if err != nil {
				t.Fatal(err)
			}
			text = nameOfSLO.ReplaceAll(text, []byte("local.slo_names.$1"))
			text = idOfService.ReplaceAll(text, []byte("local.service_id"))
			if err := os.WriteFile(filepath.Join(module, "locals.tf.json"), text, 0o644); err != nil {
				t.Fatal(err)
			}
			out, err = runTerraform(terraform, module, "base64encode(jsonencode(local.all))", "console")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			data, err := base64.StdEncoding.DecodeString(strings.Trim(strings.TrimSpace(out), `"`))
			var values bodies
			if err != nil || json.Unmarshal(data, &values) != nil {
				t.Fatalf("%v: %s", err, out)
			}
			compareBodies(t, dir, values)
			compareDashboard(t, dir, values)
		})
	}
}

// compareDashboard compares the text of the dashboard with the file of the same schema.
func compareDashboard(t *testing.T, dir string, values bodies) {
	t.Helper()
	for _, body := range values["google_monitoring_dashboard"] {
		for _, f := range filesByKind(t, dir)["dashboard"] {
			if filepath.Base(f.path) == "dashboard.json" {
				continue
			}
			if body["dashboard_json"] != string(f.data) {
				t.Errorf("the dashboard differs from %s:\n%s", f.path, body["dashboard_json"])
			}
			return
		}
	}
	t.Error("the module has no dashboard, or the schema has none")
}

func copyModule(t *testing.T, dir string) string {
	t.Helper()
	module := filepath.Join(t.TempDir(), "module")
	if err := os.CopyFS(module, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return module
}

func mustGlob(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	return paths
}

// runTerraform runs a command in a module, without the settings of the user.
func runTerraform(terraform, module, input string, args ...string) (string, error) {
	cmd := exec.Command(terraform, args...)
	cmd.Dir = module
	cmd.Stdin = strings.NewReader(input)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "TF_") })
	cmd.Env = append(cmd.Env, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "NO_COLOR=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.String() + stderr.String(), err
	}
	return stdout.String(), nil
}
