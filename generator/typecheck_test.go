package generator

import (
	"bytes"
	"errors"
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
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// otelctxPath is the one package of generated code that is in a module of its own. The
// module of the generator does not require it.
const otelctxPath = "github.com/ocgen/ocgen/runtime/otelctx"

// ownPackages imports the packages that generated code always needs: from the build
// cache, and otelctx from its source. It is made once, because the first import of each
// package is slow.
var ownPackages = sync.OnceValues(func() (types.Importer, error) {
	built, err := builtPackages()
	if err != nil {
		return nil, err
	}
	otelctx, err := declarations(otelctxPath, "../runtime/otelctx", built)
	if err != nil {
		return nil, err
	}
	return schemaImporter{built, map[string]*types.Package{otelctxPath: otelctx}}, nil
})

// builtPackages imports from the build cache.
func builtPackages() (types.Importer, error) {
	args := []string{"list", "-deps", "-export", "-f", "{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}"}
	for _, p := range ownPaths {
		if p != otelctxPath {
			args = append(args, p)
		}
	}
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
}

// declarations returns the package in a folder without its functions' bodies. What only
// these use need not exist: of OpenTelemetry the type-checker assumes any name.
func declarations(path, folder string, own types.Importer) (*types.Package, error) {
	names, err := filepath.Glob(folder + "/*.go")
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	var problems []error
	config := types.Config{Importer: own, IgnoreFuncBodies: true, Error: func(err error) {
		if !strings.Contains(err.Error(), "could not import go.opentelemetry.io/") {
			problems = append(problems, err)
		}
	}}
	pkg, _ := config.Check(path, fset, files, nil)
	return pkg, errors.Join(problems...)
}

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

// checkAll is checkGo for the schema, and for the same schema with the recorders that
// support it too: direct always, and otel if nothing is existing.
func checkAll(t testing.TB, s *schema.Schema) bool {
	t.Helper()
	direct, otel := *s, *s
	direct.Generate.Recorder, otel.Generate.Recorder = "direct", "otel"
	return checkGo(t, s, generateGo(t, s)) && checkGo(t, &direct, generateGo(t, &direct)) &&
		(hasExisting(s) || checkGo(t, &otel, generateGo(t, &otel)))
}

func hasExisting(s *schema.Schema) bool {
	return slices.ContainsFunc(s.Measures, func(m *schema.Measure) bool { return m.Existing != nil }) ||
		slices.ContainsFunc(s.Tags, func(t *schema.Tag) bool { return t.Existing != nil })
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
