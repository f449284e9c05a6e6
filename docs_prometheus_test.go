package ocgen_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/internal/realprometheus"
	"github.com/ocgen/ocgen/schema"
)

// TestPrometheusPage generates the rules of the schema in docs/prometheus.md, and has
// Prometheus check them with the configuration there.
func TestPrometheusPage(t *testing.T) {
	promtool := realprometheus.Promtool(t)
	page, err := os.ReadFile("docs/prometheus.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```yaml\n")
	if len(blocks) != 3 {
		t.Fatalf("%d blocks", len(blocks)-1)
	}
	text, _, _ := strings.Cut(blocks[1], "```")
	config, _, _ := strings.Cut(blocks[2], "```")
	s, problems := schema.Parse([]byte(text), schema.Options{File: "metrics.yaml"})
	if s == nil || len(problems) > 0 {
		t.Fatal(problems)
	}
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range files {
		at := filepath.Join(dir, f.Path)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	at := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(at, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(promtool, "check", "config", at).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "rules found") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := exec.Command(promtool, "test", "rules", filepath.Join(dir, "rules/shop.tests.yaml")).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
