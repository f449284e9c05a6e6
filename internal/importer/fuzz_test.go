package importer

import (
	"context"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/ocgen/ocgen/schema"
	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzSettle: whatever names, texts, units, bounds and values a program has, the schema
// has no errors.
func FuzzSettle(f *testing.F) {
	f.Add("shop/a\nshop/a\nA.\nms\nroute\nGET\n1 2 3\nshop/b\nshop/a\nB.\nsec\nroute,le\nget\n0 -1")
	f.Add("x\ny\n\n\nx,x_view\nvalues,key,*\n\nx_view\ny\n\n{\na.b,a-b\nyes\n5")
	f.Add("Views\nviews\n- # \"\n}{\nregister_views\n__other__\n1e308 1e308\n\xff\nö\n\x00\n \n\x7f\n\u2028\nnan")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			t.Skip()
		}
		d := &drafter{
			prog: &program{fset: token.NewFileSet(), root: "/"}, draft: &draft{pkg: "p"}, facts: map[string]*tagFacts{},
			tags: map[string]*draftTag{}, measures: map[string]*draftMeasure{},
			records: records{byMeasure: map[string]*recordFacts{}, other: map[bool]bool{}},
		}
		d.addViews(fuzzedViews(d, strings.Split(text, "\n")))
		d.setTags()
		settled, err := d.settle()
		if err != nil {
			t.Fatal(err)
		}
		if parsed, problems := schema.Parse([]byte(settled), schema.Options{File: "s"}); parsed == nil {
			t.Fatalf("%v\n%s", problems, settled)
		}
		d.report()
		_ = d.summary(nil, 0).String()
	})
}

// fuzzedViews makes views of seven lines each: name, measure, description, unit, keys,
// values, bounds.
func fuzzedViews(d *drafter, lines []string) (views []*foundView) {
	kinds := []string{"count", "sum", "last_value", "distribution"}
	for i := 0; i+6 < len(lines); i += 7 {
		n := len(lines[i]) + len(lines[i+1])
		m := &measure{name: lines[i+1], description: lines[i+2], unit: lines[i+3], float: n%2 == 0}
		v := &foundView{name: lines[i], description: lines[i+2], measure: m, places: []token.Pos{token.NoPos}}
		v.aggregation.kind = kinds[n%4]
		for _, name := range strings.Split(lines[i+4], ",") {
			v.keys = append(v.keys, key{name: name})
			facts := &tagFacts{sites: n % 3}
			for _, value := range strings.Split(lines[i+5], ",") {
				facts.add(value)
			}
			d.facts[name] = facts
		}
		for _, bound := range strings.Fields(lines[i+6]) {
			number := constant.MakeFromLiteral(bound, token.FLOAT, 0)
			f, ok := asFloat(basic{number})
			if !ok {
				f = math.NaN()
			}
			v.aggregation.bounds = append(v.aggregation.bounds, f)
		}
		if n%5 == 0 {
			d.records.byMeasure[m.name] = &recordFacts{constant.MakeInt64(int64(n - 20))}
		}
		if n%7 == 0 {
			v.gap("buckets", unknown{why: lines[i+2]})
		}
		views = append(views, v)
	}
	return views
}

// opencensus is OpenCensus as it was read, for sources that fuzzing makes.
var opencensus = sync.OnceValues(func() (*program, error) {
	dir := *fuzzDir
	return load(context.Background(), Options{Dir: dir, Patterns: []string{"./..."}})
})

var fuzzDir = new(string)

// FuzzRead: whatever the source is, reading ends without a panic, and the schema has no
// errors.
func FuzzRead(f *testing.F) {
	archives, sources := fixtures(f)
	for _, src := range sources {
		f.Add(src)
	}
	*fuzzDir = unpack(f, archives[0])
	offline(f)
	base, err := opencensus()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, src string) {
		prog := &program{fset: token.NewFileSet(), root: "/", byPath: map[string]*pkg{}}
		for path, p := range base.byPath {
			if !p.main {
				prog.byPath[path] = p
			}
		}
		file, _ := parser.ParseFile(prog.fset, "/f.go", src, parser.SkipObjectResolution)
		if file == nil || file.Name == nil || len(src) > 10_000 {
			t.Skip()
		}
		p := &pkg{listed: &listed{ImportPath: "example.com/f", Name: file.Name.Name}, named: true, main: true, depth: whole, files: []*ast.File{file}}
		prog.packages, prog.byPath[p.ImportPath] = []*pkg{p}, p
		c := &checking{prog: prog, checked: map[string]*types.Package{}, opts: Options{}}
		for path, known := range base.byPath {
			if known.types != nil {
				c.checked[path] = known.types
			}
		}
		c.check(p)
		r, err := importFrom(prog, Options{Package: "p", Patterns: []string{"."}})
		if err != nil && strings.Contains(err.Error(), "bug") {
			t.Fatal(err)
		}
		if err == nil {
			mustParse(t, r.Schema)
		}
	})
}

// fixtures returns the modules of TestStyles, and their Go files.
func fixtures(t testing.TB) (archives []*txtar.Archive, sources []string) {
	t.Helper()
	for _, file := range styles(t) {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		archives = append(archives, archive)
		for _, f := range archive.Files {
			if strings.HasSuffix(f.Name, ".go") {
				sources = append(sources, string(f.Data))
			}
		}
	}
	return archives, sources
}
