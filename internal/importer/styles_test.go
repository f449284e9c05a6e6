package importer

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the expected schemas and reports")

// goMod is the go.mod of a fixture that has none. Its versions are the root's, so that
// they are in the module cache.
const goMod = `module example.com/fixture

go 1.24.0

require go.opencensus.io v0.24.0

require github.com/golang/groupcache v0.0.0-20200121045136-8c9f03a8e57e // indirect
`

// TestStyles reads one small module for each style in which people write OpenCensus, and
// compares the schema and the report. There is no network.
func TestStyles(t *testing.T) {
	offline(t)
	for _, file := range styles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { testStyle(t, file) })
	}
}

// styles returns the fixtures.
func styles(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/styles/*.txtar")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	return files
}

func offline(t testing.TB) {
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "")
}

func testStyle(t *testing.T, file string) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir := unpack(t, archive)
	opts := Options{Dir: dir, Patterns: []string{"./..."}, Package: "shopmetrics"}
	r, err := Import(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range mustParse(t, r.Schema) {
		if p.Severity == schema.Error {
			t.Error(p)
		}
	}
	compare(t, file, archive, map[string]string{"schema.yaml": r.Schema, "report": report(r)})
}

// unpack writes a fixture's Go files to a new folder.
func unpack(t testing.TB, archive *txtar.Archive) string {
	t.Helper()
	sums, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	files := []txtar.File{{Name: "go.mod", Data: []byte(goMod)}, {Name: "go.sum", Data: sums}}
	for _, f := range append(files, archive.Files...) {
		at := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func mustParse(t testing.TB, text string) schema.Problems {
	t.Helper()
	parsed, problems := schema.Parse([]byte(text), schema.Options{File: "schema.yaml"})
	if parsed == nil {
		t.Errorf("the schema has errors:\n%s", text)
	}
	return problems
}

// report returns what the command prints beside the schema.
func report(r *Result) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "%s:%d: %s [%s]\n", f.Place, f.Col, f.Message, f.Rule)
	}
	for _, o := range r.Old {
		fmt.Fprintf(&b, "%s: views %v, registered %v", o.File, o.Views, o.Registrations)
		if len(o.Mixed) > 0 {
			fmt.Fprintf(&b, ", with others %v", o.Mixed)
		}
		fmt.Fprintln(&b)
	}
	for _, c := range r.Calls {
		fmt.Fprintf(&b, "%s  %s\n", c.Place, c.Text)
	}
	fmt.Fprintln(&b, r.Summary)
	return b.String()
}

// compare compares with the expected files of the archive, or rewrites them.
func compare(t *testing.T, file string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	changed := false
	for i, f := range archive.Files {
		text, ok := got[f.Name]
		if !ok || text == string(f.Data) {
			continue
		}
		if !*update {
			t.Errorf("%s:\n%s\nwant:\n%s", f.Name, text, f.Data)
			continue
		}
		archive.Files[i].Data, changed = []byte(text), true
	}
	if changed {
		if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
