// Package docs_test compiles what the documentation shows of exporters.
package docs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "github.com/ocgen/ocgen/runtime/autoexport" // so that go.mod requires what blocks import
)

var (
	goBlock   = regexp.MustCompile("(?s)```go\n(.*?)```")
	qualifier = regexp.MustCompile(`\b([a-z]+)\.[A-Z]`)
)

const module = "github.com/ocgen/ocgen/"

// importPaths are those of the packages that the blocks name.
var importPaths = map[string]string{
	"http": "net/http", "os": "os", "time": "time",
	"shopmetrics": module + "golden/shopmetrics",
	"runtime":     module + "runtime",
	"slo":         module + "runtime/slo",
	"evaluate":    module + "runtime/slo/evaluate",
	"sloz":        module + "runtime/sloz",
	"autoexport":  module + "runtime/autoexport",
	"console":     module + "runtime/console",
	"metrictest":  module + "runtime/metrictest",
	"censustest":  module + "runtime/metrictest/censustest",
	"otlp":        module + "runtime/otlp",
	"prometheus":  module + "runtime/prometheus",
	"stackdriver": module + "runtime/stackdriver",
}

// exporterBlocks returns the Go code of docs/exporters.md, and of the README's
// section on exporters.
func exporterBlocks(t *testing.T) [][]string {
	t.Helper()
	page, err := os.ReadFile("../../../docs/exporters.md")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(readme), "\n### Where metrics go\n")
	section, _, ends := strings.Cut(section, "\n## ")
	if !found || !ends {
		t.Fatal("README.md has lost its section on exporters")
	}
	return goBlock.FindAllStringSubmatch(string(page)+section, -1)
}

// TestExporterBlocks compiles what the documentation shows of exporters, each
// block as the body of a function, or as the test that it is.
func TestExporterBlocks(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	dir := t.TempDir()
	blocks := slices.DeleteFunc(exporterBlocks(t), func(block []string) bool {
		return strings.HasPrefix(block[1], "package ") // TestUnitTestFile runs it
	})
	for i, block := range blocks {
		file := filepath.Join(dir, fmt.Sprintf("block%d.go", i))
		if err := os.WriteFile(file, []byte(blockFile(i, block[1])), 0o644); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[filepath.Join(here, "blocks", filepath.Base(file))] = file
	}
	if len(blocks) < 10 {
		t.Fatalf("the documentation shows only %d blocks of Go code", len(blocks))
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", list, "./blocks").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// blockFile returns a file with the block and what it imports.
func blockFile(i int, code string) string {
	var b strings.Builder
	b.WriteString("package blocks\n\n")
	imported := map[string]bool{}
	for _, q := range qualifier.FindAllStringSubmatch(code, -1) {
		if path, ok := importPaths[q[1]]; ok && !imported[path] {
			imported[path] = true
			fmt.Fprintf(&b, "import %q\n", path)
		}
	}
	if strings.HasPrefix(code, "func Test") {
		fmt.Fprintf(&b, "import \"testing\"\n\n%s", code)
		return b.String()
	}
	fmt.Fprintf(&b, "import \"context\"\n\nfunc block%d(ctx context.Context, serve func(context.Context) error) error {\n%s\nreturn nil\n}\n", i, code)
	return b.String()
}
