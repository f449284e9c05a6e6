package templates

import (
	"go/format"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

func source(file GoFile, decls ...Decl) ([]byte, error) {
	s := NewGoSource(file)
	s.Add(decls...)
	return s.Bytes()
}

// emitted returns the text of one declaration, formatted as in a file.
func emitted(t *testing.T, d Decl) string {
	t.Helper()
	var imports []Import
	for _, path := range []string{ContextPath, TimePath, MathPath, MetricPath, RecordPath, SeriesPath, CensusPath, SLOPath, StatsPath, ViewPath, TagPath} {
		imports = append(imports, Import{Path: path, Name: path[strings.LastIndex(path, "/")+1:]})
	}
	imports = append(imports, Import{Path: "go.opencensus.io/plugin/ochttp", Name: "ochttp"})
	src, err := source(GoFile{Schema: "m.yaml", Package: "p", Imports: imports}, d)
	if err != nil {
		t.Fatal(err)
	}
	again, err := format.Source(src)
	if err != nil || string(again) != string(src) {
		t.Errorf("not gofmt-clean (%v):\n%s", err, src)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", src, parser.ParseComments|parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	end := file.Name.End()
	if n := len(file.Decls); n > 0 {
		end = file.Decls[n-1].End()
	}
	return strings.TrimSpace(string(src[fset.Position(end).Offset:]))
}

// expect compares a declaration with literal Go text. The text is indented by one tab
// for readability, which is removed.
func expect(t *testing.T, d Decl, want string) {
	t.Helper()
	want = strings.TrimSpace(strings.ReplaceAll(want, "\n\t\t", "\n"))
	if got := emitted(t, d); got != want {
		t.Errorf("got:\n%s\n\nwant:\n%s", got, want)
	}
}
