package templates

import "github.com/dave/jennifer/jen"

// A recorder with tags has a function <For> that returns a value of type
// <Bound>, which records with those tags.

// boundType emits
//
//	// <Bound> records <Words> with the tags given to <For>.
//	type <Bound> struct {
//		<fields>
//	}
func (r Recorder) boundType(fields ...jen.Code) Decl {
	does := "records "
	if r.UpDown {
		does = "adds to "
	}
	return documented(r.Bound+" "+does+r.Words+" with the tags given to "+r.For, Doc{Deprecated: r.Doc.Deprecated},
		jen.Type().Id(r.Bound).Struct(fields...),
		"It is safe for concurrent use. Its zero value records nothing.")
}

// forFunc emits
//
//	// <For> returns a recorder of <Words> with these tags, …
//	func <For>(<Params>) <Bound> {
//		<body>
//	}
func (r Recorder) forFunc(body ...jen.Code) Decl {
	note := "These tags are looked up, and replaced values are counted, at this call only."
	switch {
	case r.LooksAgain && r.InContext:
		note = "It looks its tags up at each record, because time series of " + r.Words + " end."
	case r.LooksAgain:
		note = "Replaced values are counted at this call only. The tags are looked up again after time series have ended."
	case r.InContext:
		note += " Tags from ctx are looked up at each record."
	}
	return documented(r.For+" returns a recorder of "+r.Words+" with these tags, for hot loops", Doc{Deprecated: r.Doc.Deprecated},
		jen.Func().Id(r.For).Params(r.tagParams()...).Id(r.Bound).Block(body...), note)
}

// boundRecord emits
//
//	// Record records <Words> as <Name> does.
//	func (b <Bound>) Record(ctx context.Context, <Values>) {
//		<body>
//	}
//
// The method of an up-down count is Add.
func (r Recorder) boundRecord(body []jen.Code) Decl {
	method := "Record"
	if r.UpDown {
		method = "Add"
	}
	return documented(method+" "+r.does()+" as "+r.Name+" does", Doc{},
		jen.Func().Params(jen.Id("b").Id(r.Bound)).Id(method).
			Params(append([]jen.Code{ctxParam()}, r.valueParams()...)...).Block(body...))
}

// BoundType emits
//
//	// <Bound> records <Words> with the tags given to <For>.
//	type <Bound> struct {
//		tags census.BoundTags
//	}
func BoundType(r ViewsRecorder) Decl {
	return r.boundType(jen.Id("tags").Qual(CensusPath, "BoundTags"))
}

// ForFunc emits
//
//	// <For> returns a recorder of <Words> with these tags, …
//	func <For>(<Params>) <Bound> {
//		return <Bound>{tags: <Set>.Bind(<Args>)}
//	}
func ForFunc(r ViewsRecorder) Decl {
	return r.forFunc(jen.Return(jen.Id(r.Bound).Values(
		field("tags", jen.Id(r.Set).Dot("Bind").Call(tagArgs(r.Args)...)))))
}

// BoundRecord emits
//
//	// Record records <Words> as <Name> does.
//	func (b <Bound>) Record(ctx context.Context, <Values>) {
//		b.tags.Record(ctx, []stats.Measurement{<Values>})
//	}
//
// with the checks that a value needs before.
func BoundRecord(r ViewsRecorder) Decl {
	tags := jen.Id("b").Dot("tags")
	if len(r.Values) == 1 {
		return r.boundRecord(r.measureBody(tags, nil))
	}
	return r.boundRecord(r.eventBody(tags, nil))
}
