package generator

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// ownPackages imports the packages that generated code always needs, from the build
// cache. It is made once, because the first import of each package is slow.
var ownPackages = sync.OnceValues(func() (types.Importer, error) {
	args := append([]string{"list", "-deps", "-export", "-f", "{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}"}, ownPaths...)
	cmd := exec.Command("go", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %v\n%s", err, stderr.Bytes())
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if exports[path] == "" {
			return nil, fmt.Errorf("generated code has no business with %s", path)
		}
		return os.Open(exports[path])
	}), nil
})

// importMu guards the shared importer, which is not safe for concurrent use.
var importMu sync.Mutex

// schemaImporter adds the packages that a schema refers to, as far as the schema
// describes them. They need not exist.
type schemaImporter struct {
	own   types.Importer
	named map[string]*types.Package
}

func (i schemaImporter) Import(path string) (*types.Package, error) {
	if p := i.named[path]; p != nil {
		return p, nil
	}
	return i.own.Import(path)
}

// newImporter returns the importer for a schema, and false if the schema's references
// contradict each other or name a package that is imported anyway.
func newImporter(t testing.TB, s *schema.Schema) (schemaImporter, bool) {
	t.Helper()
	own, err := ownPackages()
	if err != nil {
		t.Fatal(err)
	}
	i := schemaImporter{own, map[string]*types.Package{}}
	typeOf := func(path, name string) types.Type {
		p, err := own.Import(path)
		if err != nil {
			t.Fatal(err)
		}
		return p.Scope().Lookup(name).Type()
	}
	for _, m := range s.Measures {
		if m.Existing != nil && !i.declare(m.Existing, types.NewPointer(typeOf("go.opencensus.io/stats", valueKind(m)+"Measure"))) {
			return i, false
		}
	}
	for _, tag := range s.Tags {
		if tag.Existing != nil && !i.declare(tag.Existing, typeOf("go.opencensus.io/tag", "Key")) {
			return i, false
		}
	}
	return i, true
}

func (i schemaImporter) declare(r *schema.Reference, typ types.Type) bool {
	if slices.Contains(ownPaths, r.Path) || r.Path == "unsafe" {
		return false
	}
	p := i.named[r.Path]
	if p == nil {
		name := path.Base(r.Path)
		if !token.IsIdentifier(name) {
			name = "other"
		}
		p = types.NewPackage(r.Path, name)
		p.MarkComplete()
		i.named[r.Path] = p
	}
	v := types.NewVar(token.NoPos, p, r.Name, typ)
	other := p.Scope().Insert(v)
	return other == nil || types.Identical(other.Type(), typ)
}

// checkGo checks that a generated file compiles, that gofmt does not change it, and
// that it declares exactly the exported names of the schema. It returns false if the
// schema's references cannot be checked.
func checkGo(t testing.TB, s *schema.Schema, src []byte) bool {
	t.Helper()
	importMu.Lock()
	defer importMu.Unlock()
	imports, ok := newImporter(t, s)
	if !ok {
		return false
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "metrics_gen.go", src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatalf("%v:\n%s", err, src)
	}
	config := types.Config{Importer: imports, Error: func(err error) { t.Errorf("%v", err) }}
	pkg, _ := config.Check(s.Package, fset, []*ast.File{file}, nil)
	if t.Failed() {
		t.Fatalf("source:\n%s", src)
	}
	if again, err := format.Source(src); err != nil || !bytes.Equal(again, src) {
		t.Errorf("gofmt would change it (%v):\n%s", err, src)
	}
	var declared []string
	for _, name := range pkg.Scope().Names() {
		if token.IsExported(name) {
			declared = append(declared, name)
		}
	}
	var said []string
	for _, n := range s.Names() {
		if n.Declared && token.IsExported(n.Go) {
			said = append(said, n.Go)
		}
	}
	slices.Sort(said)
	if !slices.Equal(declared, said) {
		t.Errorf("declared are %q, the schema says %q", declared, said)
	}
	return true
}

// checkBoth is checkGo for the schema, and for the same schema with the direct
// recorder, which supports everything that the views recorder does.
func checkBoth(t testing.TB, s *schema.Schema) bool {
	t.Helper()
	direct := *s
	direct.Generate.Recorder = "direct"
	return checkGo(t, s, generateGo(t, s)) && checkGo(t, &direct, generateGo(t, &direct))
}

// parse returns the schema in src.
func parse(t testing.TB, src string) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse([]byte(src), schema.Options{
		File:           "metrics.yaml",
		DefaultPackage: func(string) string { return "metrics" },
	})
	if s == nil {
		t.Fatalf("%v", problems)
	}
	return s
}

// generateGo returns the Go file of a schema.
func generateGo(t testing.TB, s *schema.Schema) []byte {
	t.Helper()
	files, err := Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	return files[0].Data
}
