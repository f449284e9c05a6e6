package compare

import (
	"go/types"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
)

const handwritten = `package p

import "context"

type (
	Text string
	Small uint8
	Timer struct{ t int }
	hidden int
)

const (
	SmallA Small = iota + 1
	SmallB
	hiddenC
)

func Record(ctx context.Context, a, b Text, size int64) { _ = a }
func Stop(f func() int64) (stop func()) { return nil }
func (t Timer) Record(Text) error { return nil }
func (h hidden) Record() {}
func (t Timer) start() {}
`

func TestParseAPI(t *testing.T) {
	a, err := parseAPI([]byte(handwritten))
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, name := range a.names {
		d := a.decls[name]
		got.WriteString(name + ": " + d.String())
		if d.is == "func" {
			got.WriteString(", " + d.signature())
		}
		got.WriteString("\n")
	}
	const want = `Text: type string
Small: type integer
Timer: type struct
SmallA: const Small
SmallB: const Small
Record: func(context.Context, Text, Text, int64), (a Text, b Text, size int64)
Stop: func(func() int64) (func()), (f func() int64)
Timer.Record: func(Text) (error), (Text)
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
	if _, err := parseAPI([]byte("package")); err == nil {
		t.Error("it parses")
	}
}

// TestTypesOfVariables compares the types that are read from the syntax with those of the
// type-checker, in packages with each kind of variable.
func TestTypesOfVariables(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(30) {
		e := newEditing(seed)
		if e.was.recorder == "otel" {
			continue
		}
		files, _ := e.files(t)
		out, err := generator.Generate(files[0].Schema)
		if err != nil {
			t.Fatal(err)
		}
		a, err := parseAPI(out[0].Data)
		if err != nil {
			t.Fatal(err)
		}
		pkg := generated(t, files[0].Schema)
		for _, name := range pkg.Scope().Names() {
			v, ok := pkg.Scope().Lookup(name).(*types.Var)
			if !ok || !v.Exported() {
				continue
			}
			typ := types.TypeString(v.Type(), func(p *types.Package) string { return p.Name() })
			if seen[typ] = true; a.decls[name].typ != typ {
				t.Errorf("%s is read as %s, and is %s", name, a.decls[name].typ, typ)
			}
		}
	}
	for _, typ := range constructed {
		if !seen[typ] {
			t.Errorf("no package has a variable of %s", typ)
		}
	}
}
