package templates

import (
	"strings"
	"testing"

	"github.com/dave/jennifer/jen"
)

func TestSourceHead(t *testing.T) {
	src, err := source(GoFile{
		Header: []string{"// A header.", "// Of two lines."}, Schema: "m.yaml", Package: "shop", Doc: Doc{Text: "Shop.\n\n+build ignore"},
		Imports: []Import{
			{Path: ContextPath, Name: "context"}, {Path: StatsPath, Name: "stats"}, {Path: TagPath, Name: "tag"},
			{Path: "example.com/stats", Name: "examplestats", Alias: true},
		},
	},
		jen.Var().Id("a").Qual(ContextPath, "Context"),
		jen.Var().Id("b").Qual(StatsPath, "Measure"),
		jen.Var().Id("c").Qual("example.com/stats", "T"),
	)
	if err != nil {
		t.Fatal(err)
	}
	// Unused imports are left out, and the standard library's imports are a separate group.
	const want = `// A header.
// Of two lines.

// Package shop records the metrics of m.yaml: Shop. +build ignore
package shop

import (
	"context"

	examplestats "example.com/stats"
	"go.opencensus.io/stats"
)

var a context.Context

var b stats.Measure

var c examplestats.T
`
	if got := string(src); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A package that is imported for its effect has the reason beside it, unless a
// declaration uses it.
func TestBlankImport(t *testing.T) {
	file := GoFile{Schema: "m.yaml", Package: "shop", Imports: []Import{
		{Path: CensusPath, Name: "census", Blank: "exporters have the views of other packages too"},
		{Path: TagPath, Name: "tag"},
	}}
	for _, c := range []struct {
		decl Decl
		want string
	}{
		{jen.Var().Id("a").Qual(TagPath, "Key"), `
import (
	_ "github.com/ocgen/ocgen/runtime/census" // exporters have the views of other packages too
	"go.opencensus.io/tag"
)

var a tag.Key
`},
		{jen.Var().Id("a").Op("=").Qual(CensusPath, "Span"), `
import "github.com/ocgen/ocgen/runtime/census"

var a = census.Span
`},
	} {
		src, err := source(file, c.decl)
		if err != nil {
			t.Fatal(err)
		}
		if _, got, _ := strings.Cut(string(src), "package shop\n"); got != c.want {
			t.Errorf("got:%s\nwant:%s", got, c.want)
		}
	}
}

// A command's doc comment describes the command. go doc would show a second one after
// it.
func TestSourceOfCommand(t *testing.T) {
	src, err := source(GoFile{Header: []string{"// A header."}, Schema: "m.yaml", Package: "main", Command: true, Doc: Doc{Text: "Shop."}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "// A header.\n\npackage main\n"
	if string(src) != want {
		t.Errorf("got:\n%s\nwant:\n%s", src, want)
	}
}

func TestSourceOfOwnMistake(t *testing.T) {
	_, err := source(GoFile{Schema: "m.yaml", Package: "shop"}, jen.Var().Id("a b c"))
	if err == nil || !strings.Contains(err.Error(), "ocgen bug") || !strings.Contains(err.Error(), "    4  var a b c") {
		t.Errorf("the error lacks the numbered source: %v", err)
	}
}
