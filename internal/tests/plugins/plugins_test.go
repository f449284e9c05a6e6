// Package plugins_test compares the plugins of OpenCensus with their declarations that
// the language knows. It is not beside package schema, because its imports would bring
// OpenCensus into the go.sum of everyone who has the command as a tool.
package plugins_test

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.opencensus.io/stats"

	"github.com/ocgen/ocgen/schema"
)

// units are the constants of package stats that the plugins use.
var units = map[string]string{"UnitDimensionless": stats.UnitDimensionless, "UnitBytes": stats.UnitBytes, "UnitMilliseconds": stats.UnitMilliseconds}

// TestPluginsAreKnown declares each key and measure of the plugins as existing. The schema
// names only the variable, its type and its unit, so all else must be known, and a wrong
// type or unit is an error. The language knows no more variables than there are: see the
// test in package schema.
func TestPluginsAreKnown(t *testing.T) {
	keys, measures := 0, 0
	for _, path := range []string{"go.opencensus.io/plugin/ochttp", "go.opencensus.io/plugin/ocgrpc"} {
		for name, call := range declaredBy(t, path) {
			switch call.function {
			case "tag.MustNewKey":
				keys++
				checkKey(t, path+"."+name, call)
			case "stats.Int64", "stats.Float64":
				measures++
				checkMeasure(t, path+"."+name, call)
			}
		}
	}
	if keys != 13 || measures != 24 {
		t.Errorf("the plugins declare %d keys and %d measures, want 13 and 24", keys, measures)
	}
}

func checkKey(t *testing.T, variable string, call declaration) {
	t.Helper()
	s := parse(t, "tags: {a: {existing: "+variable+", allow: [unused-tag]}}\n")
	if want := text(t, call.args[0]); s.Tags[0].Key != want {
		t.Errorf("the key of %s is %q, want %q", variable, s.Tags[0].Key, want)
	}
}

// checkMeasure compares a measure with its declaration in a call of stats.Int64 or Float64.
func checkMeasure(t *testing.T, variable string, call declaration) {
	t.Helper()
	if len(call.args) != 3 {
		t.Fatalf("%s has %d arguments, want a name, a description and a unit", variable, len(call.args))
	}
	unit, ok := call.args[2].(*ast.SelectorExpr)
	if !ok || units[unit.Sel.Name] == "" {
		t.Fatalf("%s has an unknown unit: %v", variable, call.args[2])
	}
	valueType := strings.ToLower(strings.TrimPrefix(call.function, "stats."))
	s := parse(t, fmt.Sprintf("measures: {m: {existing: %s, type: %s, unit: %q, views: {v: {aggregation: sum, name: v}}}}\n", variable, valueType, units[unit.Sel.Name]))
	m := s.Measures[0]
	if name, description := text(t, call.args[0]), text(t, call.args[1]); m.Name != name || m.Description != description {
		t.Errorf("%s is %q, %q, want %q, %q", variable, m.Name, m.Description, name, description)
	}
}

func parse(t *testing.T, src string) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse([]byte("ocgen: v1\npackage: p\n"+src), schema.Options{File: "m.yaml"})
	if len(problems) > 0 {
		t.Fatalf("%s%v", src, problems)
	}
	return s
}

// text returns the value of a string literal.
func text(t *testing.T, e ast.Expr) string {
	t.Helper()
	literal, ok := e.(*ast.BasicLit)
	if !ok {
		t.Fatalf("%v is no string literal", e)
	}
	value, err := strconv.Unquote(literal.Value)
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// A declaration is the call that sets a variable, e.g. tag.MustNewKey("http.host").
type declaration struct {
	function string
	args     []ast.Expr
}

// declaredBy returns the variables of a package that are set by calling a function of
// another package.
func declaredBy(t *testing.T, path string) map[string]declaration {
	t.Helper()
	pkg, err := build.Import(path, ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(pkg.Dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no files: %v", path, err)
	}
	calls := map[string]declaration{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if group, ok := decl.(*ast.GenDecl); ok && group.Tok == token.VAR {
				addCalls(calls, group)
			}
		}
	}
	return calls
}

func addCalls(calls map[string]declaration, group *ast.GenDecl) {
	for _, spec := range group.Specs {
		vars := spec.(*ast.ValueSpec)
		for i, value := range vars.Values {
			call, ok := value.(*ast.CallExpr)
			if !ok {
				continue
			}
			if fun, ok := call.Fun.(*ast.SelectorExpr); ok {
				if from, ok := fun.X.(*ast.Ident); ok {
					calls[vars.Names[i].Name] = declaration{from.Name + "." + fun.Sel.Name, call.Args}
				}
			}
		}
	}
}
