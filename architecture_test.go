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
	{"schema", []string{module + "internal/cloudmonitoring", "gopkg.in/yaml.v3", "github.com/agext/levenshtein"}},
	{"templates", []string{"github.com/dave/jennifer/"}},
	{"generator", []string{module + "schema", module + "templates", module + "internal/cloudmonitoring", module + "internal/outfiles"}},
	{"internal/outfiles", []string{"github.com/rogpeppe/go-internal/diff"}},
	{"internal/cli", []string{module + "schema", module + "generator", module + "internal/outfiles"}},
	{"cmd/ocgen", []string{"github.com/spf13/cobra", module + "schema", module + "internal/cli", module + "internal/outfiles"}},
	{"internal/endings", []string{module + "runtime", module + "runtime/stackdriver", module + "golden/many", module + "internal/fakemonitoring", "cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/cloudmonitoring", nil},
	{"internal/conditions", nil},
	{"internal/slocheck", []string{"cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/equivalence/trial", []string{module + "runtime", "go.opencensus.io/"}},
	{"internal/equivalence/exports", []string{module + "runtime", module + "runtime/", module + "internal/fakemonitoring", module + "internal/fakeotlp", "cloud.google.com/go/monitoring/", "go.opencensus.io/", "google.golang.org/"}},
	{"internal/equivalence/pair/...", []string{module + "runtime", module + "internal/equivalence/trial", "go.opencensus.io/"}},
	{"internal/netfault", nil},
	{"internal/fakemonitoring", []string{module + "internal/netfault", "cloud.google.com/go/monitoring/", "google.golang.org/", "go.opencensus.io/", "contrib.go.opencensus.io/exporter/stackdriver"}},
	{"internal/fakeotlp", []string{module + "internal/netfault", "go.opentelemetry.io/proto/otlp/", "google.golang.org/"}},
	{"runtime", []string{"go.opencensus.io/"}},
	{"runtime/autoexport", []string{module + "runtime", module + "runtime/", "go.opencensus.io/"}},
	{"runtime/console", []string{module + "runtime", "go.opencensus.io/"}},
	{"runtime/metrictest", []string{module + "runtime", module + "runtime/console", "go.opencensus.io/"}},
	{"runtime/otlp", []string{module + "runtime", "go.opencensus.io/", "go.opentelemetry.io/", "google.golang.org/", "golang.org/x/net/http/httpguts", "github.com/google/uuid"}},
	{"runtime/prometheus", []string{module + "runtime", "go.opencensus.io/", "github.com/prometheus/", "google.golang.org/protobuf/types/known/timestamppb"}},
	{"runtime/slo", []string{module + "runtime", "go.opencensus.io/"}},
	{"runtime/sloz", []string{module + "runtime/slo"}},
	{"runtime/stackdriver", []string{module + "runtime", module + "internal/cloudmonitoring", "cloud.google.com/go/monitoring/", "cloud.google.com/go/compute/metadata", "go.opencensus.io/", "google.golang.org/"}},
	{"examples/sli", []string{module + "runtime", module + "runtime/", "go.opencensus.io/"}},
	{"internal/realprometheus", nil},
	{"examples/shop", []string{module + "runtime", module + "runtime/autoexport", module + "runtime/slo", module + "runtime/sloz", module + "examples/shop/", "go.opencensus.io/"}},
	{"examples/shop/shopmetrics", []string{module + "runtime", "go.opencensus.io/"}},
	{"examples/worker", []string{module + "runtime", module + "runtime/autoexport", module + "examples/worker/"}},
	{"examples/worker/workermetrics", []string{module + "runtime", "go.opencensus.io/"}},
	{"golden/internal/...", []string{module + "runtime", module + "golden/internal/", "go.opencensus.io/"}},
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
		i := rowOf(path)
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

// rowOf returns the first row of the law that fits a package, or -1.
func rowOf(path string) int {
	for i, row := range law {
		tree, isTree := strings.CutSuffix(row.pkg, "/...")
		if path == row.pkg || isTree && strings.HasPrefix(path+"/", tree+"/") {
			return i
		}
	}
	return -1
}

func allowed(path string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool {
		if strings.HasSuffix(prefix, "/") {
			return strings.HasPrefix(path, prefix)
		}
		return path == prefix || strings.HasPrefix(path, prefix+"/") && !strings.HasPrefix(prefix, module)
	})
}

// brought says what the tests of a package that users import may import beside
// what it may itself: "go mod tidy" in a user's module follows them, and needs
// their modules too. So they bring no other exporter.
var brought = map[string][]string{
	"runtime":             {module + "runtime/console", module + "examples/shop/shopmetrics"},
	"runtime/autoexport":  {module + "examples/shop/shopmetrics", module + "golden/events", module + "internal/fakeotlp"},
	"runtime/metrictest":  {module + "examples/shop/shopmetrics"},
	"runtime/otlp":        {module + "examples/shop/shopmetrics", module + "internal/fakeotlp"},
	"runtime/prometheus":  {module + "examples/shop/shopmetrics", module + "internal/realprometheus", "contrib.go.opencensus.io/exporter/prometheus"},
	"runtime/sloz":        {module + "runtime", module + "examples/shop/shopmetrics", "go.opencensus.io/", "github.com/chromedp/"},
	"runtime/stackdriver": {module + "schema", module + "golden/seed", module + "internal/fakemonitoring", "contrib.go.opencensus.io/exporter/stackdriver"},
}

// TestTestImports holds the packages that users import to what their tests may
// bring into a user's module.
func TestTestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .TestImports}} {{.}}{{end}}{{range .XTestImports}} {{.}}{{end}}`, "./runtime/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module)
		row := rowOf(pkg)
		if row < 0 {
			continue // TestImports tells it
		}
		for _, imported := range fields[1:] {
			may := imported == fields[0] || allowed(imported, law[row].allows) || allowed(imported, brought[pkg])
			if strings.Contains(strings.Split(imported, "/")[0], ".") && !may {
				t.Errorf("a test of %s imports %s", pkg, imported)
			}
		}
	}
}

// TestGeneratedImports holds generated code to runtime's core: an exporter is
// the choice of whoever writes main.
func TestGeneratedImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./golden/...", "./examples/shop/shopmetrics", "./examples/worker/workermetrics").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if strings.HasPrefix(fields[0], module+"golden/internal/") {
			continue // helpers of the tests
		}
		for _, path := range fields[1:] {
			if strings.HasPrefix(path, module) && path != module+"runtime" {
				t.Errorf("generated code of %s imports %s", fields[0], path)
			}
		}
	}
}
