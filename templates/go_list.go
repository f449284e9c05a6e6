package templates

import (
	"bytes"
	"iter"
	"slices"

	"github.com/dave/jennifer/jen"
)

// Go's printer lays out each element of a literal twice, since it first finds
// out whether the element fits into a line: so it goes over a line as often as
// literals are around it, and once more if all that is assigned or returned. The
// elements of the longest lists are therefore formatted as statements and then put
// where they belong, in parts like declarations. It changes nothing: elements of
// several lines are aligned each by itself.

// A listFunc is a function that does nothing but return a list. As a declaration
// it has an empty one, []<type>{}: only a GoSource puts the elements in.
type listFunc struct {
	Decl
	parts iter.Seq[Decl] // some elements each, as statements; made when they are asked for
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
	s.begin(nil) // of what comes before
	s.next = []Decl{f.Decl}
	s.begin(func(text []byte) []byte { return append(bytes.TrimSuffix(text, []byte("}\n}\n")), '\n') })
	for part := range f.parts {
		s.next = []Decl{part}
		s.begin(asElements)
	}
	s.parts = append(s.parts, &part{text: []byte("\t}\n}\n")})
}

// asElements turns the statements of a listFunc into elements of its list: the
// type falls away, and a comma comes behind. No line is the middle of a text,
// since jennifer writes texts in double quotes.
func asElements(function []byte) []byte {
	var b bytes.Buffer
	b.Grow(len(function))
	for line := range bytes.Lines(function) {
		switch rest, inside := bytes.CutPrefix(line, []byte("\t\t")); {
		case !inside: // around the elements
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
