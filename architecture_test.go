//go:build go1.25

package ocgen_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// law says what the non-test files of a package may import beside the standard
// library: for each package, or tree of packages ("/..."), prefixes of import
// paths. The first row that fits counts.
var law = []struct {
	pkg    string
	allows []string
}{
	{"schema", []string{"gopkg.in/yaml.v3", "github.com/agext/levenshtein"}},
	{"templates", []string{"github.com/dave/jennifer/"}},
	{"generator", []string{module + "schema", module + "templates", "github.com/rogpeppe/go-internal/diff"}},
	{"internal/cli", []string{module + "schema", module + "generator"}},
	{"cmd/ocgen", []string{"github.com/spf13/cobra", module + "schema", module + "generator", module + "internal/cli"}},
	{"runtime", []string{"go.opencensus.io/"}},
	{"runtime/autoexport", []string{module + "runtime", module + "runtime/", "go.opencensus.io/"}},
	{"runtime/console", []string{module + "runtime", "go.opencensus.io/"}},
	{"runtime/metrictest", []string{module + "runtime", module + "runtime/console", "go.opencensus.io/"}},
	{"runtime/otlp", []string{module + "runtime", "go.opencensus.io/", "go.opentelemetry.io/", "google.golang.org/", "golang.org/x/net/http/httpguts", "github.com/google/uuid"}},
	{"runtime/prometheus", []string{module + "runtime", "go.opencensus.io/", "github.com/prometheus/", "google.golang.org/protobuf/types/known/timestamppb"}},
	{"runtime/slo", []string{module + "runtime", "go.opencensus.io/"}},
	{"runtime/sloz", []string{module + "runtime/slo"}},
	{"runtime/stackdriver", []string{module + "runtime", "cloud.google.com/go/monitoring/", "cloud.google.com/go/compute/metadata", "go.opencensus.io/", "google.golang.org/"}},
	{"golden/...", []string{module + "runtime", "go.opencensus.io/"}},
	{"internal/conditions", nil},
	{"internal/monitoringfilter", nil},
	{"internal/realprometheus", nil},
	{"internal/regenerate", []string{module + "schema", module + "generator"}},
	{"internal/simulation", []string{module + "runtime", module + "runtime/slo", "go.opencensus.io/"}},
	{"internal/wait", nil},
	{"internal/fakemonitoring", []string{"cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/fakeotlp", []string{"go.opentelemetry.io/proto/otlp/", "google.golang.org/"}},
	{"internal/tests/contrib", []string{module + "internal/fakemonitoring", "contrib.go.opencensus.io/exporter/stackdriver", "go.opencensus.io/"}},
	{"internal/tests/endings", []string{module + "runtime", module + "runtime/stackdriver", module + "golden/many", module + "internal/fakemonitoring", "cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/tests/equivalence/trial", []string{module + "runtime", "go.opencensus.io/"}},
	{"internal/tests/equivalence/exports", []string{module + "runtime", module + "runtime/", module + "internal/fakemonitoring", module + "internal/fakeotlp", "cloud.google.com/go/monitoring/", "go.opencensus.io/", "google.golang.org/"}},
	{"internal/tests/equivalence/pair/...", []string{module + "runtime", module + "internal/tests/equivalence/trial", "go.opencensus.io/"}},
	{"internal/tests/golden/...", []string{module + "runtime", "go.opencensus.io/"}},
	{"internal/tests/slocheck", []string{module + "internal/monitoringfilter", "cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"examples/sli", []string{module + "runtime", module + "runtime/", "go.opencensus.io/"}},
	{"examples/shop", []string{module + "runtime", module + "runtime/autoexport", module + "runtime/slo", module + "runtime/sloz", module + "examples/shop/", "go.opencensus.io/"}},
	{"examples/shop/shopmetrics", []string{module + "runtime", "go.opencensus.io/"}},
	{"examples/worker", []string{module + "runtime", module + "runtime/autoexport", module + "examples/worker/"}},
	{"examples/worker/workermetrics", []string{module + "runtime", "go.opencensus.io/"}},
	{"bench", []string{module + "bench/", "go.opencensus.io/", "go.opentelemetry.io/otel/", "github.com/prometheus/", "github.com/VictoriaMetrics/metrics"}},
	{"bench/...", []string{module + "runtime", "go.opencensus.io/"}},
}

// list returns what "go list" says of packages in every module of the checkout, each
// of which the pattern work names.
func list(t *testing.T, args ...string) string {
	t.Helper()
	workspace, err := filepath.Abs("go.work")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Env = append(os.Environ(), "GOWORK="+workspace) // though this test may run without it
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %q: %v\n%s", args, err, &problems)
	}
	return string(out)
}

// TestImports holds the law of ARCHITECTURE.md: data goes one way, and a
// program links only the exporters that it names.
func TestImports(t *testing.T) {
	decoder := json.NewDecoder(strings.NewReader(list(t, "-json=ImportPath,Imports,Standard", "work")))
	packages := 0
	for ; decoder.More(); packages++ {
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
	if packages < len(law) {
		t.Errorf("the law has %d rows for %d packages", len(law), packages)
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
// their modules too. So they bring no other exporter, and no example.
var brought = map[string][]string{
	"runtime":             {module + "runtime/console", module + "golden/shopmetrics", module + "internal/wait"},
	"runtime/autoexport":  {module + "golden/shopmetrics", module + "golden/events", module + "internal/fakeotlp"},
	"runtime/metrictest":  {module + "golden/shopmetrics"},
	"runtime/otlp":        {module + "golden/shopmetrics", module + "internal/fakeotlp"},
	"runtime/prometheus":  {module + "golden/shopmetrics", module + "internal/realprometheus"},
	"runtime/sloz":        {module + "runtime", module + "golden/shopmetrics", module + "internal/simulation", module + "internal/wait", "go.opencensus.io/"},
	"runtime/stackdriver": {module + "schema", module + "golden/seed", module + "internal/fakemonitoring", module + "internal/wait"},
}

// TestTestImports holds the packages that users import to what their tests may
// bring into a user's module.
func TestTestImports(t *testing.T) {
	tested := 0
	for line := range strings.Lines(list(t, "-f", `{{.ImportPath}}{{range .TestImports}} {{.}}{{end}}{{range .XTestImports}} {{.}}{{end}}`, "work")) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module)
		if pkg != "runtime" && !strings.HasPrefix(pkg, "runtime/") {
			continue
		}
		tested++
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
	if tested < len(brought) {
		t.Errorf("only %d packages have tests", tested)
	}
}

// TestGeneratedImports holds generated code to runtime's core: an exporter is
// the choice of whoever writes main.
func TestGeneratedImports(t *testing.T) {
	for _, path := range strings.Fields(list(t, "-f", `{{join .Imports "\n"}}`, module+"golden/...", module+"internal/tests/golden/ocgrpcown", module+"examples/shop/shopmetrics", module+"examples/worker/workermetrics")) {
		if strings.HasPrefix(path, module) && path != module+"runtime" {
			t.Errorf("generated code imports %s", path)
		}
	}
}
