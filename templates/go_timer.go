package templates

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// A recorder of one duration, possibly with other values, has a timer: a value whose
// Record function has parameters for the tags. A recorder of only one measure also has
// a function for defer, which has the tags as parameters.

// A Timer measures one value of a recorder.
type Timer struct {
	Type    string // e.g. "RequestLatencyTimer"
	Start   string // e.g. "StartRequestLatency"
	Value   int    // of the recorder's values
	Measure string // e.g. "shop/request_latency"
}

// untimed returns the recorder without the value that its timer measures.
func (r Recorder) untimed() Recorder {
	r.Values = slices.Concat(r.Values[:r.Timer.Value], r.Values[r.Timer.Value+1:])
	return r
}

// args returns the names of the parameters.
func (r Recorder) args() []string {
	names := []string{"ctx"}
	for _, v := range r.Values {
		if v.Param != "" {
			names = append(names, v.Param)
		}
	}
	for _, p := range r.Params {
		names = append(names, p.Name)
	}
	return names
}

// TimeFunc emits
//
//	// <Time> starts the clock for <Words> and returns the function that …
//	func <Time>(ctx context.Context, <Params>) func() {
//		start := time.Now()
//		return func() {
//			<Name>(ctx, time.Since(start), <Params>)
//		}
//	}
func TimeFunc(r Recorder) Decl {
	tags := r.untimed().args()[1:]
	args := append([]jen.Code{jen.Id("ctx"), jen.Qual(TimePath, "Since").Call(jen.Id("start"))}, ids(tags)...)
	notes := []string{"\tdefer " + r.Time + "(" + strings.Join(append([]string{"ctx"}, tags...), ", ") + ")()"}
	if len(tags) > 0 {
		notes = append(notes, "The tags are evaluated at the start; if a tag is known only at the end, use "+r.Timer.Start+".")
	}
	lead := r.Time + " starts the clock for " + r.Words + " and returns the function that stops and records it"
	return documented(lead, Doc{Deprecated: r.Doc.Deprecated},
		jen.Func().Id(r.Time).Params(append([]jen.Code{ctxParam()}, r.tagParams()...)...).Func().Params().Block(
			jen.Id("start").Op(":=").Qual(TimePath, "Now").Call(),
			jen.Return(jen.Func().Params().Block(jen.Id(r.Name).Call(args...))),
		), notes...)
}

// TimerType emits
//
//	// <Type> measures the time since <Start>.
//	type <Type> struct {
//		timer record.Timer
//	}
func TimerType(r Recorder) Decl {
	return documented(r.Timer.Type+" measures the time since "+r.Timer.Start, Doc{Deprecated: r.Doc.Deprecated},
		jen.Type().Id(r.Timer.Type).Struct(jen.Id("timer").Qual(RecordPath, "Timer")),
		"The zero value was not started: its records are dropped and counted in [record.Stats].")
}

// StartFunc emits
//
//	// <Start> starts the clock for <Words>.
//	//
//	//	timer := <Start>()
//	//	…
//	//	timer.Record(ctx, <other Values>, <Params>)
//	func <Start>() <Type> {
//		return <Type>{timer: record.StartTimer()}
//	}
func StartFunc(r Recorder) Decl {
	use := []string{"timer := " + r.Timer.Start + "()", "…", "timer.Record(" + strings.Join(r.untimed().args(), ", ") + ")"}
	return documented(r.Timer.Start+" starts the clock for "+r.Words, Doc{Deprecated: r.Doc.Deprecated},
		jen.Func().Id(r.Timer.Start).Params().Id(r.Timer.Type).Block(
			jen.Return(jen.Id(r.Timer.Type).Values(field("timer", jen.Qual(RecordPath, "StartTimer").Call()))),
		), "\t"+strings.Join(use, "\n\t"))
}

// TimerRecord emits
//
//	// Record calls <Name> with the time since the start. It may be called several times.
//	func (t <Type>) Record(ctx context.Context, <other Values>, <Params>) {
//		if <value>, ok := t.timer.Elapsed("<Measure>"); ok {
//			<Name>(ctx, <Values>, <Params>)
//		}
//	}
func TimerRecord(r Recorder) Decl {
	others := r.untimed()
	params := slices.Concat([]jen.Code{ctxParam()}, others.valueParams(), others.tagParams())
	elapsed := jen.List(jen.Id(r.Values[r.Timer.Value].Param), jen.Id("ok")).Op(":=").
		Id("t").Dot("timer").Dot("Elapsed").Call(jen.Lit(r.Timer.Measure))
	return documented("Record calls "+r.Name+" with the time since the start. It may be called several times", Doc{},
		jen.Func().Params(jen.Id("t").Id(r.Timer.Type)).Id("Record").Params(params...).Block(
			jen.If(elapsed, jen.Id("ok")).Block(jen.Id(r.Name).Call(ids(r.args())...)),
		))
}
