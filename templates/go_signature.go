package templates

import (
	"fmt"

	"github.com/dave/jennifer/jen"
)

// maxSignature is the length of a signature that stays on one line.
const maxSignature = 100

// Signature returns
//
//	func <Name>(ctx context.Context, <Values>, <Params>)
//
// with each parameter on a line of its own if the line would be long.
func (r Recorder) Signature() string { return signature(r.Name, r.params) }

// Signature returns
//
//	func <Func>(<Params>, observe func() <type>) (stop func())
func (o Observed) Signature() string { return signature(o.Func, o.params, stopResult()) }

func signature(name string, params func() []jen.Code, results ...jen.Code) string {
	declare := func(list *jen.Statement) string {
		decl := jen.Func().Id(name).Add(list)
		if len(results) > 0 {
			decl.Params(results...)
		}
		return fmt.Sprintf("%#v", decl)
	}
	if text := declare(jen.Params(params()...)); len(text) <= maxSignature {
		return text
	}
	return declare(jen.Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: true}, params()...))
}
