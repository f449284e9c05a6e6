package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// A RecorderAlias is a recorder under a former Go name.
type RecorderAlias struct {
	Recorder
	Old Recorder // the names, and the parameters in their former order
}

// Moved reports whether the tags had another order.
func (a RecorderAlias) Moved() bool { return !slices.Equal(a.Params, a.Old.Params) }

func (a RecorderAlias) note() string { return movedNote(a.Params, a.Old.Params) }

func movedNote(params, moved []Param) string {
	if slices.Equal(params, moved) {
		return ""
	}
	return ", with the tags in their former order"
}

// RecordAlias emits
//
//	func <Old.Name>(ctx context.Context, <Values>, <Old.Params>) {
//		<Name>(ctx, <Values>, <Params>)
//	}
func RecordAlias(a RecorderAlias) Decl {
	params := slices.Concat([]jen.Code{ctxParam()}, a.valueParams(), a.Old.tagParams())
	return Alias{a.Old.Name, a.Name}.forward(a.note(), params, nil, a.args())
}

// TimeAlias emits
//
//	func <Old.Time>(ctx context.Context, <Old.Params>) func() {
//		return <Time>(ctx, <Params>)
//	}
func TimeAlias(a RecorderAlias) Decl {
	params := append([]jen.Code{ctxParam()}, a.Old.tagParams()...)
	args := append([]string{"ctx"}, paramNames(a.Params)...)
	return Alias{a.Old.Time, a.Time}.forward(a.note(), params, jen.Func().Params(), args)
}

// BeginAlias emits
//
//	func <Old.Begin>(ctx context.Context, <Old.Params>) (end func()) {
//		return <Begin>(ctx, <Params>)
//	}
func BeginAlias(a RecorderAlias) Decl {
	params := append([]jen.Code{ctxParam()}, a.Old.tagParams()...)
	args := append([]string{"ctx"}, paramNames(a.Params)...)
	return Alias{a.Old.Begin, a.Begin}.forward(a.note(), params, jen.Params(endResult()), args)
}

// ForgetAlias emits
//
//	func <Old.Forget>(<Old.Params>) {
//		<Forget>(<Params>)
//	}
func ForgetAlias(a RecorderAlias) Decl {
	return Alias{a.Old.Forget, a.Forget}.forward(a.note(), a.Old.tagParams(), nil, paramNames(a.Params))
}

// ForAlias emits
//
//	func <Old.For>(<Old.Params>) <Bound> {
//		return <For>(<Params>)
//	}
func ForAlias(a RecorderAlias) Decl {
	return Alias{a.Old.For, a.For}.forward(a.note(), a.Old.tagParams(), jen.Id(a.Bound), paramNames(a.Params))
}

// StartAlias emits, for tags in the same order,
//
//	func <Old.Start>() <Type> {
//		return <Start>()
//	}
func StartAlias(a RecorderAlias) Decl {
	return Alias{a.Old.Timer.Start, a.Timer.Start}.forward("", nil, jen.Id(a.Timer.Type), nil)
}

// A timer whose tags had another order is a type of its own, because a method cannot
// have two orders. "go fix" leaves it.

// MovedTimer emits
//
//	type <Old.Type> struct {
//		timer <Type>
//	}
func MovedTimer(a RecorderAlias) Decl {
	return Alias{a.Old.Timer.Type, a.Timer.Type}.deprecated(a.note(),
		jen.Type().Id(a.Old.Timer.Type).Struct(jen.Id("timer").Id(a.Timer.Type)))
}

// MovedStart emits
//
//	func <Old.Start>() <Old.Type> {
//		return <Old.Type>{timer: <Start>()}
//	}
func MovedStart(a RecorderAlias) Decl {
	return Alias{a.Old.Timer.Start, a.Timer.Start}.deprecated(a.note(),
		jen.Func().Id(a.Old.Timer.Start).Params().Id(a.Old.Timer.Type).Block(
			jen.Return(jen.Id(a.Old.Timer.Type).Values(field("timer", jen.Id(a.Timer.Start).Call())))))
}

// MovedTimerRecord emits
//
//	// Record calls <Old.Name> with the time since the start. It may be called several times.
//	func (t <Old.Type>) Record(ctx context.Context, <other Values>, <Old.Params>) {
//		t.timer.Record(ctx, <other Values>, <Params>)
//	}
func MovedTimerRecord(a RecorderAlias) Decl {
	others := a.untimed()
	params := slices.Concat([]jen.Code{ctxParam()}, others.valueParams(), a.Old.tagParams())
	return documented("Record calls "+a.Old.Name+" with the time since the start. It may be called several times", Doc{},
		jen.Func().Params(jen.Id("t").Id(a.Old.Timer.Type)).Id("Record").Params(params...).Block(
			jen.Id("t").Dot("timer").Dot("Record").Call(ids(others.args())...)))
}
