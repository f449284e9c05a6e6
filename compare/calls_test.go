package compare

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

// TestCallers is the law of the rules about Go. A program uses everything that the base's
// package exports. If no such rule finds anything, the program compiles with the package
// of now. If a name is gone or changed, it does not.
func TestCallers(t *testing.T) {
	compiled, broken := 0, 0
	for i := range uint64(*pairs) {
		e := newEditing(*first + i)
		for _, s := range []*spec{e.was, e.is} { // the runtime of otel is in another module
			if s.recorder == "otel" {
				s.recorder = "direct"
			}
		}
		e.edit(make([]int, len(edits)))
		if e.is.recorder == "otel" {
			continue
		}
		base, now := e.files(t)
		result, err := Compare(base, now)
		if err != nil {
			t.Fatal(err)
		}
		was, is := generated(t, base[0].Schema), generated(t, now[0].Schema)
		caller := callerOf(was)
		if err := checkCaller(caller, was); err != nil {
			t.Fatalf("seed %d: the program does not fit its own package: %v\n%s", *first+i, err, caller)
		}
		err = checkCaller(caller, is)
		switch found := apiRules(result); {
		case len(found) == 0 && err != nil:
			t.Errorf("seed %d: nothing is found, and %v\n%s", *first+i, err, e.is.yaml())
		case err == nil && (slices.Contains(found, "api-removed") || slices.Contains(found, "api-changed")):
			t.Errorf("seed %d: %s, but the program compiles\n%v", *first+i, found, result.Findings)
		case err == nil:
			compiled++
		default:
			broken++
		}
	}
	t.Logf("%d programs compile, %d do not", compiled, broken)
	if compiled == 0 || broken == 0 {
		t.Errorf("%d programs compile, %d do not", compiled, broken)
	}
}

func apiRules(result Result) []string {
	var all []string
	for _, f := range result.Findings {
		if f.Class == "api" {
			all = append(all, f.Rule)
		}
	}
	return all
}

// shopPath is the import path of the generated package.
const shopPath = "example.com/shop"

// imports imports from the build cache what generated packages import. The importer is not
// safe for concurrent use.
var imports = sync.OnceValues(func() (types.Importer, error) {
	cmd := exec.Command("go", "list", "-deps", "-export", "-f", "{{if .Export}}{{.ImportPath}}\t{{.Export}}{{end}}",
		"context", "math", "time", "go.opencensus.io/stats", "go.opencensus.io/stats/view", "go.opencensus.io/tag",
		"github.com/ocgen/ocgen/runtime/census", "github.com/ocgen/ocgen/runtime/metric", "github.com/ocgen/ocgen/runtime/record",
		"github.com/ocgen/ocgen/runtime/series", "github.com/ocgen/ocgen/runtime/slo")
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %v\n%s", err, problems.Bytes())
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[path] = file
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	}), nil
})

// generated returns the type-checked Go package of a schema, without the bodies of
// functions.
func generated(t *testing.T, s *schema.Schema) *types.Package {
	t.Helper()
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	own, err := imports()
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := check(shopPath, files[0].Data, own, true)
	if err != nil {
		t.Fatal(err)
	}
	return pkg
}

func check(path string, src []byte, imports types.Importer, declarations bool) (*types.Package, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "x.go", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	config := types.Config{Importer: imports, IgnoreFuncBodies: declarations}
	return config.Check(path, fset, []*ast.File{file}, nil)
}

// withShop imports the generated package too.
type withShop struct {
	types.Importer
	shop *types.Package
}

func (i withShop) Import(path string) (*types.Package, error) {
	if path == shopPath {
		return i.shop, nil
	}
	return i.Importer.Import(path)
}

func checkCaller(src string, shop *types.Package) error {
	own, err := imports()
	if err != nil {
		return err
	}
	_, err = check("example.com/caller", []byte(src), withShop{own, shop}, false)
	return err
}

// A caller is a program that uses everything that a package exports.
type caller struct {
	bytes.Buffer
	imports []string // paths
}

func callerOf(pkg *types.Package) string {
	c := &caller{imports: []string{shopPath}}
	for _, name := range pkg.Scope().Names() {
		if object := pkg.Scope().Lookup(name); object.Exported() {
			c.use(object)
		}
	}
	var head strings.Builder
	head.WriteString("package caller\n\n")
	for _, path := range c.imports {
		fmt.Fprintf(&head, "import %s %q\n", importName(path), path)
	}
	return head.String() + "\nfunc _() {\n" + c.String() + "}\n"
}

func importName(path string) string { return strings.NewReplacer("/", "_", ".", "_").Replace(path) }

// typ returns a type as the program writes it.
func (c *caller) typ(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if !slices.Contains(c.imports, p.Path()) {
			c.imports = append(c.imports, p.Path())
		}
		return importName(p.Path())
	})
}

func (c *caller) line(format string, args ...any) { fmt.Fprintf(c, "\t"+format+"\n", args...) }

func (c *caller) use(object types.Object) {
	name := importName(shopPath) + "." + object.Name()
	switch o := object.(type) {
	case *types.Const, *types.Var:
		c.line("{ var v %s = %s; _ = v }", c.typ(o.Type()), name)
	case *types.Func:
		c.call(name, o.Signature())
	case *types.TypeName:
		c.useType(name, o.Type().(*types.Named))
	}
}

// useType converts a constant to the type, and calls all methods.
func (c *caller) useType(name string, t *types.Named) {
	if basic, ok := t.Underlying().(*types.Basic); ok {
		constant := "1"
		if basic.Info()&types.IsString != 0 {
			constant = `"x"`
		}
		c.line("_ = %s(%s)", name, constant)
	}
	for method := range t.Methods() {
		if method.Exported() {
			c.call("(*new("+name+"))."+method.Name(), method.Signature())
		}
	}
}

// call calls a function with values of the types of its parameters, and uses its results
// by their types.
func (c *caller) call(name string, s *types.Signature) {
	var arguments, results []string
	for p := range s.Params().Variables() {
		arguments = append(arguments, "*new("+c.typ(p.Type())+")")
	}
	c.line("{")
	for i := range s.Results().Len() {
		results = append(results, fmt.Sprintf("r%d", i))
		c.line("var r%d %s", i, c.typ(s.Results().At(i).Type()))
	}
	call := name + "(" + strings.Join(arguments, ", ") + ")"
	if len(results) > 0 {
		call = strings.Join(results, ", ") + " = " + call
	}
	c.line("%s", call)
	for _, r := range results {
		c.line("_ = %s", r)
	}
	c.line("}")
}
