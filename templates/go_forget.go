package templates

import "github.com/dave/jennifer/jen"

// A Forget is the function that ends the series of a measure.
type Forget struct {
	Recorder
	Var     string   // e.g. "replicasForgetting"
	Func    string   // e.g. "ForgetReplicas"
	Tags    []string // variables of the tags of the call
	Args    []TagArg // one for each of them
	Sets    []string // variables of the series
	Fewer   bool     // the measure has other views, which have fewer tags
	Context bool     // a view has tags from ctx
}

// ForgettingVar emits
//
//	var <Var> = series.NewForgetting([]*record.Tag{<Tags>}, <Sets>)
func ForgettingVar(f Forget) Decl {
	return jen.Var().Id(f.Var).Op("=").Qual(SeriesPath, "NewForgetting").Call(append([]jen.Code{tagVars(f.Tags)}, ids(f.Sets)...)...)
}

// ForgetFunc emits
//
//	// <Func> ends the time series of <Words> with these tags, …
//	func <Func>(<Params>) {
//		<Var>.Forget(<Args>)
//	}
func ForgetFunc(f Forget) Decl {
	lead := f.Func + " ends the time series of " + f.Words
	if len(f.Params) > 0 {
		lead += " with these tags"
	}
	if f.Context {
		lead += ", whatever their tags from ctx"
	}
	notes := "They are no longer exported, and their places are free for others. A later record begins them anew."
	if f.Fewer {
		notes += " Series of views with fewer tags go on."
	}
	return documented(lead, Doc{Deprecated: f.Doc.Deprecated},
		jen.Func().Id(f.Func).Params(f.tagParams()...).Block(
			jen.Id(f.Var).Dot("Forget").Call(tagArgs(f.Args)...)), notes)
}
