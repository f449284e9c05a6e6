package templates

import "github.com/dave/jennifer/jen"

// TagParse emits
//
//	// <Parse> returns the <Type> whose text is s; for any other text it returns zero and false.
//	func <Parse>(s string) (<Type>, bool) {
//		v, ok := <Var>.Lookup(s)
//		return <Type>(v), ok
//	}
func TagParse(t Tag) Decl {
	lead := t.Closed.Parse + " returns the " + t.Type + " whose text is s"
	if t.Closed.Optional {
		lead += ", and zero and true for the empty text"
	}
	signature := jen.Func().Id(t.Closed.Parse).Params(jen.Id("s").String()).Params(jen.Id(t.Type), jen.Bool())
	return documented(lead+"; for any other text it returns zero and false", Doc{}, signature.Block(
		jen.List(jen.Id("v"), jen.Id("ok")).Op(":=").Id(t.Var).Dot("Lookup").Call(jen.Id("s")),
		jen.Return(jen.Id(t.Type).Parens(jen.Id("v")), jen.Id("ok")),
	))
}

// TagOf emits
//
//	// <Of> returns the <Type> whose text is s; for any other text it returns <Const> …
//	func <Of>(s string) <Type> {
//		return <Type>(<Var>.Of(s))
//	}
func TagOf(t Tag) Decl {
	lead := t.Closed.Of + " returns the " + t.Type + " whose text is s"
	if t.Closed.Optional {
		lead += ", and zero for the empty text"
	}
	other := "zero, which is recorded as " + t.Replaced + " and counted in [record.Stats]"
	switch {
	case t.Closed.CatchAll != nil:
		other = t.Closed.CatchAll.Const + " and counts the text in [record.Stats]"
	case t.Closed.Optional:
		other = "zero and counts the text in [record.Stats]"
	}
	return documented(lead+"; for any other text it returns "+other, Doc{},
		jen.Func().Id(t.Closed.Of).Params(jen.Id("s").String()).Id(t.Type).Block(
			jen.Return(jen.Id(t.Type).Parens(jen.Id(t.Var).Dot("Of").Call(jen.Id("s")))),
		))
}

// TagValues emits
//
//	// <List> returns the values of <Type> in the order of the schema.
//	func <List>() []<Type> {
//		return record.ValuesOf[<Type>](<Var>)
//	}
func TagValues(t Tag) Decl {
	return documented(t.Closed.List+" returns the values of "+t.Type+" in the order of the schema", Doc{},
		jen.Func().Id(t.Closed.List).Params().Index().Id(t.Type).Block(
			jen.Return(jen.Qual(RecordPath, "ValuesOf").Types(jen.Id(t.Type)).Call(jen.Id(t.Var))),
		))
}
