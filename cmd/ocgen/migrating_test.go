package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// migratingScript does what docs/migrating.md says, with the files that it shows.
const migratingScript = `module example.com/service
exec ocgen import -o metrics/metrics.yaml
cmp metrics/metrics.yaml want.yaml
exec ocgen lint --strict metrics
exec ocgen generate metrics
exec go vet ./...
exec go run .
stdout 'shop/request_latency'
cp after.txt shop/metrics.go
exec go vet ./...
exec go run .
stdout 'shop/request_latency'
cp direct.txt metrics/metrics.yaml
exec ocgen generate metrics
grep 'series.NewDistributions' metrics/metrics_gen.go
exec go run .
stdout 'shop/request_latency'
`

var fence = regexp.MustCompile("(?s)```(go|yaml)\n(.*?)```")

// TestMigratingPage runs the steps of the page over its own blocks.
func TestMigratingPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/migrating.md")
	if err != nil {
		t.Fatal(err)
	}
	var code, yaml []string
	for _, block := range fence.FindAllStringSubmatch(string(page), -1) {
		if block[1] == "go" {
			code = append(code, block[2])
		} else {
			yaml = append(yaml, block[2])
		}
	}
	if len(code) != 3 || len(yaml) != 2 {
		t.Fatalf("the page has %d blocks of Go and %d of YAML, want 3 and 2", len(code), len(yaml))
	}
	checkReadme(t, code[0], yaml[0])
	header, _, _ := strings.Cut(header(t), "ocgen: v1")
	script := &txtar.Archive{Comment: []byte(migratingScript)}
	for _, f := range []struct{ name, text string }{
		{"shop/metrics.go", code[0]}, {"main.go", code[1]}, {"after.txt", code[2]},
		{"want.yaml", header + yaml[0]}, {"direct.txt", yaml[0] + yaml[1]},
	} {
		script.Files = append(script.Files, txtar.File{Name: f.name, Data: []byte(f.text)})
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "migrating.txtar"), txtar.Format(script), 0o666); err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, params(dir))
}

// checkReadme checks that the README shows parts of the page's package and schema.
func checkReadme(t *testing.T, pkg, schema string) {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(readme), "## Coming from hand-written OpenCensus")
	shown := fence.FindAllStringSubmatch(section, 2)
	if !found || len(shown) != 2 || !strings.Contains(pkg, shown[0][2]) || !strings.HasSuffix(schema, shown[1][2]) {
		t.Errorf("README.md shows code or a schema that docs/migrating.md does not have: %q", shown)
	}
}

// header returns the start of an imported schema.
func header(t *testing.T) string {
	t.Helper()
	fixture, err := txtar.ParseFile("testdata/script/import_findings.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fixture.Files {
		if f.Name == "schema" {
			return string(f.Data)
		}
	}
	t.Fatal("the fixture has no schema")
	return ""
}
