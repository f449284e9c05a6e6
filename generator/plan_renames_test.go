package generator

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

const renamedSchema = `ocgen: v1
package: p
tags: {route: {}, code: {values: [a, b]}}
measures:
  latency: {description: d, type: float64, unit: ms, tags: [route, code], aggregation: distribution, buckets: [1, 2]RENAMED}
  hits: {description: d, type: int64, unit: "1", constant: 1, tags: [route, code], views: {hits: {aggregation: count, max_series: 3RENAMED}, calls: {description: Calls., aggregation: count, tags: [code]}}}
events: {answer: {measures: [latency, hits]}}
generate: {recorder: RECORDER}
`

// TestRecordersDoNotKnowFormerNames: with a former name every declaration is the same as
// without, so a record costs the same. Only the lists of the package name it, and
// OpenCensus has one more view.
func TestRecordersDoNotKnowFormerNames(t *testing.T) {
	lists := map[string]bool{"generated": true, "Views": true, "Descriptors": true}
	for _, recorder := range []string{"views", "direct", "otel"} {
		without := declarationsOf(t, strings.NewReplacer("RENAMED", "", "RECORDER", recorder).Replace(renamedSchema))
		src := strings.Replace(renamedSchema, "RENAMED", ", renamed_from: {name: old_latency, until: 2027-03-01}", 1)
		src = strings.Replace(src, "RENAMED", ", renamed_from: {name: old_hits, until: 2027-03-01}", 1)
		with := declarationsOf(t, strings.Replace(src, "RECORDER", recorder, 1))
		for name, text := range with {
			switch {
			case name == "Descriptors" && text == without[name]:
				t.Errorf("%s: %s does not have the former names", recorder, name)
			case !lists[name] && text != without[name] && !strings.HasSuffix(name, formerSuffix):
				t.Errorf("%s: %s is\n%s\nand without former names\n%s", recorder, name, text, without[name])
			}
			delete(without, name)
		}
		if len(without) > 0 {
			t.Errorf("%s: lost %v", recorder, without)
		}
	}
}

// declarationsOf returns the declarations of the generated Go file by their names, without
// comments. Methods of one name are one text.
func declarationsOf(t *testing.T, src string) map[string]string {
	t.Helper()
	s, problems := schema.Parse([]byte(src), schema.Options{File: "x.yaml"})
	if s == nil {
		t.Fatal(problems)
	}
	file, err := goFile(s)
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, "", file.Data, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, d := range tree.Decls {
		var text bytes.Buffer
		if err := printer.Fprint(&text, fset, d); err != nil {
			t.Fatal(err)
		}
		all[declared(d)] += text.String()
	}
	return all
}

// declared returns the name of a declaration.
func declared(d ast.Decl) string {
	if f, ok := d.(*ast.FuncDecl); ok {
		return f.Name.Name
	}
	switch spec := d.(*ast.GenDecl).Specs[0].(type) {
	case *ast.ValueSpec:
		return spec.Names[0].Name
	case *ast.TypeSpec:
		return spec.Name.Name
	}
	return "imports"
}
