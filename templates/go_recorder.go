package templates

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// A Recorder is a function that records one measure, or the several of an
// event, with one set of tags.
type Recorder struct {
	Name      string // e.g. "RecordRequestLatency"
	Words     string // what it records, e.g. "request latency"
	Doc       Doc
	Values    []Value
	Args      []TagArg // one for each tag of the set that the call decides
	Params    []Param  // the tags among Args that are parameters
	Set       string   // variable of the tags, e.g. "requestLatencyTags"
	SetTags   []string // variables, e.g. "methodTag"
	Limits    []string // variables of series limits
	Exemplars bool
	Timer     string // e.g. "TimeRequestLatency"; "" if it has none
}

// A Param is a parameter with its type.
type Param struct {
	Name, Type string
}

// A TagArg is what a recorder passes for one tag. One of Arg, Text and neither
// (absent) is given.
type TagArg struct {
	Closed bool
	Arg    string  // a parameter or a constant
	Text   *string // a fixed text of an open tag
}

// TagSetVar emits
//
//	var <Set> = runtime.NewTagSet([]*runtime.Tag{<SetTags>}, <Limits>)
func TagSetVar(r Recorder) Decl {
	tags := jen.Nil()
	if len(r.SetTags) > 0 {
		tags = jen.Index().Op("*").Qual(RuntimePath, "Tag").Values(ids(r.SetTags)...)
	}
	args := append([]jen.Code{tags}, ids(r.Limits)...)
	return jen.Var().Id(r.Set).Op("=").Qual(RuntimePath, "NewTagSet").Call(args...)
}

// RecorderFunc emits
//
//	// <Name> records <Words>: <Doc>
//	func <Name>(ctx context.Context, <Values>, <Params>) {
//		<Set>.Record(ctx, []stats.Measurement{<Values>}, <Args>)
//	}
//
// with the checks that a value needs before.
func RecorderFunc(r Recorder) Decl {
	body := r.eventBody()
	if len(r.Values) == 1 {
		body = r.measureBody()
	}
	return documented(r.Name+" records "+r.Words, r.Doc,
		jen.Func().Id(r.Name).Params(r.params(true)...).Block(body...), r.refusals()...)
}

// refusals returns a paragraph about the values that are not recorded.
func (r Recorder) refusals() []string {
	var all []string
	for _, v := range r.Values {
		if v.Check != nil {
			all = append(all, v.Check.Refused+" of "+v.Param+" are dropped and counted in [runtime.Stats].")
		}
	}
	if len(all) == 0 {
		return nil
	}
	return []string{strings.Join(all, "\n")}
}

// params emits ctx context.Context, <values> <type>, <tags> <type>.
func (r Recorder) params(values bool) []jen.Code {
	ps := []jen.Code{jen.Id("ctx").Qual(ContextPath, "Context")}
	for _, v := range r.Values {
		switch {
		case !values || v.Param == "":
		case v.Type == "Duration":
			ps = append(ps, jen.Id(v.Param).Qual(TimePath, "Duration"))
		default:
			ps = append(ps, jen.Id(v.Param).Id(v.Type))
		}
	}
	for _, p := range r.Params {
		ps = append(ps, jen.Id(p.Name).Id(p.Type))
	}
	return ps
}

// measureBody emits
//
//	if !<Check>.<Float64|Int64>(<Param>) {
//		return
//	}
//	<Set>.Record(ctx, []stats.Measurement{<Value>},
//		<Args>)
func (r Recorder) measureBody() []jen.Code {
	v := r.Values[0]
	args := []jen.Code{jen.Id("ctx"), jen.Index().Qual(StatsPath, "Measurement").Values(v.measurement())}
	for i, a := range r.Args {
		arg := a.code()
		if i == 0 {
			arg = jen.Line().Add(arg)
		}
		args = append(args, arg)
	}
	record := r.record(args)
	if v.Check == nil {
		return []jen.Code{record}
	}
	return []jen.Code{jen.If(jen.Op("!").Add(v.check())).Block(jen.Return()), record}
}

// eventBody emits
//
//	ms := make([]stats.Measurement, 0, <n>)
//	ms = append(ms, <Values>)
//	if <Check>.<Float64|Int64>(<Param>) {
//		ms = append(ms, <Value>)
//	}
//	<Set>.Record(ctx, ms, <Args>)
//
// or, if every value is recorded,
//
//	ms := []stats.Measurement{<Values>}
//	<Set>.Record(ctx, ms, <Args>)
func (r Recorder) eventBody() []jen.Code {
	var body, unchecked []jen.Code
	for _, v := range r.Values {
		if v.Check == nil {
			unchecked = append(unchecked, v.measurement())
			continue
		}
		body = append(body, appended(unchecked), jen.If(v.check()).Block(appended([]jen.Code{v.measurement()})))
		unchecked = nil
	}
	ms := jen.Id("ms").Op(":=")
	if len(body) == 0 {
		ms.Index().Qual(StatsPath, "Measurement").Add(lines(unchecked))
	} else {
		ms.Make(jen.Index().Qual(StatsPath, "Measurement"), jen.Lit(0), jen.Lit(len(r.Values)))
		body = append(body, appended(unchecked))
	}
	args := []jen.Code{jen.Id("ctx"), jen.Id("ms")}
	for _, a := range r.Args {
		args = append(args, a.code())
	}
	return append(append([]jen.Code{ms}, body...), r.record(args))
}

// appended emits ms = append(ms, <elems>), and nothing without elems.
func appended(elems []jen.Code) jen.Code {
	if len(elems) == 0 {
		return jen.Null()
	}
	return jen.Id("ms").Op("=").Append(append([]jen.Code{jen.Id("ms")}, elems...)...)
}

// record emits <Set>.<Record|RecordExemplar>(<args>).
func (r Recorder) record(args []jen.Code) jen.Code {
	method := "Record"
	if r.Exemplars {
		method = "RecordExemplar"
	}
	return jen.Id(r.Set).Dot(method).Call(args...)
}

func (a TagArg) code() jen.Code {
	switch {
	case a.Text != nil:
		return jen.Qual(RuntimePath, "Open").Call(jen.Lit(*a.Text))
	case a.Arg == "":
		return jen.Qual(RuntimePath, "Absent")
	case a.Closed:
		return jen.Qual(RuntimePath, "Closed").Call(jen.Id(a.Arg))
	}
	return jen.Qual(RuntimePath, "Open").Call(jen.Id(a.Arg))
}

// TimerFunc emits
//
//	// <Timer> measures <Words> from now until …
//	func <Timer>(ctx context.Context, <Params>) func() {
//		start := time.Now()
//		return func() {
//			<Name>(ctx, time.Since(start), <Params>)
//		}
//	}
func TimerFunc(r Recorder) Decl {
	args := []string{"ctx"}
	values := []jen.Code{jen.Id("ctx"), jen.Qual(TimePath, "Since").Call(jen.Id("start"))}
	for _, p := range r.Params {
		args = append(args, p.Name)
		values = append(values, jen.Id(p.Name))
	}
	notes := []string{"\tdefer " + r.Timer + "(" + strings.Join(args, ", ") + ")()"}
	if len(r.Params) > 0 {
		notes = append(notes, "The tags are evaluated at once; where one is known only at the end, call "+r.Name+".")
	}
	lead := r.Timer + " starts the clock for " + r.Words + " and returns the function that stops and records it"
	return documented(lead, Doc{Deprecated: r.Doc.Deprecated},
		jen.Func().Id(r.Timer).Params(r.params(false)...).Func().Params().Block(
			jen.Id("start").Op(":=").Qual(TimePath, "Now").Call(),
			jen.Return(jen.Func().Params().Block(jen.Id(r.Name).Call(values...))),
		), notes...)
}
