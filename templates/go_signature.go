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

// Signatures returns the signature of the recorder, and of the function that adds 1 until
// it ends, if there is one:
//
//	func <Begin>(ctx context.Context, <Params>) (end func())
func (r Recorder) Signatures() []string {
	all := []string{r.Signature()}
	if r.Begin != "" {
		all = append(all, signature(r.Begin, r.beginParams, endResult()))
	}
	return all
}

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
