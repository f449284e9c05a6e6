package ocgen_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/ocgen/ocgen/"

// law says what the non-test files of a package may import beside the standard
// library: for each package, or tree of packages ("/..."), prefixes of import
// paths. The first row that fits counts.
var law = []struct {
	pkg    string
	allows []string
}{
	{"schema", []string{"gopkg.in/yaml.v3", "github.com/agext/levenshtein"}},
	{"templates", []string{"github.com/dave/jennifer/"}},
	{"generator", []string{module + "schema", module + "templates", "github.com/aymanbagabas/go-udiff"}},
	{"internal/cli", []string{module + "schema", module + "generator"}},
	{"cmd/ocgen", []string{"github.com/spf13/cobra", module + "schema", module + "generator", module + "internal/cli"}},
	{"internal/endings", []string{module + "runtime", module + "runtime/stackdriver", module + "golden/many", module + "internal/fakemonitoring", "cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/slocheck", []string{"cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/equivalence/trial", []string{module + "runtime", "go.opencensus.io/"}},
	{"internal/equivalence/exports", []string{module + "runtime", module + "runtime/", module + "internal/fakemonitoring", module + "internal/fakeotlp", "cloud.google.com/go/monitoring/", "go.opencensus.io/", "google.golang.org/"}},
	{"internal/equivalence/pair/...", []string{module + "runtime", module + "internal/equivalence/trial", "go.opencensus.io/"}},
	{"internal/fakemonitoring", []string{"cloud.google.com/go/monitoring/", "google.golang.org/", "go.opencensus.io/", "contrib.go.opencensus.io/exporter/stackdriver"}},
	{"internal/fakeotlp", []string{"go.opentelemetry.io/proto/otlp/", "google.golang.org/"}},
	{"runtime", []string{"go.opencensus.io/"}},
	{"runtime/autoexport", []string{module + "runtime", module + "runtime/", "go.opencensus.io/"}},
	{"runtime/console", []string{module + "runtime", "go.opencensus.io/"}},
	{"runtime/metrictest", []string{module + "runtime", module + "runtime/console", "go.opencensus.io/"}},
	{"runtime/otlp", []string{module + "runtime", "go.opencensus.io/", "go.opentelemetry.io/", "google.golang.org/", "golang.org/x/net/http/httpguts", "github.com/google/uuid"}},
	{"runtime/prometheus", []string{module + "runtime", "go.opencensus.io/", "github.com/prometheus/"}},
	{"runtime/slo", []string{module + "runtime", "go.opencensus.io/"}},
	{"runtime/sloz", []string{module + "runtime/slo"}},
	{"runtime/stackdriver", []string{module + "runtime", "cloud.google.com/go/monitoring/", "cloud.google.com/go/compute/metadata", "go.opencensus.io/", "google.golang.org/"}},
	{"examples/sli", []string{module + "runtime", module + "runtime/", "go.opencensus.io/"}},
	{"internal/realprometheus", nil},
	{"examples/shop", []string{module + "runtime", module + "runtime/autoexport", module + "runtime/slo", module + "runtime/sloz", module + "examples/shop/", "go.opencensus.io/"}},
	{"examples/shop/shopmetrics", []string{module + "runtime", "go.opencensus.io/"}},
	{"golden/...", []string{module + "runtime", "go.opencensus.io/"}},
}

// TestImports holds the law of ARCHITECTURE.md: data goes one way, and a
// program links only the exporters that it names.
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Standard", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for decoder.More() {
		var pkg struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&pkg); err != nil {
			t.Fatal(err)
		}
		path := strings.TrimPrefix(pkg.ImportPath, module)
		i := slices.IndexFunc(law, func(row struct {
			pkg    string
			allows []string
		}) bool {
			tree, isTree := strings.CutSuffix(row.pkg, "/...")
			return path == row.pkg || isTree && strings.HasPrefix(path+"/", tree+"/")
		})
		if i < 0 {
			if len(pkg.Imports) > 0 {
				t.Errorf("%s stands in no row of the law: say in ARCHITECTURE.md and here what it may import", path)
			}
			continue
		}
		for _, imported := range pkg.Imports {
			if strings.Contains(strings.Split(imported, "/")[0], ".") && !allowed(imported, law[i].allows) {
				t.Errorf("%s imports %s", path, imported)
			}
		}
	}
}

func allowed(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		if strings.HasSuffix(prefix, "/") {
			return strings.HasPrefix(path, prefix)
		}
		return path == prefix || strings.HasPrefix(path, prefix+"/") && !strings.HasPrefix(prefix, module)
	})
}

// TestGeneratedImports holds generated code to runtime's core: an exporter is
// the choice of whoever writes main.
func TestGeneratedImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, "./golden/...", "./examples/shop/shopmetrics").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		if strings.HasPrefix(path, module) && path != module+"runtime" {
			t.Errorf("generated code imports %s", path)
		}
	}
}
