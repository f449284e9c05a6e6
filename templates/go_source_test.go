package templates

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/dave/jennifer/jen"
)

// varied returns n declarations of the shapes that gofmt formats differently: with and
// without a comment, of one line and of several, in groups and not.
func varied(n int) []Decl {
	var decls []Decl
	for i := range n {
		name := fmt.Sprintf("%s%d", strings.Repeat("x", 1+i%7), i)
		switch i % 5 {
		case 0:
			decls = append(decls, jen.Var().Id(name).Op("=").Lit(i))
		case 1:
			decls = append(decls, documented(name, Doc{Text: "One.\n\n- two\n- three"}, jen.Var().Id(name+",y").Int()))
		case 2:
			decls = append(decls, jen.Const().Defs(jen.Id(name).Op("=").Lit(i).Comment("// c"), jen.Id("k"+name).Op("=").Lit("v")))
		case 3:
			decls = append(decls, jen.Func().Id(name).Params().Block(jen.Id("f").Call(jen.Line().Lit(i), jen.Lit(name))))
		default:
			decls = append(decls, jen.Type().Id(name).Struct(jen.Id("a").Int(), jen.Id("long").String()))
		}
	}
	return decls
}

// TestPartsAreTheWhole checks that a file that is formatted part by part is the same as
// a file that is formatted as a whole.
func TestPartsAreTheWhole(t *testing.T) {
	for _, n := range []int{0, 1, partDecls - 1, partDecls, partDecls + 1, 5*partDecls + 7} {
		decls := varied(n)
		whole := jen.NewFile("main")
		whole.HeaderComment("// A header.")
		for _, d := range decls {
			whole.Add(d).Line()
		}
		var want bytes.Buffer
		if err := whole.Render(&want); err != nil { // Render formats
			t.Fatal(err)
		}
		s := NewGoSource(GoFile{Header: []string{"// A header."}, Schema: "m.yaml", Package: "main", Command: true})
		for _, d := range decls {
			s.Add(d)
		}
		got, err := s.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%d declarations in parts:\n%s\nas a whole:\n%s", n, got, &want)
		}
	}
}

// TestListReturned checks that elements that are formatted separately look as if the
// function was formatted as a whole.
func TestListReturned(t *testing.T) {
	elem := func(i int) jen.Code {
		inner := lines([]jen.Code{field("Key", jen.Lit("var _ = {\n\n}")), field("Description", jen.Lit(i))})
		return lines([]jen.Code{field(strings.Repeat("N", 1+i%50), jen.Lit(i)), field("Inner", jen.Id("T").Add(inner)), field("Z", jen.Nil())})
	}
	for _, n := range []int{0, 1, partDecls, 2*partDecls + 1} {
		var numbers []int
		for i := range n {
			numbers = append(numbers, i)
		}
		got := emitted(t, listReturned("All", "All returns all", Ref{Name: "T"}, numbers, elem, "A note."))
		literal := jen.Index().Id("T").Values()
		if n > 0 {
			literal = list(jen.Id("T"), numbers, elem)
		}
		want := emitted(t, documented("All returns all", Doc{}, jen.Func().Id("All").Params().Index().Id("T").Block(jen.Return(literal)), "A note."))
		if got != want {
			t.Errorf("%d elements apart:\n%s\nin one:\n%s", n, got, want)
		}
	}
}
