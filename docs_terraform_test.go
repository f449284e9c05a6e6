package ocgen_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

var tfAddress = regexp.MustCompile(`module\.metrics\.(google_monitoring_[a-z_]+)\.([a-z0-9_-]+)`)

// TestTerraformPage compares docs/terraform.md with the module of the example shop in production: the
// addresses exist, the table has all files, and Terraform reads the configuration that calls
// the module.
func TestTerraformPage(t *testing.T) {
	page, err := os.ReadFile("docs/terraform.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	resources := writeShopModule(t, dir)
	addresses := tfAddress.FindAllStringSubmatch(string(page), -1)
	if len(addresses) < 6 {
		t.Errorf("only the addresses %q", addresses)
	}
	for _, a := range addresses {
		if resources[a[1]][a[2]] == nil {
			t.Errorf("the module of the shop has no %s.%s", a[1], a[2])
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "metrics", "terraform", "*.json"))
	if err != nil || len(files) < 8 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if !strings.Contains(string(page), "`"+filepath.Base(f)+"`") {
			t.Errorf("the table lacks %s", filepath.Base(f))
		}
	}
	_, block, found := strings.Cut(string(page), "<!-- run: terraform -->\n```hcl\n")
	config, _, ends := strings.Cut(block, "```")
	if !found || !ends {
		t.Fatal("docs/terraform.md has no block <!-- run: terraform -->")
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	for _, command := range [][]string{{"fmt", "-check", "main.tf"}, {"get"}, {"providers"}} {
		cmd := exec.Command(terraform, command...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "NO_COLOR=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil || command[0] == "providers" && !strings.Contains(string(out), "module.metrics") {
			t.Errorf("terraform %s: %v\n%s%s", command, err, out, &stderr)
		}
	}
}

// writeShopModule generates the module of the example shop below dir/metrics/terraform, and
// returns its resources by type and name.
func writeShopModule(t *testing.T, dir string) map[string]map[string]any {
	t.Helper()
	src, err := os.ReadFile("examples/shop/shopmetrics/metrics.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, problems := schema.Parse(src, schema.Options{File: "metrics.yaml"})
	if s == nil {
		t.Fatal(problems)
	}
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	resources := map[string]map[string]any{}
	for _, f := range files {
		if f.Folder != "terraform/prod" {
			continue
		}
		path := filepath.Join(dir, "metrics", "terraform", filepath.Base(filepath.FromSlash(f.Path)))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		var file struct{ Resource map[string]map[string]any }
		if err := json.Unmarshal(f.Data, &file); err != nil {
			t.Fatal(err)
		}
		for kind, named := range file.Resource {
			if resources[kind] == nil {
				resources[kind] = map[string]any{}
			}
			for name, body := range named {
				resources[kind][name] = body
			}
		}
	}
	return resources
}
