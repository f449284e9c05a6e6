package templates

import "github.com/dave/jennifer/jen"

// The bound recorder of a direct recorder keeps the series that it writes to.
// Where ctx has a say it keeps the rest of their numbers; and where a limit
// looks at the record as a whole, the numbers of the tags.

// A Binding is how the tags of a direct recorder are bound.
type Binding struct {
	Indices Indices // in the function that binds
	Inner   Indices // in the bound recorder; with an array it keeps the numbers of all tags
	Guard   string  // a field that is nil in the zero value; "" if there is none, and a field "bound" tells
}

// A BoundSeries is how a bound recorder keeps a series.
type BoundSeries struct {
	Field string // e.g. "requestCountSeries"; "" if it keeps nothing
	Type  string // of runtime, e.g. "Int64Sum"; "" if the field has the part Fixed of the number
	Fixed []Term // of the tags from the call
	Rest  []Term // of the tags from ctx
}

// writes returns all writes, in order.
func (r DirectRecorder) writes() []Write {
	var all []Write
	for _, s := range r.Steps {
		all = append(all, s.Writes...)
	}
	return all
}

// DirectBoundType emits
//
//	// <Bound> records <Words> with the tags that <For> was given.
//	type <Bound> struct {
//		<Field> *runtime.<Type>
//		…
//	}
func DirectBoundType(r DirectRecorder) Decl {
	var fields []jen.Code
	if r.Binding.Guard == "" {
		fields = append(fields, jen.Id("bound").Bool())
	}
	if r.Binding.Inner.Array != "" {
		return r.boundType(append(fields, jen.Id("tags").Index(jen.Lit(len(r.Tags))).Uint64())...)
	}
	for _, w := range r.writes() {
		switch b := w.Bound; {
		case b.Type != "":
			fields = append(fields, jen.Id(b.Field).Op("*").Qual(RuntimePath, b.Type))
		case b.Field != "":
			fields = append(fields, jen.Id(b.Field).Uint64())
		}
	}
	return r.boundType(fields...)
}

// DirectForFunc emits
//
//	// <For> returns a recorder of <Words> with these tags, …
//	func <For>(<Params>) <Bound> {
//		<tag>Index, … := <index>, …
//		return <Bound>{
//			<Field>: <Set>.Bind(<index>),
//			…
//		}
//	}
func DirectForFunc(r DirectRecorder) Decl {
	var fields []jen.Code
	if r.Binding.Guard == "" {
		fields = append(fields, field("bound", jen.True()))
	}
	if r.Binding.Inner.Array != "" {
		fields = append(fields, field("tags", r.indexArray(false)))
		return r.forFunc(jen.Return(jen.Id(r.Bound).Add(lines(fields))))
	}
	in := r.Binding.Indices
	for _, w := range r.writes() {
		switch b := w.Bound; {
		case b.Type != "":
			index := w.Index.sum(w.Set, r.parts(w.Index.Terms, in))
			fields = append(fields, field(b.Field, jen.Id(w.Set).Dot("Bind").Call(index)))
		case b.Field != "":
			fields = append(fields, field(b.Field, w.Index.sum(w.Set, r.parts(b.Fixed, in))))
		}
	}
	return r.forFunc(append(r.indexVars(in), jen.Return(jen.Id(r.Bound).Add(lines(fields))))...)
}

// DirectBoundRecord emits
//
//	// Record records <Words> as <Name> does.
//	func (b <Bound>) Record(ctx context.Context, <Values>) {
//		if b.<Guard> == nil {
//			return
//		}
//		<value> := <conversion>
//		b.<Field>.Record(<value>)
//		…
//	}
func DirectBoundRecord(r DirectRecorder) Decl {
	guard := jen.Op("!").Id("b").Dot("bound")
	if g := r.Binding.Guard; g != "" {
		guard = jen.Id("b").Dot(g).Op("==").Nil()
	}
	body := append([]jen.Code{jen.If(guard).Block(jen.Return())}, r.prepare()...)
	body = append(body, r.innerIndices()...)
	return r.boundRecord(append(body, r.steps(r.boundSeries)...))
}

// innerIndices emits <name>, … := <index>, … of the tags that ctx decides, or,
// if all numbers are kept,
//
//	<Array> := b.tags
//	<Array>[<i>] = <index>
//	<Limit>.Keep(<Array>[:])
func (r DirectRecorder) innerIndices() []jen.Code {
	array := r.Binding.Inner.Array
	if array == "" {
		return r.indexVars(r.Binding.Inner)
	}
	body := []jen.Code{jen.Id(array).Op(":=").Id("b").Dot("tags")}
	for i, t := range r.Tags {
		if t.Context {
			body = append(body, jen.Id(array).Index(jen.Lit(i)).Op("=").Add(t.index()))
		}
	}
	return append(body, r.keep(array)...)
}

// boundSeries emits b.<Field> or, where ctx has a say, <Set>.At(b.<Field> + <index>).
func (r DirectRecorder) boundSeries(w Write) *jen.Statement {
	b, in := w.Bound, r.Binding.Inner
	switch {
	case in.Array != "":
		return w.Index.in(w.Set, r.parts(w.Index.Terms, in))
	case b.Type != "":
		return jen.Id("b").Dot(b.Field)
	}
	parts := r.parts(b.Rest, in)
	if b.Field != "" {
		parts = append([]jen.Code{jen.Id("b").Dot(b.Field)}, parts...)
	}
	return w.Index.in(w.Set, parts)
}
