package templates

import "github.com/dave/jennifer/jen"

// A DirectRecorder is a recorder that writes directly to the time series of its views.
type DirectRecorder struct {
	Recorder
	Tags    []IndexedTag // the tags of its views, without process tags
	Limit   *RecordLimit // nil if each view checks its own limit
	OTel    bool         // spans are OpenTelemetry's, not OpenCensus's
	Return  bool         // there is one value, and the function returns if it is refused
	Prepare []ValueVar   // computed first
	Span    string       // variable for the span of ctx; "" if it is used once, in place, or never
	Indices Indices      // computed next
	Steps   []Step
	Binding *Binding // nil if it has no bound recorder
}

// A ValueVar is a variable for a value that is converted once and recorded several
// times, or for the verdict on a value that is used several times.
type ValueVar struct {
	Name    string
	Value   int // index of the value in the recorder's values
	Verdict bool
}

// A Step is a list of writes that depend on the same check.
type Step struct {
	Check   *Value     // the value whose check decides; nil if it was checked before or needs no check
	Verdict string     // variable with the verdict of an earlier check; "" if there is none
	Vars    []ValueVar // computed first
	Writes  []Write
}

// A Write records one value into one time series.
type Write struct {
	Set      string // variable of the series of the view, e.g. "requestCountSeries"
	Kind     string // "Count", "Sum", "LastValue", "Distribution" or "UpDown"
	ZeroRows bool   // a bound recorder gives the series a zero row
	Index    Index
	Value    int    // index of the value in the recorder's values
	ValueIn  string // variable with the converted value; "" if it is converted in place
	Bound    BoundSeries
}

// DirectRecorderFunc emits
//
//	// <Name> records <Words>: <Doc>
//	func <Name>(ctx context.Context, <Values>, <Params>) {
//		<value> := <conversion>
//		<tag>Index, … := <index>, …
//		<Set>.At(<index>).Record(<value>)
//		…
//	}
//
// with the checks that a value needs.
func DirectRecorderFunc(r DirectRecorder) Decl {
	body := append(r.prepare(), r.indices()...)
	return r.recordFunc(append(body, r.steps(func(w Write) *jen.Statement {
		return w.Index.in(w.Set, r.parts(w.Index.Terms, r.Indices))
	})...))
}

// prepare emits the statements for the values before the first write.
func (r DirectRecorder) prepare() []jen.Code {
	var body []jen.Code
	if r.Return {
		body = append(body, r.Values[0].returnIfRefused())
	}
	body = append(body, r.assign(r.Prepare)...)
	if r.Span != "" {
		body = append(body, jen.Id(r.Span).Op(":=").Add(r.spanOfCtx()))
	}
	return body
}

// spanOfCtx emits census.Span(ctx) or otelctx.Span(ctx).
func (r DirectRecorder) spanOfCtx() *jen.Statement {
	path := CensusPath
	if r.OTel {
		path = OTelCtxPath
	}
	return jen.Qual(path, "Span").Call(jen.Id("ctx"))
}

// assign emits <Name> := <value> or, for a verdict, <Name> := <check>.
func (r DirectRecorder) assign(vars []ValueVar) []jen.Code {
	var body []jen.Code
	for _, v := range vars {
		code := r.Values[v.Value].converted()
		if v.Verdict {
			code = r.Values[v.Value].check()
		}
		body = append(body, jen.Id(v.Name).Op(":=").Add(code))
	}
	return body
}

// indices emits
//
//	<name>, … := <index>, …
//
// or, if one array has them all,
//
//	<Array> := [<n>]uint64{<index>, …}
//	<Limit>.Keep(<Array>[:])
func (r DirectRecorder) indices() []jen.Code {
	array := r.Indices.Array
	if array == "" {
		return r.indexVars(r.Indices)
	}
	return append([]jen.Code{jen.Id(array).Op(":=").Add(r.indexArray(true))}, r.keep(array)...)
}

// keep emits <Limit>.Keep(<array>[:]).
func (r DirectRecorder) keep(array string) []jen.Code {
	if r.Limit == nil {
		return nil
	}
	return []jen.Code{jen.Id(r.Limit.Var).Dot("Keep").Call(jen.Id(array).Index(jen.Op(":")))}
}

// steps emits each write to the series that find emits, with the checks before.
func (r DirectRecorder) steps(find func(Write) *jen.Statement) []jen.Code {
	var body []jen.Code
	for _, s := range r.Steps {
		step := r.assign(s.Vars)
		for _, w := range s.Writes {
			step = append(step, r.write(w, find(w)))
		}
		switch {
		case s.Check != nil:
			step = []jen.Code{jen.If(s.Check.check()).Block(step...)}
		case s.Verdict != "":
			step = []jen.Code{jen.If(jen.Id(s.Verdict)).Block(step...)}
		}
		body = append(body, step...)
	}
	return body
}

// write emits
//
//	<series>.Inc()
//	<series>.<Add|Set|Record>(<value>)
//	<series>.RecordExemplar(<span>, <value>)
func (r DirectRecorder) write(w Write, series *jen.Statement) jen.Code {
	v := r.Values[w.Value]
	if w.ValueIn != "" { // the variable has the measure's type
		v = Value{Param: w.ValueIn, Type: v.To, To: v.To}
	}
	switch {
	case w.Kind == "Count":
		return series.Dot("Inc").Call()
	case w.Kind == "Sum" || w.Kind == "UpDown":
		return series.Dot("Add").Call(v.converted())
	case w.Kind == "LastValue":
		return series.Dot("Set").Call(v.converted())
	case r.Exemplars:
		span := r.spanOfCtx()
		if r.Span != "" {
			span = jen.Id(r.Span)
		}
		return series.Dot("RecordExemplar").Call(span, v.as("float64"))
	}
	return series.Dot("Record").Call(v.as("float64"))
}
