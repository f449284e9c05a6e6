package templates

import (
	"bytes"
	"iter"

	"github.com/dave/jennifer/jen"
)

// Go's printer lays out each element of a literal twice, since it first finds
// out whether the element fits into a line: so it goes over a line as often as
// literals are around it. The elements of the longest lists are therefore
// formatted as variables and then put where they belong, in parts like other
// declarations. It changes nothing: elements of several lines are aligned each
// by itself.

// A listFunc is a function that does nothing but return a list. As a declaration
// it has an empty one, []<type>{}: only a GoSource puts the elements in.
type listFunc struct {
	Decl
	elems iter.Seq[Decl] // as variables: var _ = <type>{…}; made when they are asked for
}

// listReturned emits
//
//	// <lead>.
//	//
//	// <each of notes>
//	func <name>() []<elem> {
//		return []<elem>{
//			<emit of each of list>
//		}
//	}
//
// where every element has several lines.
func listReturned[T any](name, lead string, elem Ref, list []T, emit func(T) jen.Code, notes ...string) Decl {
	empty := documented(lead, Doc{}, jen.Func().Id(name).Params().Index().Add(elem.code()).Block(
		jen.Return(jen.Index().Add(elem.code()).Values()),
	), notes...)
	if len(list) == 0 {
		return empty
	}
	return listFunc{empty, func(yield func(Decl) bool) {
		for _, v := range list {
			if !yield(jen.Var().Id("_").Op("=").Add(elem.code(), emit(v))) {
				return
			}
		}
	}}
}

// addList adds the function with its elements.
func (s *GoSource) addList(f listFunc) {
	s.begin(nil) // of what comes before
	s.next = []Decl{f.Decl}
	s.begin(func(text []byte) []byte { return append(bytes.TrimSuffix(text, []byte("}\n}\n")), '\n') })
	for e := range f.elems {
		if s.next = append(s.next, e); len(s.next) == partDecls {
			s.begin(asElements)
		}
	}
	s.begin(asElements)
	s.parts = append(s.parts, &part{text: []byte("\t}\n}\n")})
}

// asElements turns the variables of a listFunc into elements of its list: the
// type falls away, and two tabs come before each line. No line is the middle of
// a text, since jennifer writes texts in double quotes.
func asElements(vars []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(vars) + len(vars)/4)
	for line := range bytes.Lines(vars) {
		switch {
		case string(line) == "\n":
		case bytes.HasPrefix(line, []byte("var ")):
			b.WriteString("\t\t{\n")
		case string(line) == "}\n":
			b.WriteString("\t\t},\n")
		default:
			b.WriteString("\t\t")
			b.Write(line)
		}
	}
	return b.Bytes()
}
