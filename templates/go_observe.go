package templates

import (
	"slices"

	"github.com/dave/jennifer/jen"
)

// An Observed is a measure whose values are read from functions at each export.
type Observed struct {
	Var    string // e.g. "queueDepthObserved"
	Func   string // e.g. "ObserveQueueDepth"
	Words  string // e.g. "queue depth"
	Doc    Doc
	Value  Value    // what the functions return; it has no Param
	Tags   []string // variables of the measure's tags
	Args   []TagArg // one for each tag that the call decides
	Params []Param
	Views  []ObservedView
}

// An ObservedView is a view of an observed measure.
type ObservedView struct {
	Name string   // e.g. "shop/queue_depth"
	Tags []string // variables
	Sum  bool     // otherwise it has the last value
}

// ObservedVar emits
//
//	var <Var> = series.New<Int64|Float64>Observed([]*record.Tag{<Tags>},
//		series.ObservedInfo{Name: "<Name>", Tags: []*record.Tag{<Tags>}, Sum: true},
//		…
//	)
func ObservedVar(o Observed) Decl {
	kind := "NewInt64Observed"
	if o.Value.To == "float64" {
		kind = "NewFloat64Observed"
	}
	args := []jen.Code{tagVars(o.Tags)}
	for _, v := range o.Views {
		elems := []jen.Code{field("Name", jen.Lit(v.Name))}
		if len(v.Tags) > 0 {
			elems = append(elems, field("Tags", tagVars(v.Tags)))
		}
		if v.Sum {
			elems = append(elems, field("Sum", jen.True()))
		}
		args = append(args, jen.Line().Qual(SeriesPath, "ObservedInfo").Values(elems...))
	}
	return jen.Var().Id(o.Var).Op("=").Qual(SeriesPath, kind).Call(args...)
}

// ObserveFunc emits
//
//	// <Func> reads <Words> from observe at each export, …: <Doc>
//	func <Func>(<Params>, observe func() <type>) (stop func()) {
//		return <Var>.Observe(observe, <Args>)
//	}
//
// with a function around observe where a duration becomes a float64, and where it is
// rounded with
//
//	return series.ObserveTime(<Var>, observe, time.<Unit>, <Args>)
func ObserveFunc(o Observed) Decl {
	return documented(o.Func+" reads "+o.Words+" from observe at each export, until stop is called", o.Doc,
		jen.Func().Id(o.Func).Params(o.params()...).Params(stopResult()).Block(
			jen.Return(o.observation()),
		), o.notes()...)
}

// params emits <Params>, observe func() <type>.
func (o Observed) params() []jen.Code {
	var params []jen.Code
	for _, p := range o.Params {
		params = append(params, jen.Id(p.Name).Id(p.Type))
	}
	return append(params, jen.Id("observe").Func().Params().Add(o.Value.typeCode()))
}

// stopResult emits stop func().
func stopResult() jen.Code { return jen.Id("stop").Func().Params() }

// observation emits the call that has observe read.
func (o Observed) observation() jen.Code {
	args := tagArgs(o.Args)
	if o.Value.Rounded != "" {
		of := []jen.Code{jen.Id(o.Var), jen.Id("observe"), o.Value.unit()}
		return jen.Qual(SeriesPath, "ObserveTime").Call(append(of, args...)...)
	}
	return jen.Id(o.Var).Dot("Observe").Call(append([]jen.Code{o.source()}, args...)...)
}

// source emits observe or, to convert a duration,
//
//	func() <type> {
//		return <conversion of observe()>
//	}
func (o Observed) source() jen.Code {
	if o.Value.Type == o.Value.To {
		return jen.Id("observe")
	}
	return jen.Func().Params().Id(o.Value.To).Block(
		jen.Return(o.Value.convert(jen.Id("observe").Call(), o.Value.To)),
	)
}

// notes say how observe is called, and how its results are used.
func (o Observed) notes() []string {
	notes := []string{"Several exports may call observe at once: it must be safe for concurrent use and " +
		"return quickly. It is not called before RegisterViews."}
	if o.Value.Rounded != "" {
		notes = append(notes, "Results of observe are rounded to "+o.Value.Rounded+"; halves are rounded away from zero.")
	}
	unusable := "observe panics"
	if o.Value.Type == "float64" {
		unusable += ", or if the value is NaN, infinite, or 1e150 or more in magnitude"
	}
	if slices.ContainsFunc(o.Views, func(v ObservedView) bool { return v.Sum }) {
		unusable += ", or if the total is negative or has fallen"
		notes = append(notes, "observe returns the total so far, which must not fall. A view of sums adds up the totals of "+
			"functions with equal tags.")
	}
	if slices.ContainsFunc(o.Views, func(v ObservedView) bool { return !v.Sum }) {
		notes = append(notes, "If several functions have equal tags, a view of last values has the value of the newest one.")
	}
	notes = append(notes, "A time series ends when its last function is stopped. Then its places are free for others.")
	return append(notes, "The value is left out and counted in [record.Stats] if "+unusable+".")
}
