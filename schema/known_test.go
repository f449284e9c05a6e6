package schema

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"go.opencensus.io/stats"
)

// The source of the plugins is read, and their packages are not imported: ocgrpc would
// add gRPC to the modules of everyone who imports this package.

// units are the constants of package stats that the plugins use.
var units = map[string]string{"UnitDimensionless": stats.UnitDimensionless, "UnitBytes": stats.UnitBytes, "UnitMilliseconds": stats.UnitMilliseconds}

// TestKnownIsThePlugins checks that the tables have exactly the keys and measures that
// the plugins declare.
func TestKnownIsThePlugins(t *testing.T) {
	keys, measures := map[variable]string{}, map[variable]knownMeasureInfo{}
	for _, path := range []string{ochttpPath, ocgrpcPath} {
		for name, call := range declaredBy(t, path) {
			v := variable{path, name}
			switch call.function {
			case "tag.MustNewKey":
				keys[v] = text(t, call.args[0])
			case "stats.Int64":
				measures[v] = declaredMeasure(t, call, Int64)
			case "stats.Float64":
				measures[v] = declaredMeasure(t, call, Float64)
			}
		}
	}
	if !maps.Equal(pluginKeys, keys) {
		t.Errorf("the keys are\n%v, want\n%v", pluginKeys, keys)
	}
	if !maps.Equal(pluginMeasures, measures) {
		t.Errorf("the measures are\n%v, want\n%v", pluginMeasures, measures)
	}
	if len(keys) != 13 || len(measures) != 24 {
		t.Errorf("the plugins declare %d keys and %d measures, want 13 and 24", len(keys), len(measures))
	}
}

func TestKeysAreNoMeasures(t *testing.T) {
	if key, ok := knownKey(ochttpPath, "ServerLatency"); ok {
		t.Errorf("a measure is the key %q", key)
	}
	if m, ok := knownMeasure(ochttpPath, "KeyServerRoute"); ok {
		t.Errorf("a key is the measure %v", m)
	}
}

// declaredMeasure returns the declaration in a call of stats.Int64 or Float64.
func declaredMeasure(t *testing.T, call declaration, valueType ValueType) knownMeasureInfo {
	t.Helper()
	if len(call.args) != 3 {
		t.Fatalf("%s has %d arguments, want a name, a description and a unit", call.function, len(call.args))
	}
	unit, ok := call.args[2].(*ast.SelectorExpr)
	if !ok || units[unit.Sel.Name] == "" {
		t.Fatalf("%s has an unknown unit: %v", call.function, call.args[2])
	}
	return knownMeasureInfo{text(t, call.args[0]), valueType, units[unit.Sel.Name], text(t, call.args[1])}
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
