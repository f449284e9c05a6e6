package templates

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// A Recorder is a function that records one measure, or the measures of an event, with
// one set of tags.
type Recorder struct {
	Name       string // e.g. "RecordRequestLatency"
	Words      string // what it records, e.g. "request latency"
	Doc        Doc
	Values     []Value
	Params     []Param // tags
	InContext  bool    // some tags come from ctx
	Exemplars  bool
	Time       string // e.g. "TimeRequestLatency"; "" if it has none
	Timer      *Timer // nil if it has none
	For        string // e.g. "RequestLatencyFor"; "" if it has no bound recorder
	Bound      string // type of the bound recorder, e.g. "BoundRequestLatency"
	UpDown     bool   // it adds to an up-down count
	LooksAgain bool   // its bound recorder looks the tags up again, because its series end
	Forget     string // function that ends its series, e.g. "ForgetQueueDepth"; "" if there is none
	Begin      string // e.g. "BeginOpenRequests"; "" if it has no function that adds 1 until it ends
}

// A ViewsRecorder is a recorder that records with OpenCensus.
type ViewsRecorder struct {
	Recorder
	Args    []TagArg // one for each tag of the set that the call decides
	Set     string   // variable of the tags, e.g. "requestLatencyTags"
	SetTags []string // variables, e.g. "methodTag"
	Limits  []string // variables of series limits
}

// A Param is a parameter with its type.
type Param struct {
	Name, Type string
}

// A TagArg is the argument of a recorder for one tag. Arg or Text is set, or neither if
// the tag is absent.
type TagArg struct {
	Closed bool
	Arg    string  // a parameter or a constant
	Text   *string // a fixed text of an open tag
}

// TagSetVar emits
//
//	var <Set> = census.NewTagSet([]*record.Tag{<SetTags>}, <Limits>)
func TagSetVar(r ViewsRecorder) Decl {
	args := append([]jen.Code{tagVars(r.SetTags)}, ids(r.Limits)...)
	return jen.Var().Id(r.Set).Op("=").Qual(CensusPath, "NewTagSet").Call(args...)
}

// RecorderFunc emits
//
//	// <Name> records <Words>: <Doc>
//	func <Name>(ctx context.Context, <Values>, <Params>) {
//		<Set>.Record(ctx, []stats.Measurement{<Values>}, <Args>)
//	}
//
// with the checks that a value needs before.
func RecorderFunc(r ViewsRecorder) Decl {
	body := r.eventBody(jen.Id(r.Set), tagArgs(r.Args))
	if len(r.Values) == 1 {
		body = r.measureBody(jen.Id(r.Set), tagArgs(r.Args))
	}
	return r.recordFunc(body)
}

// recordFunc emits
//
//	// <Name> records <Words>: <Doc>
//	func <Name>(ctx context.Context, <Values>, <Params>) {
//		<body>
//	}
//
// An up-down count adds <delta> to <Words>.
func (r Recorder) recordFunc(body []jen.Code) Decl {
	return documented(r.Name+" "+r.does(), r.Doc,
		jen.Func().Id(r.Name).Params(r.params()...).Block(body...), append(r.refusals(), r.roundings()...)...)
}

// does returns what the function does in words, e.g. "records request latency".
func (r Recorder) does() string {
	if r.UpDown {
		return "adds " + r.Values[0].Param + " to " + r.Words
	}
	return "records " + r.Words
}

// params emits ctx context.Context, <Values>, <Params>.
func (r Recorder) params() []jen.Code {
	return slices.Concat([]jen.Code{ctxParam()}, r.valueParams(), r.tagParams())
}

// refusals returns a paragraph about the values that are not recorded. Values that are
// refused for the same reason are in one sentence.
func (r Recorder) refusals() []string {
	text := r.alike(" that are ", " that are ", func(v Value) string {
		if v.Check == nil {
			return ""
		}
		return v.Check.Refused
	})
	if text == "" {
		return nil
	}
	if strings.Contains(text, ", and values of ") {
		text += ","
	}
	return []string{text + " are dropped and counted in [record.Stats]."}
}

// roundings returns a paragraph about the values that are rounded.
func (r Recorder) roundings() []string {
	text := r.alike(" are rounded to ", " to ", func(v Value) string { return v.Rounded })
	if text == "" {
		return nil
	}
	return []string{text + "; halves are rounded away from zero."}
}

// alike returns "Values of <params><first><kind>", with ", and values of <params><further><kind>"
// for each further kind of values, and "" if no value is of any kind.
func (r Recorder) alike(first, further string, kind func(Value) string) string {
	var kinds []string
	params := map[string][]string{}
	for _, v := range r.Values {
		k := kind(v)
		if k == "" {
			continue
		}
		if params[k] == nil {
			kinds = append(kinds, k)
		}
		params[k] = append(params[k], v.Param)
	}
	text := ""
	for i, k := range kinds {
		lead, link := "Values of ", first
		if i > 0 {
			lead, link = ", and values of ", further
		}
		text += lead + listed(params[k]) + link + k
	}
	return text
}

// ctxParam emits ctx context.Context.
func ctxParam() jen.Code { return jen.Id("ctx").Qual(ContextPath, "Context") }

// valueParams emits <value> <type>, ….
func (r Recorder) valueParams() []jen.Code {
	var ps []jen.Code
	for _, v := range r.Values {
		if v.Param != "" {
			ps = append(ps, jen.Id(v.Param).Add(v.typeCode()))
		}
	}
	return ps
}

// tagParams emits <tag> <type>, ….
func (r Recorder) tagParams() []jen.Code {
	var ps []jen.Code
	for _, p := range r.Params {
		ps = append(ps, jen.Id(p.Name).Id(p.Type))
	}
	return ps
}

// tagArgs emits <arg>, ….
func tagArgs(args []TagArg) []jen.Code {
	var codes []jen.Code
	for _, a := range args {
		codes = append(codes, a.code())
	}
	return codes
}

// measureBody emits
//
//	if !<Check>.<Float64|Int64>(<Param>) {
//		return
//	}
//	<set>.Record(ctx, []stats.Measurement{<Value>},
//		<args>)
func (r ViewsRecorder) measureBody(set *jen.Statement, args []jen.Code) []jen.Code {
	v := r.Values[0]
	all := []jen.Code{jen.Id("ctx"), jen.Index().Qual(StatsPath, "Measurement").Values(v.measurement())}
	for i, arg := range args {
		if i == 0 {
			arg = jen.Line().Add(arg)
		}
		all = append(all, arg)
	}
	record := r.record(set, all)
	if v.Check == nil {
		return []jen.Code{record}
	}
	return []jen.Code{v.returnIfRefused(), record}
}

// eventBody emits
//
//	ms := make([]stats.Measurement, 0, <n>)
//	ms = append(ms, <Values>)
//	if <Check>.<Float64|Int64>(<Param>) {
//		ms = append(ms, <Value>)
//	}
//	<set>.Record(ctx, ms, <args>)
//
// or, if every value is recorded,
//
//	ms := []stats.Measurement{<Values>}
//	<set>.Record(ctx, ms, <args>)
func (r ViewsRecorder) eventBody(set *jen.Statement, args []jen.Code) []jen.Code {
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
	record := r.record(set, append([]jen.Code{jen.Id("ctx"), jen.Id("ms")}, args...))
	return append(append([]jen.Code{ms}, body...), record)
}

// appended emits ms = append(ms, <elems>), and nothing without elems.
func appended(elems []jen.Code) jen.Code {
	if len(elems) == 0 {
		return jen.Null()
	}
	return jen.Id("ms").Op("=").Append(append([]jen.Code{jen.Id("ms")}, elems...)...)
}

// record emits <set>.<Record|RecordExemplar>(<args>).
func (r Recorder) record(set *jen.Statement, args []jen.Code) jen.Code {
	method := "Record"
	if r.Exemplars {
		method = "RecordExemplar"
	}
	return set.Dot(method).Call(args...)
}

func (a TagArg) code() jen.Code {
	switch {
	case a.Text != nil:
		return jen.Qual(RecordPath, "Open").Call(jen.Lit(*a.Text))
	case a.Arg == "":
		return jen.Qual(RecordPath, "Absent")
	case a.Closed:
		return jen.Qual(RecordPath, "Closed").Call(jen.Id(a.Arg))
	}
	return jen.Qual(RecordPath, "Open").Call(jen.Id(a.Arg))
}
