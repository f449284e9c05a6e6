// Package docs_test compiles the Go code in the documentation that needs exporters.
package docs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	_ "github.com/ocgen/ocgen/runtime/autoexport" // go.mod must require what blocks import
)

var (
	goBlock   = regexp.MustCompile("(?s)```go\n(.*?)```")
	qualifier = regexp.MustCompile(`\b([a-z]+)\.[A-Z]`)
)

const module = "github.com/ocgen/ocgen/"

// importPaths are the packages that blocks use, by the name in the block.
var importPaths = map[string]string{
	"http": "net/http", "log": "log", "os": "os", "time": "time",
	"shopmetrics": module + "golden/shopmetrics",
	"runtime":     module + "runtime",
	"census":      module + "runtime/census",
	"contrib":     "contrib.go.opencensus.io/exporter/stackdriver",
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

// pages are the files whose blocks are compiled.
var pages = []string{"README.md", "docs/exporters.md", "docs/sloz.md"}

// blocks returns the Go code of a page. It leaves out the README's first table, which
// TestHeadline compiles, and whole files, which TestUnitTestFile and .ci/newcomer run.
func blocks(t *testing.T, page string) (code []string) {
	t.Helper()
	text, err := os.ReadFile("../../../" + page)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "</table>")
	if !found {
		after = string(text)
	}
	for _, block := range goBlock.FindAllStringSubmatch(after, -1) {
		if !strings.HasPrefix(block[1], "package ") {
			code = append(code, block[1])
		}
	}
	if len(code) == 0 {
		t.Errorf("%s has no block of Go code", page)
	}
	return code
}

// TestBlocks compiles the blocks of Go code in the documentation, each as the body of a
// function, or as a test.
func TestBlocks(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	dir := t.TempDir()
	var all []string
	for _, page := range pages {
		all = append(all, blocks(t, page)...)
	}
	for i, block := range all {
		file := filepath.Join(dir, fmt.Sprintf("block%d.go", i))
		if err := os.WriteFile(file, []byte(blockFile(i, block)), 0o644); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[filepath.Join(here, "blocks", filepath.Base(file))] = file
	}
	if len(all) < 12 {
		t.Fatalf("the documentation shows only %d blocks of Go code", len(all))
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

// blockFile returns a file with the block and its imports.
func blockFile(i int, code string) string {
	var b strings.Builder
	b.WriteString("package blocks\n\n")
	imported := map[string]bool{}
	for _, q := range qualifier.FindAllStringSubmatch(code, -1) {
		if path, ok := importPaths[q[1]]; ok && !imported[path] {
			imported[path] = true
			fmt.Fprintf(&b, "import %s %q\n", q[1], path)
		}
	}
	if strings.HasPrefix(code, "func Test") {
		fmt.Fprintf(&b, "import \"testing\"\n\n%s", code)
		return b.String()
	}
	fmt.Fprintf(&b, "import \"context\"\n\nfunc block%d(ctx context.Context, serve func(context.Context) error) error {\n%s\nreturn nil\n}\n", i, code)
	return b.String()
}
