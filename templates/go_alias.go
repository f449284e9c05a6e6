package templates

import "github.com/dave/jennifer/jen"

// A former Go name is a deprecated declaration that forwards to the new name. With the
// directive //go:fix inline, "go fix -inline" replaces its uses by the new name. There is
// no such directive for variables.

// An Alias is a former Go name of a declaration.
type Alias struct {
	Old  string // e.g. "RecordLatency"
	Name string // e.g. "RecordHTTPLatency"
}

// deprecated emits
//
//	// <Old> is the former name of <Name><note>.
//	//
//	// Deprecated: Use <Name>.
//	<decl>
func (a Alias) deprecated(note string, decl jen.Code) Decl {
	return commented(a.doc(note), decl)
}

// inlined emits
//
//	// <Old> is the former name of <Name><note>.
//	//
//	// Deprecated: Use <Name>.
//	//
//	//go:fix inline
//	<decl>
func (a Alias) inlined(note string, decl jen.Code) Decl {
	return commented(append(a.doc(note), ""), jen.Custom(jen.Options{Separator: "\n"}, jen.Comment("//go:fix inline"), decl))
}

func (a Alias) doc(note string) []string {
	return docLines(a.Old+" is the former name of "+a.Name+note, Doc{Deprecated: "Use " + a.Name + "."}, nil)
}

// AliasType emits
//
//	type <Old> = <Name>
func AliasType(a Alias) Decl {
	return a.inlined("", jen.Type().Id(a.Old).Op("=").Id(a.Name))
}

// AliasConst emits
//
//	const <Old> = <Name>
func AliasConst(a Alias) Decl {
	return a.inlined("", jen.Const().Id(a.Old).Op("=").Id(a.Name))
}

// AliasVar emits
//
//	var <Old> = <Name>
func AliasVar(a Alias) Decl {
	return a.deprecated("", jen.Var().Id(a.Old).Op("=").Id(a.Name))
}

// forward emits
//
//	func <Old>(<params>) <result> {
//		return <Name>(<args>)
//	}
//
// without the return if there is no result.
func (a Alias) forward(note string, params []jen.Code, result jen.Code, args []string) Decl {
	call := jen.Id(a.Name).Call(ids(args)...)
	if result == nil {
		return a.inlined(note, jen.Func().Id(a.Old).Params(params...).Block(call))
	}
	return a.inlined(note, jen.Func().Id(a.Old).Params(params...).Add(result).Block(jen.Return(call)))
}

// A TagAlias is a tag under a former Go name.
type TagAlias struct {
	Tag
	Old Tag // only the names
}

// ParseAlias emits
//
//	func <Old.Parse>(s string) (<Type>, bool) {
//		return <Parse>(s)
//	}
func ParseAlias(t TagAlias) Decl {
	return Alias{t.Old.Closed.Parse, t.Closed.Parse}.forward("", []jen.Code{jen.Id("s").String()},
		jen.Params(jen.Id(t.Type), jen.Bool()), []string{"s"})
}

// OfAlias emits
//
//	func <Old.Of>(s string) <Type> {
//		return <Of>(s)
//	}
func OfAlias(t TagAlias) Decl {
	return Alias{t.Old.Closed.Of, t.Closed.Of}.forward("", []jen.Code{jen.Id("s").String()}, jen.Id(t.Type), []string{"s"})
}

// ListAlias emits
//
//	func <Old.List>() []<Type> {
//		return <List>()
//	}
func ListAlias(t TagAlias) Decl {
	return Alias{t.Old.Closed.List, t.Closed.List}.forward("", nil, jen.Index().Id(t.Type), nil)
}

// ContextAlias emits
//
//	func <Old.SetName>(ctx context.Context, v <Type>) context.Context {
//		return <SetName>(ctx, v)
//	}
func ContextAlias(t TagAlias) Decl {
	return Alias{t.Old.SetName, t.SetName}.forward("", []jen.Code{ctxParam(), jen.Id("v").Id(t.Type)},
		jen.Qual(ContextPath, "Context"), []string{"ctx", "v"})
}

// ProcessAlias emits
//
//	func <Old.SetName>(v <Type>) {
//		<SetName>(v)
//	}
func ProcessAlias(t TagAlias) Decl {
	return Alias{t.Old.SetName, t.SetName}.forward("", []jen.Code{jen.Id("v").Id(t.Type)}, nil, []string{"v"})
}

// ObserveAlias emits
//
//	func <old>(<moved>, observe func() <type>) (stop func()) {
//		return <Func>(<Params>, observe)
//	}
//
// moved are the parameters of o in their former order.
func ObserveAlias(o Observed, old string, moved []Param) Decl {
	params := append(paramCodes(moved), jen.Id("observe").Func().Params().Add(o.Value.typeCode()))
	args := append(paramNames(o.Params), "observe")
	return Alias{old, o.Func}.forward(movedNote(o.Params, moved), params, jen.Params(jen.Id("stop").Func().Params()), args)
}

func paramCodes(params []Param) []jen.Code {
	var codes []jen.Code
	for _, p := range params {
		codes = append(codes, jen.Id(p.Name).Id(p.Type))
	}
	return codes
}

func paramNames(params []Param) []string {
	var names []string
	for _, p := range params {
		names = append(names, p.Name)
	}
	return names
}
