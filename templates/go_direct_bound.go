package templates

import "github.com/dave/jennifer/jen"

// The bound recorder of a direct recorder keeps the series that it writes to.
// Where a limit looks at the record as a whole it keeps the numbers of the tags
// too, for its series may be others after the next registration. Where ctx has a
// say it keeps the rest of the series' numbers; and with a limit, those of the
// tags only.

// A Binding is how the tags of a direct recorder are bound.
type Binding struct {
	Indices Indices // where the series are found; with an array the bound recorder keeps it, and finds them anew when they end
	Inner   Indices // at each record; with an array the bound recorder keeps it instead of series
	Guard   string  // a field that is nil in the zero value; "" if there is none, and a field "bound" tells
}

// refinds reports whether the bound recorder keeps series, and the numbers of all
// tags to find them anew.
func (b *Binding) refinds() bool { return b.Indices.Array != "" }

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
//
// with a field "tags" for the numbers of all tags where they are kept.
func DirectBoundType(r DirectRecorder) Decl {
	var fields []jen.Code
	if r.Binding.Guard == "" {
		fields = append(fields, jen.Id("bound").Bool())
	}
	tags := jen.Id("tags").Index(jen.Lit(len(r.Tags))).Uint64()
	if r.Binding.Inner.Array != "" {
		return r.boundType(append(fields, tags)...)
	}
	if r.Binding.refinds() {
		fields = append(fields, tags)
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
//
// or, if the series may have to be found anew,
//
//	return <Bound>{tags: [<n>]uint64{<index>, …}}.bind()
func DirectForFunc(r DirectRecorder) Decl {
	if r.Binding.refinds() {
		return r.forFunc(jen.Return(jen.Id(r.Bound).Values(field("tags", r.indexArray(false))).Dot("bind").Call()))
	}
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
			fields = append(fields, field(b.Field, r.bindSeries(w)))
		case b.Field != "":
			fields = append(fields, field(b.Field, w.Index.sum(w.Set, r.parts(b.Fixed, in))))
		}
	}
	return r.forFunc(append(r.indexVars(in), jen.Return(jen.Id(r.Bound).Add(lines(fields))))...)
}

// bindSeries emits <Set>.Bind(<index>).
func (r DirectRecorder) bindSeries(w Write) jen.Code {
	return jen.Id(w.Set).Dot("Bind").Call(w.Index.sum(w.Set, r.parts(w.Index.Terms, r.Binding.Indices)))
}

// DirectBoundMethods emits what a bound recorder can do: to record and, if its
// series may have to be found anew, to find them.
func DirectBoundMethods(r DirectRecorder) []Decl {
	if r.Binding.refinds() {
		return []Decl{directBind(r), directBoundRecord(r)}
	}
	return []Decl{directBoundRecord(r)}
}

// directBind emits
//
//	// bind finds the series of the tags, within the limits of now.
//	func (b <Bound>) bind() <Bound> {
//		<Array> := b.tags
//		<Limit>.Keep(<Array>[:])
//		b.<Field> = <Set>.Bind(<index>)
//		…
//		return b
//	}
func directBind(r DirectRecorder) Decl {
	array := r.Binding.Indices.Array
	body := append([]jen.Code{jen.Id(array).Op(":=").Id("b").Dot("tags")}, r.keep(array)...)
	for _, w := range r.writes() {
		body = append(body, jen.Id("b").Dot(w.Bound.Field).Op("=").Add(r.bindSeries(w)))
	}
	return documented("bind finds the series of the tags, within the limits of now", Doc{},
		jen.Func().Params(jen.Id("b").Id(r.Bound)).Id("bind").Params().Id(r.Bound).
			Block(append(body, jen.Return(jen.Id("b")))...))
}

// directBoundRecord emits
//
//	// Record records <Words> as <Name> does.
//	func (b <Bound>) Record(ctx context.Context, <Values>) {
//		if b.<Guard> == nil {
//			return
//		}
//		if b.<Field>.Stale() || … {
//			b = b.bind()
//		}
//		<value> := <conversion>
//		b.<Field>.Record(<value>)
//		…
//	}
//
// and asks whether series are stale only if they may have to be found anew.
func directBoundRecord(r DirectRecorder) Decl {
	guard := jen.Op("!").Id("b").Dot("bound")
	if g := r.Binding.Guard; g != "" {
		guard = jen.Id("b").Dot(g).Op("==").Nil()
	}
	body := append([]jen.Code{jen.If(guard).Block(jen.Return())}, r.prepare()...)
	if r.Binding.refinds() {
		body = append(body, jen.If(r.stale()).Block(jen.Id("b").Op("=").Id("b").Dot("bind").Call()))
	}
	body = append(body, r.innerIndices()...)
	return r.boundRecord(append(body, r.steps(r.boundSeries)...))
}

// stale emits b.<Field>.Stale() || … of the series within the limit: if these are
// not stale the record is still within it.
func (r DirectRecorder) stale() *jen.Statement {
	var any *jen.Statement
	for _, set := range r.Limit.Sets {
		one := jen.Id("b").Dot(set).Dot("Stale").Call()
		if any == nil {
			any = one
		} else {
			any.Op("||").Add(one)
		}
	}
	return any
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
