package hostile_test

import (
	"context"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocgen/ocgen/golden/hostile"
	"github.com/ocgen/ocgen/golden/internal/rows"
)

func TestRecord(t *testing.T) {
	rows.Register(t, hostile.RegisterViews, hostile.UnregisterViews)
	hostile.RecordBoth(context.Background(), 2, 1500*time.Microsecond, hostile.TagQuote, "${x}")
	hostile.RecordLines(context.Background(), 1, hostile.TagPlus, "`")
	rows.Expect(t, hostile.LinesView,
		"open=${x} tag=\"; panic(`x`): sum 2",
		"open=` tag=+build ignore: sum 1",
	)
	rows.Expect(t, hostile.TabsView, "count 1 mean 1.5 buckets [0 1 0]")
}

// TestNothingBecameCode looks for what the descriptions try to be: functions,
// imports, directives, deprecations of what is not deprecated.
func TestNothingBecameCode(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "metrics_gen.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	for _, group := range file.Comments {
		for _, c := range group.List {
			if !strings.HasPrefix(c.Text, "// ") && !strings.HasPrefix(c.Text, "//\t") && c.Text != "//" {
				t.Errorf("a comment begins with %q", c.Text)
			}
			if constraint.IsPlusBuild(c.Text) || constraint.IsGoBuild(c.Text) {
				t.Errorf("a build constraint: %q", c.Text)
			}
		}
	}
	var deprecated []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Name.Name == "init" {
				t.Error("an init function")
			}
			if isDeprecated(n.Doc) {
				deprecated = append(deprecated, n.Name.Name)
			}
		case *ast.GenDecl:
			if isDeprecated(n.Doc) {
				deprecated = append(deprecated, declared(n.Specs[0]))
			}
		case *ast.ValueSpec:
			if isDeprecated(n.Doc) {
				deprecated = append(deprecated, n.Names[0].Name)
			}
		}
		return true
	})
	slices.Sort(deprecated)
	if want := []string{"RecordTabs", "StartTabs", "TabsMeasure", "TabsTimer", "TagQuote", "TimeTabs"}; !slices.Equal(deprecated, want) {
		t.Errorf("deprecated are %q, want %q", deprecated, want)
	}
}

// declared returns the name that a declaration begins with.
func declared(spec ast.Spec) string {
	if t, ok := spec.(*ast.TypeSpec); ok {
		return t.Name.Name
	}
	return spec.(*ast.ValueSpec).Names[0].Name
}

// isDeprecated follows the convention of Go's tools: a paragraph that begins
// with the word.
func isDeprecated(doc *ast.CommentGroup) bool {
	for paragraph := range strings.SplitSeq(doc.Text(), "\n\n") {
		if strings.HasPrefix(paragraph, "Deprecated: ") {
			return true
		}
	}
	return false
}
