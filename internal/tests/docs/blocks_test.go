// Package docs_test compiles the Go code in the documentation that needs exporters.
package docs_test

import (
	"fmt"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	// go.mod must require what blocks import.
	_ "github.com/felixge/httpsnoop"
	_ "github.com/ocgen/ocgen/runtime/autoexport"
	_ "github.com/ocgen/ocgen/runtime/otel"
	_ "github.com/prometheus/client_golang/prometheus/promhttp"
	_ "github.com/prometheus/otlptranslator"
	_ "go.opentelemetry.io/contrib/detectors/gcp"
	_ "go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	_ "go.opentelemetry.io/otel/bridge/opencensus"
	_ "go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	_ "go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	_ "go.opentelemetry.io/otel/exporters/prometheus"
	_ "google.golang.org/grpc/credentials/oauth"
)

var (
	goBlock   = regexp.MustCompile("(?s)```go\n(.*?)```")
	qualifier = regexp.MustCompile(`\b([a-z]+)\.[A-Z]`)
)

const module = "github.com/ocgen/ocgen/"

// importPaths are the packages that blocks use, by the name in the block.
var importPaths = map[string]string{
	"errors": "errors", "http": "net/http", "log": "log", "net": "net", "os": "os", "signal": "os/signal",
	"strconv": "strconv", "syscall": "syscall", "time": "time",
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
	"ocgenotel":   module + "runtime/otel",

	"httpsnoop":      "github.com/felixge/httpsnoop",
	"promhttp":       "github.com/prometheus/client_golang/prometheus/promhttp",
	"otlptranslator": "github.com/prometheus/otlptranslator",
	"ocgrpc":         "go.opencensus.io/plugin/ocgrpc",
	"tag":            "go.opencensus.io/tag",
	"gcp":            "go.opentelemetry.io/contrib/detectors/gcp",
	"otelgrpc":       "go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc",
	"otel":           "go.opentelemetry.io/otel",
	"opencensus":     "go.opentelemetry.io/otel/bridge/opencensus",
	"otlpmetricgrpc": "go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc",
	"otlptracegrpc":  "go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc",
	"otelprom":       "go.opentelemetry.io/otel/exporters/prometheus",
	"propagation":    "go.opentelemetry.io/otel/propagation",
	"sdk":            "go.opentelemetry.io/otel/sdk/metric",
	"resource":       "go.opentelemetry.io/otel/sdk/resource",
	"sdktrace":       "go.opentelemetry.io/otel/sdk/trace",
	"grpc":           "google.golang.org/grpc",
	"credentials":    "google.golang.org/grpc/credentials",
	"oauth":          "google.golang.org/grpc/credentials/oauth",
}

// pages are the files whose blocks are compiled.
var pages = []string{"README.md", "docs/exporters.md", "docs/migration.md", "docs/sloz.md"}

// read returns the text of a page.
func read(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile("../../../" + page)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks returns the Go code of a page. It leaves out the README's tables, which
// TestHeadline and TestMigratingPage compile, and whole files, which TestUnitTestFile and
// .ci/newcomer run.
func blocks(t *testing.T, page string) (code []string) {
	t.Helper()
	after := read(t, page)
	if i := strings.LastIndex(after, "</table>"); i >= 0 {
		after = after[i:]
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

// TestBlocks compiles the blocks of Go code in the documentation, each as a file, as the
// body of a function, or as a test. Blocks may use the packages of their page's schemas.
func TestBlocks(t *testing.T) {
	files, shown, packages := map[string]string{}, 0, []string{}
	for _, page := range pages {
		folder := "blocks/" + strings.ToLower(strings.TrimSuffix(path.Base(page), ".md"))
		imports := maps.Clone(importPaths)
		for name, source := range generated(t, page) {
			files[folder+"/"+name+"/metrics_gen.go"] = source
			imports[name] = module + "internal/tests/docs/" + folder + "/" + name
		}
		for i, block := range blocks(t, page) {
			files[fmt.Sprintf("%s/block%d.go", folder, i)] = blockFile(i, block, imports)
			shown++
		}
		packages = append(packages, "./"+folder)
	}
	if shown < 22 {
		t.Fatalf("the documentation shows only %d blocks of Go code", shown)
	}
	runGo(t, files, slices.Concat([]string{"build"}, packages)...)
}

// blockFile returns a file with the block and its imports.
func blockFile(i int, code string, paths map[string]string) string {
	var b strings.Builder
	b.WriteString("package blocks\n\n")
	if strings.HasPrefix(code, "import ") {
		return b.String() + code
	}
	imported := map[string]bool{}
	for _, q := range qualifier.FindAllStringSubmatch(code, -1) {
		if path, ok := paths[q[1]]; ok && !imported[path] {
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
