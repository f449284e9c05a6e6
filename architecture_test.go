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

// generatedImports are the packages of ours that generated code may import: an exporter
// is the choice of whoever writes main.
var generatedImports = []string{module + "runtime/metric", module + "runtime/record", module + "runtime/series", module + "runtime/census", module + "runtime/otelctx", module + "runtime/slo"}

// generated is what a package with a generated file may import.
var generated = append([]string{"go.opencensus.io/"}, generatedImports...)

// law says what the non-test files of a package may import beside the standard
// library: for each package, or tree of packages ("/..."), prefixes of import
// paths. The first row that fits counts.
var law = []struct {
	pkg    string
	allows []string
}{
	// The generator.
	{"schema", []string{module + "internal/characters", module + "internal/cloudmonitoring", "gopkg.in/yaml.v3", "github.com/agext/levenshtein"}},
	{"templates", []string{"github.com/dave/jennifer/", "gopkg.in/yaml.v3"}},
	{"generator", []string{module + "schema", module + "templates", module + "internal/cloudmonitoring", module + "internal/outfiles"}},
	{"internal/characters", nil},
	{"internal/cloudmonitoring", nil},
	{"internal/outfiles", []string{"github.com/rogpeppe/go-internal/diff"}},
	{"compare", []string{module + "schema", module + "generator"}},
	{"internal/cli", []string{module + "schema", module + "generator", module + "compare", module + "internal/outfiles"}},
	{"internal/baseline", []string{module + "schema", module + "internal/cli"}},
	{"internal/importer", []string{module + "schema"}},
	{"cmd/ocgen", []string{"github.com/spf13/cobra", module + "schema", module + "internal/cli", module + "compare", module + "internal/baseline", module + "internal/importer", module + "internal/outfiles"}},

	// The runtime, from the data to the exporters.
	{"runtime/metric", nil},
	{"runtime/slo", nil},
	{"runtime/internal/testsource", []string{module + "runtime/internal/callback", module + "runtime/metric", module + "runtime/record"}},
	{"runtime/internal/borrowed", []string{module + "runtime/metric"}},
	{"runtime/internal/...", nil},
	{"runtime/record", []string{module + "internal/characters", module + "runtime/metric", module + "runtime/slo", module + "runtime/internal/"}},
	{"runtime/series", []string{module + "runtime/metric", module + "runtime/record", module + "runtime/internal/"}},
	{"runtime", []string{module + "runtime/metric", module + "runtime/record", module + "runtime/internal/"}},
	{"runtime/census", []string{module + "runtime", module + "runtime/metric", module + "runtime/record", module + "runtime/internal/", "go.opencensus.io/"}},
	{"runtime/otelctx", []string{module + "runtime/metric", module + "runtime/record", "go.opentelemetry.io/otel/baggage", "go.opentelemetry.io/otel/trace"}},
	{"runtime/otel", []string{module + "runtime/metric", module + "runtime/record", module + "runtime/internal/", module + "internal/cloudmonitoring", "go.opentelemetry.io/otel"}},
	{"runtime/slo/evaluate", []string{module + "runtime", module + "runtime/metric", module + "runtime/record", module + "runtime/slo"}},
	{"runtime/sloz", []string{module + "runtime/slo/evaluate"}},
	{"runtime/console", []string{module + "runtime", module + "runtime/metric"}},
	{"runtime/metrictest/internal/...", nil},
	{"runtime/metrictest", []string{module + "runtime", module + "runtime/metric", module + "runtime/record", module + "runtime/console"}},
	{"runtime/metrictest/censustest", []string{module + "runtime", module + "runtime/metric", module + "runtime/metrictest", "go.opencensus.io/"}},
	{"runtime/otel", []string{module + "runtime/metric", module + "runtime/record", module + "runtime/internal/", module + "internal/cloudmonitoring", "go.opentelemetry.io/otel"}},
	{"runtime/otlp", []string{module + "runtime", module + "runtime/metric", "go.opentelemetry.io/", "google.golang.org/", "golang.org/x/net/http/httpguts", "github.com/google/uuid"}},
	{"runtime/prometheus", []string{module + "runtime", module + "runtime/metric", module + "runtime/record", "github.com/prometheus/", "google.golang.org/protobuf/"}},
	{"runtime/stackdriver", []string{module + "runtime", module + "runtime/metric", module + "runtime/record", module + "internal/cloudmonitoring", "cloud.google.com/go/monitoring/", "cloud.google.com/go/compute/metadata", "github.com/googleapis/gax-go/v2", "google.golang.org/"}},
	{"runtime/autoexport", []string{module + "runtime", module + "runtime/metric", module + "runtime/console", module + "runtime/otlp", module + "runtime/prometheus", module + "runtime/stackdriver"}},

	// Generated packages, examples, and what tests need.
	{"golden/internal/...", append([]string{module + "runtime", module + "internal/points", module + "internal/wait", module + "golden/internal/"}, generated...)},
	{"golden/...", generated},
	{"examples/shop/shopmetrics", generated},
	{"examples/worker/workermetrics", generated},
	{"examples/sli", append([]string{module + "runtime", module + "runtime/", "contrib.go.opencensus.io/exporter/stackdriver"}, generated...)},
	{"examples/shop", []string{module + "runtime", module + "runtime/autoexport", module + "runtime/slo/evaluate", module + "runtime/sloz", module + "examples/shop/", "go.opencensus.io/"}},
	{"examples/otel/ordermetrics", generated},
	{"examples/otel", []string{module + "runtime/otel", module + "examples/otel/", "go.opencensus.io/", "go.opentelemetry.io/otel/", "github.com/prometheus/"}},
	{"examples/worker", []string{module + "runtime", module + "runtime/autoexport", module + "examples/worker/"}},
	{"internal/conditions", nil},
	{"internal/monitoringfilter", nil},
	{"internal/mutations", []string{"gopkg.in/yaml.v3"}},
	{"internal/netfault", nil},
	{"internal/points", []string{module + "runtime", module + "runtime/metric"}},
	{"internal/realprometheus", nil},
	{"internal/wait", nil},
	{"internal/regenerate", []string{module + "schema", module + "generator", module + "internal/cli", module + "internal/outfiles"}},
	{"internal/simulation", []string{module + "runtime/metric", module + "runtime/slo", module + "runtime/slo/evaluate"}},
	{"internal/fakemonitoring", []string{module + "internal/fakemonitoring/slocheck", module + "internal/monitoringfilter", module + "internal/netfault", "cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/fakemonitoring/slocheck", []string{module + "internal/monitoringfilter", "cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/fakeotlp", []string{module + "internal/netfault", "go.opentelemetry.io/proto/otlp/", "google.golang.org/"}},
	{"internal/tests/collector", []string{module + "internal/fakeotlp", "go.opentelemetry.io/collector/", "go.opentelemetry.io/proto/otlp/", "go.uber.org/zap", "google.golang.org/protobuf/encoding/"}},
	{"internal/tests/contrib", []string{module + "internal/fakemonitoring", "contrib.go.opencensus.io/exporter/stackdriver", "go.opencensus.io/"}},
	{"internal/tests/endings", []string{module + "runtime", module + "runtime/stackdriver", module + "golden/many", module + "internal/fakemonitoring", "cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/tests/equivalence/trial", []string{module + "runtime", module + "runtime/metric", module + "runtime/record", module + "runtime/otel", module + "runtime/otelctx", "go.opencensus.io/", "go.opentelemetry.io/otel/"}},
	{"internal/tests/equivalence/exports", []string{module + "runtime", module + "runtime/", module + "internal/fakemonitoring", module + "internal/fakeotlp", "cloud.google.com/go/monitoring/", "google.golang.org/"}},
	{"internal/tests/equivalence/pair/...", append([]string{module + "internal/tests/equivalence/trial"}, generated...)},
	{"internal/tests/live/points", []string{module + "golden/alerts", module + "internal/fakemonitoring", module + "runtime", module + "runtime/stackdriver"}},
	{"internal/tests/golden/...", generated},
	{"internal/tests/words/calls", []string{module + "internal/tests/words/metrics", module + "runtime", module + "runtime/metric", module + "runtime/slo"}},
	{"internal/tests/alerts/watched", generated},
	{"internal/tests/words/metrics", generated},
	{"bench", append([]string{module + "bench/", module + "runtime", module + "runtime/otel", module + "runtime/otlp", module + "runtime/prometheus", module + "runtime/slo/evaluate", module + "runtime/sloz", module + "runtime/stackdriver",
		"cloud.google.com/go/monitoring/", "contrib.go.opencensus.io/exporter/", "github.com/VictoriaMetrics/metrics", "github.com/prometheus/", "go.opentelemetry.io/otel/", "go.opentelemetry.io/proto/otlp/", "google.golang.org/"}, generated...)},
	{"bench/...", generated},
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
// what it may itself and what all tests may: "go mod tidy" in a user's module follows
// them, and needs their modules too. So they bring no other exporter, and no example.
var brought = map[string][]string{
	"runtime/autoexport":            {module + "internal/fakeotlp"},
	"runtime/census":                {module + "runtime/console", module + "golden/shopmetrics"},
	"runtime/metrictest":            {module + "runtime/metrictest/internal/faketb"},
	"runtime/metrictest/censustest": {module + "runtime/census", module + "runtime/metrictest/internal/faketb", module + "golden/shopmetrics"},
	"runtime/otelctx":               {"go.opentelemetry.io/otel/propagation"},
	"runtime/otlp":                  {module + "internal/fakeotlp", "golang.org/x/net/http2"},
	"runtime/prometheus":            {module + "internal/realprometheus"},
	"runtime/sloz":                  {module + "internal/simulation"},
	"runtime/stackdriver":           {module + "schema", module + "internal/fakemonitoring"},
}

// handmade is what every test below runtime may import, to make packages and metrics by
// hand.
var handmade = []string{module + "runtime/metric", module + "runtime/record", module + "runtime/series", module + "runtime/slo", module + "runtime/internal/", module + "internal/wait"}

// TestTestImports holds the packages that users import to what their tests may
// bring into a user's module.
func TestTestImports(t *testing.T) {
	tested := 0
	for line := range strings.Lines(list(t, "-f", `{{.ImportPath}}{{range .TestImports}} {{.}}{{end}}{{range .XTestImports}} {{.}}{{end}}`, "work")) {
		fields := strings.Fields(line)
		pkg := strings.TrimPrefix(fields[0], module)
		if pkg != "runtime" && !strings.HasPrefix(pkg, "runtime/") && pkg != "internal/characters" {
			continue
		}
		tested++
		row := rowOf(pkg)
		if row < 0 {
			continue // TestImports tells it
		}
		for _, imported := range fields[1:] {
			may := imported == fields[0] || allowed(imported, law[row].allows) || allowed(imported, brought[pkg]) || allowed(imported, handmade)
			if strings.Contains(strings.Split(imported, "/")[0], ".") && !may {
				t.Errorf("a test of %s imports %s", pkg, imported)
			}
		}
	}
	if tested < len(brought) {
		t.Errorf("only %d packages have tests", tested)
	}
}

// TestGeneratedImports holds the packages that generated code imports.
func TestGeneratedImports(t *testing.T) {
	imports := list(t, "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`,
		module+"golden/...", module+"internal/tests/golden/ocgrpcown", module+"internal/tests/golden/otel", module+"examples/shop/shopmetrics", module+"examples/worker/workermetrics")
	for line := range strings.Lines(imports) {
		fields := strings.Fields(line)
		if strings.HasPrefix(fields[0], module+"golden/internal/") {
			continue // helpers of the tests
		}
		for _, path := range fields[1:] {
			if strings.HasPrefix(path, module) && !slices.Contains(generatedImports, path) {
				t.Errorf("generated code of %s imports %s", fields[0], path)
			}
		}
	}
}

// TestOpenCensusHasOneRoom: a program that does not use OpenCensus does not link it, and
// the tests of a package do not bring it into a user's module. The same holds for the
// packages of the command, which a user's module has as a tool.
func TestOpenCensusHasOneRoom(t *testing.T) {
	command := strings.Fields(list(t, "-deps", module+"cmd/ocgen"))
	command = slices.DeleteFunc(command, func(pkg string) bool { return !strings.HasPrefix(pkg, module) })
	if len(command) < 8 {
		t.Errorf("the command links only %q of ours", command)
	}
	runtime := strings.Fields(list(t, module+"runtime/...", module+"runtime/prometheus/...", module+"runtime/otelctx/...", module+"runtime/otlp/...", module+"runtime/otel/...", module+"runtime/stackdriver/...", module+"runtime/autoexport/..."))
	without := 0
	for _, pkg := range append(runtime, command...) {
		if pkg == module+"runtime/census" || strings.HasPrefix(pkg, module+"runtime/metrictest/censustest") {
			continue
		}
		without++
		for _, dep := range strings.Fields(list(t, "-deps", "-test", pkg)) {
			if strings.HasPrefix(dep, "go.opencensus.io") {
				t.Errorf("%s, or its tests, link %s", pkg, dep)
				break
			}
		}
	}
	if without < 24 {
		t.Errorf("only %d packages were looked at", without)
	}
}
