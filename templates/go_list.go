package templates

import (
	"bytes"
	"iter"
	"slices"

	"github.com/dave/jennifer/jen"
)

// Go's printer formats each element of a literal twice, because it first finds out
// whether the element fits into a line. So it formats a line once for each literal
// around it, and once more if the whole is assigned or returned. The elements of the
// longest lists are therefore formatted as statements and then put into their list, in
// parts like declarations. The result is the same: elements of several lines are
// aligned independently.

// A listFunc is a function that only returns a list. As a declaration its list is
// empty, []<type>{}. A GoSource inserts the elements.
type listFunc struct {
	Decl
	parts iter.Seq[Decl] // some elements each, as statements; made when they are needed
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
		for some := range slices.Chunk(list, partDecls) {
			if !yield(statements(elem, some, emit)) {
				return
			}
		}
	}}
}

// statements emits
//
//	func _() {
//		{
//			<elem><emit of each of list>
//		}
//	}
//
// where elements are indented as they are in a list that is returned.
func statements[T any](elem Ref, list []T, emit func(T) jen.Code) Decl {
	var codes []jen.Code
	for _, v := range list {
		codes = append(codes, elem.code().Add(emit(v)))
	}
	return jen.Func().Id("_").Params().Block(jen.Block(codes...))
}

// addList adds the function with its elements.
func (s *GoSource) addList(f listFunc) {
	s.begin(nil) // of the declarations before it
	s.next = []Decl{f.Decl}
	s.begin(func(text []byte) []byte { return append(bytes.TrimSuffix(text, []byte("}\n}\n")), '\n') })
	for part := range f.parts {
		s.next = []Decl{part}
		s.begin(asElements)
	}
	s.parts = append(s.parts, &part{text: []byte("\t}\n}\n")})
}

// asElements turns the statements of a listFunc into elements of its list: it removes
// the type and adds a comma. No line is inside a text, since jennifer writes texts in
// double quotes.
func asElements(function []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(function))
	for line := range bytes.Lines(function) {
		switch rest, inside := bytes.CutPrefix(line, []byte("\t\t")); {
		case !inside: // a line before or after the elements
		case string(rest) == "}\n":
			b.WriteString("\t\t},\n")
		case rest[0] != '\t':
			b.WriteString("\t\t{\n")
		default:
			b.Write(line)
		}
	}
	return b.Bytes()
}
