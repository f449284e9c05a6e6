package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
	"go.opencensus.io/plugin/ochttp"
	"go.opencensus.io/stats/view"
)

const migration = "docs/migration.md"

// TestMigrationTable holds what docs/migration.md says of the compiler: the generated
// package has the left column's names with OpenCensus's views alone, and the right column's
// names with OpenTelemetry.
func TestMigrationTable(t *testing.T) {
	page := read(t, migration)
	source := yamlBlock.FindStringSubmatch(page)[1]
	otel := declared(t, goFile(t, parse(t, source)))
	views := declared(t, goFile(t, parse(t, strings.Replace(source, "recorder: otel", "recorder: views", 1))))
	_, table, _ := strings.Cut(page, "| no longer compiles | write |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	name := regexp.MustCompile(`\bmetrics\.([A-Z]\w*)`)
	rows := 0
	for row := range strings.Lines(table) {
		rows++
		cells := strings.Split(row, "|")
		before, after := name.FindAllStringSubmatch(cells[1], -1), name.FindAllStringSubmatch(cells[2], -1)
		if len(before) == 0 {
			t.Errorf("the row names nothing of the package: %s", row)
		}
		for _, m := range before {
			if !slices.Contains(views, m[1]) || slices.Contains(otel, m[1]) {
				t.Errorf("metrics.%s must exist with views, and not with otel: %s", m[1], row)
			}
		}
		for _, m := range after {
			if !slices.Contains(otel, m[1]) {
				t.Errorf("metrics.%s does not exist with otel: %s", m[1], row)
			}
		}
	}
	if rows < 5 {
		t.Errorf("the table has only %d rows", rows)
	}
}

// declared returns the names that a Go file declares.
func declared(t *testing.T, source string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "metrics_gen.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				names = append(names, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.ValueSpec:
					for _, n := range s.Names {
						names = append(names, n.Name)
					}
				case *ast.TypeSpec:
					names = append(names, s.Name.Name)
				}
			}
		}
	}
	return names
}

// TestViewsOfOCHTTP compares the schema of docs/migration.md with the views of the plugin
// ochttp that it replaces.
func TestViewsOfOCHTTP(t *testing.T) {
	schemas := yamlBlock.FindAllStringSubmatch(read(t, migration), -1)
	s := parse(t, schemas[len(schemas)-1][1])
	plugin := []*view.View{ochttp.ServerLatencyView, ochttp.ServerResponseCountByStatusCode}
	if s.Package != "httpmetrics" || len(s.Views()) != len(plugin) {
		t.Fatalf("the last schema is package %s with %d views", s.Package, len(s.Views()))
	}
	measure := s.Measures[0]
	for i, want := range plugin {
		got := s.Views()[i]
		if got.Name != want.Name || got.Description != want.Description {
			t.Errorf("got the view %q (%s), the plugin has %q (%s)", got.Name, got.Description, want.Name, want.Description)
		}
		if m := want.Measure; measure.Name != m.Name() || measure.Unit != m.Unit() || measure.Description != m.Description() {
			t.Errorf("got the measure %q in %s (%s), the plugin has %q in %s (%s)", measure.Name, measure.Unit, measure.Description, m.Name(), m.Unit(), m.Description())
		}
		var keys []string
		for _, k := range want.TagKeys {
			keys = append(keys, k.Name())
		}
		if !slices.Equal(keysOf(got), keys) {
			t.Errorf("%s has the tags %q, the plugin has %q", got.Name, keysOf(got), keys)
		}
	}
	if got, want := s.Views()[0].Bounds, ochttp.DefaultLatencyDistribution.Buckets; !slices.Equal(got, want) {
		t.Errorf("got the bounds %v, the plugin has %v", got, want)
	}
}

func keysOf(v *schema.View) (keys []string) {
	for _, tag := range v.Tags {
		keys = append(keys, tag.Key)
	}
	return keys
}
