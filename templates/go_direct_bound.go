package templates

import (
	"github.com/dave/jennifer/jen"
)

// The bound recorder of a direct recorder keeps the series that it writes to. If a
// limit can change them in another registration, it keeps how to find them. If ctx is
// needed to find them, it keeps the other parts of the series' numbers. If a limit
// applies to the record as a whole, it keeps the numbers of the tags.

// A Binding is how the tags of a direct recorder are bound.
type Binding struct {
	Indices Indices // in the function that binds
	Inner   Indices // at each record; with an array the bound recorder keeps it, and no series
	Guard   string  // a field that is nil in the zero value; "" if there is none, so a field "bound" is added
	Found   string  // type of series that are found in each registration, e.g. "requestBound"; "" if they are kept for good
	Ends    bool    // they are found again after series have ended, and so are the numbers of the tags
	Args    bool    // the bound recorder keeps the tags and calls the recorder, with Guard "bound"
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
//		<Field> *series.<Type>
//		…
//	}
//
// or with one field, series *series.BoundSeries[<Found>], if they are found in
// each registration, or tags [<n>]uint64, if at each record. Where no field tells
// the zero value there is one more, bound bool.
func DirectBoundType(r DirectRecorder) Decl {
	if r.Binding.Args {
		fields := []jen.Code{jen.Id(r.Binding.Guard).Bool()}
		for _, p := range r.Params {
			fields = append(fields, jen.Id(p.Name).Id(p.Type))
		}
		return r.boundType(fields...)
	}
	if r.Binding.Found != "" {
		return r.boundType(jen.Id(FoundField).Op("*").Qual(SeriesPath, "BoundSeries").Types(jen.Id(r.Binding.Found)))
	}
	var fields []jen.Code
	if r.Binding.Guard == "" {
		fields = append(fields, jen.Id("bound").Bool())
	}
	if r.Binding.Inner.Array != "" {
		return r.boundType(append(fields, jen.Id("tags").Index(jen.Lit(len(r.Tags))).Uint64())...)
	}
	return r.boundType(append(fields, r.seriesFields()...)...)
}

// FoundField is the field of a bound recorder with the series that it finds.
const FoundField = "series"

// DirectFoundType emits
//
//	// <Found> holds the series into which a <Bound> records.
//	type <Found> struct {
//		<Field> *series.<Type>
//		…
//	}
func DirectFoundType(r DirectRecorder) Decl {
	return documented(r.Binding.Found+" holds the series into which a "+r.Bound+" records", Doc{},
		jen.Type().Id(r.Binding.Found).Struct(r.seriesFields()...))
}

// seriesFields emits the fields that keep series, or parts of their numbers.
func (r DirectRecorder) seriesFields() []jen.Code {
	var fields []jen.Code
	for _, w := range r.writes() {
		switch b := w.Bound; {
		case b.Type != "":
			fields = append(fields, jen.Id(b.Field).Op("*").Qual(SeriesPath, b.Type))
		case b.Field != "":
			fields = append(fields, jen.Id(b.Field).Uint64())
		}
	}
	return fields
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
// or, if the series are found in each registration,
//
//	<Array> := [<n>]uint64{<index>, …}
//	return <Bound>{series: series.BindSeries(func() <Found> {
//		<Array> := <Array>
//		<Limit>.Keep(<Array>[:])
//		return <Found>{
//			<Field>: <Set>.At(<index>),
//			…
//		}
//	})}
//
// If the numbers of tags last only as long as series, the function computes these anew:
//
//	<Array>[<i>] = <Var>.UncountedIndex(string(<Open>))
//
// For a view with zero rows it is <Set>.Zero(<index>). What keeps the numbers of the tags,
// or a part of the number of a series, calls <Set>.ZeroRow(<index>) for such a view.
//
// If the bound recorder keeps the tags, it emits
//
//	return <Bound>{<Guard>: true, <Param>: <Param>, …}
func DirectForFunc(r DirectRecorder) Decl {
	if r.Binding.Args {
		fields := []jen.Code{field(r.Binding.Guard, jen.True())}
		for _, p := range r.Params {
			fields = append(fields, field(p.Name, jen.Id(p.Name)))
		}
		body := append(r.indexVars(r.Binding.Indices), r.zeroRows(r.Binding.Indices)...)
		return r.forFunc(append(body, jen.Return(jen.Id(r.Bound).Add(lines(fields))))...)
	}
	if r.Binding.Found != "" {
		return r.forFunc(r.findSeries()...)
	}
	var fields []jen.Code
	if r.Binding.Guard == "" {
		fields = append(fields, field("bound", jen.True()))
	}
	if r.Binding.Inner.Array != "" {
		return r.forFunc(r.keepArray(fields)...)
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
	body := append(r.indexVars(in), r.zeroRows(in)...)
	return r.forFunc(append(body, jen.Return(jen.Id(r.Bound).Add(lines(fields))))...)
}

// keepArray emits the body of a function that keeps the numbers of the tags:
//
//	return <Bound>{bound: true, tags: [<n>]uint64{<index>, …}}
//
// or, with zero rows,
//
//	<Array> := [<n>]uint64{<index>, …}
//	<Set>.ZeroRow(<index>)
//	…
//	return <Bound>{bound: true, tags: <Array>}
func (r DirectRecorder) keepArray(fields []jen.Code) []jen.Code {
	array, tags := r.Binding.Inner.Array, r.indexArray(false)
	body := r.zeroRows(r.Binding.Inner)
	if len(body) > 0 {
		body = append([]jen.Code{jen.Id(array).Op(":=").Add(tags)}, body...)
		tags = jen.Id(array)
	}
	return append(body, jen.Return(jen.Id(r.Bound).Add(lines(append(fields, field("tags", tags))))))
}

// zeroRows emits <Set>.ZeroRow(<index>) for each series with a zero row that the bound
// recorder does not keep. Bind does it for those that it keeps.
func (r DirectRecorder) zeroRows(in Indices) []jen.Code {
	var rows []jen.Code
	for _, w := range r.writes() {
		if w.ZeroRows && (w.Bound.Type == "" || r.Binding.Ends) {
			rows = append(rows, jen.Id(w.Set).Dot("ZeroRow").Call(w.Index.sum(w.Set, r.parts(w.Index.Terms, in))))
		}
	}
	return rows
}

// findSeries emits the body of a function that finds the series.
func (r DirectRecorder) findSeries() []jen.Code {
	in := r.Binding.Indices
	array := jen.Id(in.Array).Op(":=").Add(r.indexArray(false))
	var find, fields []jen.Code
	if r.Binding.Ends || r.Limit != nil { // the array is changed
		find = append(find, jen.Id(in.Array).Op(":=").Id(in.Array))
		for i, t := range r.Tags {
			if t.Ends {
				find = append(find, jen.Id(in.Array).Index(jen.Lit(i)).Op("=").Add(t.openIndex("UncountedIndex")))
			}
		}
		find = append(find, r.keep(in.Array)...)
	}
	for _, w := range r.writes() {
		parts := r.parts(w.Index.Terms, in)
		series := w.Index.in(w.Set, parts)
		if w.ZeroRows && !r.Binding.Ends {
			series = jen.Id(w.Set).Dot("Zero").Call(w.Index.sum(w.Set, parts))
		}
		fields = append(fields, field(w.Bound.Field, series))
	}
	find = append(find, jen.Return(jen.Id(r.Binding.Found).Add(lines(fields))))
	bind := jen.Return(jen.Id(r.Bound).Values(field(FoundField, r.bindSeries(jen.Func().Params().Id(r.Binding.Found).Block(find...)))))
	body := []jen.Code{array}
	if r.Binding.Ends {
		body = append(body, r.zeroRows(in)...)
	}
	return append(body, bind)
}

// bindSeries emits series.BindSeries(<find>), series.BindEnding(<find>) if series end, or, if a
// series has a zero row,
//
//	series.BindZeroRows(<Set>, <find>, <Array>[0], …)
func (r DirectRecorder) bindSeries(find jen.Code) jen.Code {
	for _, w := range r.writes() {
		if w.ZeroRows && !r.Binding.Ends {
			args := []jen.Code{jen.Id(w.Set), find}
			for i := range r.Tags {
				args = append(args, r.of(i, r.Binding.Indices))
			}
			return jen.Qual(SeriesPath, "BindZeroRows").Call(args...)
		}
	}
	if r.Binding.Ends {
		return jen.Qual(SeriesPath, "BindEnding").Call(find)
	}
	return jen.Qual(SeriesPath, "BindSeries").Call(find)
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
//
// with <series> := b.series.Found() and <series>.<Field> if they are found in each
// registration.
//
// If the bound recorder keeps the tags, it emits <Name>(ctx, <Values>, b.<Param>, …).
func DirectBoundRecord(r DirectRecorder) Decl {
	if r.Binding.Args {
		values := r.args()
		values = values[:len(values)-len(r.Params)]
		return r.boundRecord(append(r.guard(), jen.Id(r.Name).Call(append(ids(values), r.keptTags()...)...)))
	}
	body := append(r.guard(), r.prepare()...)
	body = append(body, r.found()...)
	return r.boundRecord(append(body, r.steps(r.boundSeries)...))
}

// guard emits if b.<Guard> == nil { return <results> }.
func (r DirectRecorder) guard(results ...jen.Code) []jen.Code {
	guard := jen.Op("!").Id("b").Dot("bound")
	if g := r.Binding.Guard; g != "" && r.Binding.Args {
		guard = jen.Op("!").Id("b").Dot(g)
	} else if g != "" {
		guard = jen.Id("b").Dot(g).Op("==").Nil()
	}
	return []jen.Code{jen.If(guard).Block(jen.Return(results...))}
}

// keptTags emits b.<Param>, ….
func (r DirectRecorder) keptTags() []jen.Code {
	var tags []jen.Code
	for _, p := range r.Params {
		tags = append(tags, jen.Id("b").Dot(p.Name))
	}
	return tags
}

// found emits <series> := b.series.Found(), if the series are found in each registration,
// and the indices of the tags that ctx decides.
func (r DirectRecorder) found() []jen.Code {
	var body []jen.Code
	if r.Binding.Found != "" {
		body = append(body, jen.Id("s").Op(":=").Id("b").Dot(FoundField).Dot("Found").Call())
	}
	return append(body, r.innerIndices()...)
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

// boundSeries emits b.<Field>, s.<Field> of the series that were found or, if ctx is
// needed, <Set>.At(b.<Field> + <index>).
func (r DirectRecorder) boundSeries(w Write) *jen.Statement {
	b, in := w.Bound, r.Binding.Inner
	switch {
	case in.Array != "":
		return w.Index.in(w.Set, r.parts(w.Index.Terms, in))
	case r.Binding.Found != "":
		return jen.Id("s").Dot(b.Field)
	case b.Type != "":
		return jen.Id("b").Dot(b.Field)
	}
	parts := r.parts(b.Rest, in)
	if b.Field != "" {
		parts = append([]jen.Code{jen.Id("b").Dot(b.Field)}, parts...)
	}
	return w.Index.in(w.Set, parts)
}
