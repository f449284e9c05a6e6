package templates

import (
	"strconv"

	"github.com/dave/jennifer/jen"
)

// The series of a view are numbered, so that generated code can compute the number of a
// series. Each tag has a number. The number of a series is the sum of these numbers,
// each multiplied by the number of combinations of the tags before it.

// An IndexedTag is a tag of a recorder, with its value there. Closed, Open, Text or Context
// gives the value. If none of them is set, the tag is absent, and its number is 0.
type IndexedTag struct {
	Var     string  // variable of an open or a context tag, e.g. "routeTag"
	Closed  string  // parameter or constant of a closed tag, e.g. "method"
	Open    string  // parameter of an open tag, e.g. "route"
	Text    *string // fixed text of an open tag
	Context bool    // the value comes from ctx
	Ends    bool    // the number lasts only as long as series have the value

	// The other fields are of a closed tag.
	Param    bool // it is a parameter, not a constant
	Listed   int  // number of its values; 0 for a constant
	Optional bool // the tag may be absent: 0 is a valid value
}

// listed emits the number of a closed tag whose value is in range. n is how many such numbers
// there are:
//
//	uint64(<Closed>) - 1
//
// and uint64(<Closed>) if the tag is optional.
func (t IndexedTag) listed() (number *jen.Statement, n int) {
	return listedIndex(t.Closed, t.Listed, t.Optional)
}

func listedIndex(value string, listed int, optional bool) (number *jen.Statement, n int) {
	number = jen.Uint64().Parens(jen.Id(value))
	if optional {
		return number, listed + 1
	}
	return number.Op("-").Lit(1), listed
}

// index emits the tag's number:
//
//	<Closed>.index()
//	<Var>.OpenIndex(string(<Open>))
//	<Var>.ContextIndex(ctx)
func (t IndexedTag) index() *jen.Statement {
	switch {
	case t.Closed != "":
		return jen.Id(t.Closed).Dot("index").Call()
	case t.Open != "" || t.Text != nil:
		return t.openIndex("OpenIndex")
	case t.Context:
		return jen.Id(t.Var).Dot("ContextIndex").Call(jen.Id("ctx"))
	}
	return jen.Lit(0)
}

// openIndex emits <Var>.<method>(string(<Open>)), or with the fixed text.
func (t IndexedTag) openIndex(method string) *jen.Statement {
	if t.Text != nil {
		return jen.Id(t.Var).Dot(method).Call(jen.Lit(*t.Text))
	}
	return jen.Id(t.Var).Dot(method).Call(jen.String().Parens(jen.Id(t.Open)))
}

// Indices say where a function keeps the numbers of its recorder's tags.
type Indices struct {
	Array string   // variable with all of them, e.g. "tags"; "" if there is none
	Vars  []string // one for each tag; "" if it is used once, in place, or never

	Together bool // one condition checks all closed tags that are parameters; each has a variable
}

// of emits the number of a tag, or the variable with it.
func (r DirectRecorder) of(tag int, in Indices) *jen.Statement {
	switch {
	case in.Array != "":
		return jen.Id(in.Array).Index(jen.Lit(tag))
	case in.Vars[tag] != "":
		return jen.Id(in.Vars[tag])
	}
	return r.Tags[tag].index()
}

// mostInLine is the maximum number of indices that are assigned in one line.
const mostInLine = 3

// indexVars emits <name>, … := <index>, …, and a line for each if they are many.
func (r DirectRecorder) indexVars(in Indices) []jen.Code {
	if in.Together {
		return r.indicesTogether(in)
	}
	return assigned(":=", r.varsOf(in, IndexedTag.index))
}

// An assignment assigns a value to a variable.
type assignment struct {
	name  string
	value jen.Code
}

// varsOf returns the variables of the tags with their values.
func (r DirectRecorder) varsOf(in Indices, value func(IndexedTag) *jen.Statement) []assignment {
	var all []assignment
	for i, name := range in.Vars {
		if name != "" {
			all = append(all, assignment{name, value(r.Tags[i])})
		}
	}
	return all
}

// assigned emits <name>, … <op> <value>, …, and a line for each if they are many.
func assigned(op string, all []assignment) []jen.Code {
	var names, values, each []jen.Code
	for _, a := range all {
		names = append(names, jen.Id(a.name))
		values = append(values, a.value)
		each = append(each, jen.Id(a.name).Op(op).Add(a.value))
	}
	if len(all) == 0 || len(all) > mostInLine {
		return each
	}
	return []jen.Code{jen.List(names...).Op(op).List(values...)}
}

// indicesTogether emits
//
//	<name>, … := uint64(<Closed>)-1, …
//	if <name> >= <n> || … {
//		<name>, … = <Closed>.index(), …
//	}
func (r DirectRecorder) indicesTogether(in Indices) []jen.Code {
	quick := assigned(":=", r.varsOf(in, func(t IndexedTag) *jen.Statement {
		if !t.Param {
			return t.index()
		}
		number, _ := t.listed()
		return number
	}))
	var unlisted []jen.Code
	params := Indices{Vars: make([]string, len(in.Vars))}
	for i, t := range r.Tags {
		if t.Param {
			_, n := t.listed()
			unlisted = append(unlisted, jen.Id(in.Vars[i]).Op(">=").Lit(n))
			params.Vars[i] = in.Vars[i]
		}
	}
	condition := jen.Custom(jen.Options{Separator: "||"}, unlisted...)
	return append(quick, jen.If(condition).Block(assigned("=", r.varsOf(params, IndexedTag.index))...))
}

// indexArray emits [<n>]uint64{<index>, …}, a line for each if they are many, with
// 0 for a tag from ctx if there is none.
func (r DirectRecorder) indexArray(ctx bool) jen.Code {
	var values []jen.Code
	for _, t := range r.Tags {
		if t.Context && !ctx {
			t = IndexedTag{}
		}
		values = append(values, t.index())
	}
	array := jen.Index(jen.Lit(len(values))).Uint64()
	if len(values) > mostInLine {
		return array.Add(lines(values))
	}
	return array.Values(values...)
}

// An Index is the number of a series among those of its view.
type Index struct {
	Keyed bool // the series are not in a table
	Wide  bool // the number of combinations exceeds 64 bits: Terms has every tag
	Terms []Term
}

// A Term is the part of an index that comes from one tag.
type Term struct {
	Tag    int    // of the recorder's tags
	Stride uint64 // 1 in a wide index
}

// parts emits the terms: <index>, <stride>*<index>, ….
func (r DirectRecorder) parts(terms []Term, in Indices) []jen.Code {
	var parts []jen.Code
	for _, t := range terms {
		part := r.of(t.Tag, in)
		if t.Stride > 1 {
			part = number(strconv.FormatUint(t.Stride, 10)).Op("*").Add(part)
		}
		parts = append(parts, part)
	}
	return parts
}

// in emits <set>.<At|Keyed>(<index>).
func (i Index) in(set string, parts []jen.Code) *jen.Statement {
	method := "At"
	if i.Keyed {
		method = "Keyed"
	}
	return jen.Id(set).Dot(method).Call(i.sum(set, parts))
}

// sum emits <part> + <part> + …, and <set>.Wide(<part>, …) for a wide index, one
// part a line.
func (i Index) sum(set string, parts []jen.Code) jen.Code {
	switch {
	case i.Wide:
		return jen.Id(set).Dot("Wide").Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, parts...)
	case len(parts) == 0:
		return jen.Lit(0)
	}
	return jen.Custom(jen.Options{Separator: "+"}, parts...)
}

// TagIndex emits, for a tag whose zero value is a value out of range,
//
//	// index returns the place of v among the series of a view.
//	func (v <Type>) index() uint64 {
//		if i := uint64(v) - 1; i < <n> {
//			return i
//		}
//		return <Var>.Index(uint32(v))
//	}
//
// and else the same with i := uint64(v); i < <n + 1>. It is small enough to be
// inlined.
func TagIndex(t Tag) Decl {
	i, n := listedIndex("v", len(t.Closed.Values), t.Closed.Optional)
	return documented("index returns the number of v, from which the index of a series is computed", Doc{},
		jen.Func().Params(jen.Id("v").Id(t.Type)).Id("index").Params().Uint64().Block(
			jen.If(jen.Id("i").Op(":=").Add(i), jen.Id("i").Op("<").Lit(n)).Block(jen.Return(jen.Id("i"))),
			jen.Return(jen.Id(t.Var).Dot("Index").Call(jen.Uint32().Parens(jen.Id("v")))),
		))
}
