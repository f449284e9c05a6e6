package templates

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// An up-down count of things has a function that adds 1, and returns a function that
// subtracts it again. A caller cannot forget the tags on the way to the end.

// EndResult is the name of the function that <Begin> returns. No parameter may have it.
const EndResult = "end"

// endResult emits end func().
func endResult() jen.Code { return jen.Id(EndResult).Func().Params() }

// beginParams emits ctx context.Context, <Params>.
func (r Recorder) beginParams() []jen.Code { return append([]jen.Code{ctxParam()}, r.tagParams()...) }

// BeginFunc emits
//
//	// <Begin> adds 1 to <Words> until end is called: <Doc>
//	//
//	//	defer <Begin>(ctx, <Params>)()
//	//
//	// <Note>
//	func <Begin>(ctx context.Context, <Params>) (end func()) {
//		<tag>Index, … := <index>, …
//		return series.Begin(<Set>.At(<index>), …)
//	}
func BeginFunc(r DirectRecorder) Decl {
	body := append(r.indices(), r.begin(func(w Write) *jen.Statement {
		return w.Index.in(w.Set, r.parts(w.Index.Terms, r.Indices))
	}))
	forgotten := ""
	if r.Forget != "" {
		forgotten = ". It changes no time series that was forgotten since"
	}
	call := append([]string{"ctx"}, paramNames(r.Params)...)
	return documented(r.Begin+" adds 1 to "+r.Words+" until end is called", r.Doc,
		jen.Func().Id(r.Begin).Params(r.beginParams()...).Params(endResult()).Block(body...),
		"\tdefer "+r.Begin+"("+strings.Join(call, ", ")+")()",
		"end subtracts 1 from the same time series. It acts once, and any goroutine may call it. "+
			"It does nothing if the views were not registered at the beginning, or were unregistered since"+forgotten+".")
}

// begin emits return series.Begin(<series>, …), one series a line if they are several.
func (r DirectRecorder) begin(find func(Write) *jen.Statement) jen.Code {
	var all []jen.Code
	for _, w := range r.writes() {
		all = append(all, find(w))
	}
	return jen.Return(jen.Qual(SeriesPath, "Begin").Add(arguments(all)))
}

// BoundBegin emits
//
//	// Begin adds 1 to <Words> until end is called, as <Begin> does.
//	func (b <Bound>) Begin(ctx context.Context) (end func()) {
//		if b.<Guard> == nil {
//			return series.Begin()
//		}
//		return series.Begin(b.<Field>, …)
//	}
//
// with <series> := b.series.Found() and <series>.<Field> if they are found in each
// registration.
//
// If the bound recorder keeps the tags, it emits return <Begin>(ctx, b.<Param>, …).
func BoundBegin(r DirectRecorder) Decl {
	body := r.guard(jen.Qual(SeriesPath, "Begin").Call())
	if r.Binding.Args {
		body = append(body, jen.Return(jen.Id(r.Begin).Call(append([]jen.Code{jen.Id("ctx")}, r.keptTags()...)...)))
	} else {
		body = append(append(body, r.found()...), r.begin(r.boundSeries))
	}
	return documented("Begin adds 1 to "+r.Words+" until end is called, as "+r.Begin+" does", Doc{},
		jen.Func().Params(jen.Id("b").Id(r.Bound)).Id("Begin").Params(ctxParam()).Params(endResult()).Block(body...))
}
