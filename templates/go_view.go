package templates

import "github.com/dave/jennifer/jen"

// A Measure is a measure of the generated package.
type Measure struct {
	Var   string // e.g. "RequestLatencyMeasure"
	Name  string // e.g. "shop/request_latency"
	Kind  string // "Int64" or "Float64"
	Unit  string // e.g. "ms"
	Doc   Doc
	About string // the description as it is exported
}

// A View is a view with its aggregation.
type View struct {
	Var         string // e.g. "RequestCountView"
	Aggregation string // its variable, e.g. "RequestCountAggregation"
	Kind        string // "Count", "Sum", "LastValue" or "Distribution"
	Bounds      []float64
	Unit        string // of the bounds
	Name        string // e.g. "shop/request_count"
	Doc         Doc
	About       string // the description as it is exported
	Measure     Ref
	Keys        []Ref
}

// MeasureVar emits
//
//	// <Var> is the measure <Name> in <Unit>: <Doc>
//	var <Var> = stats.<Kind>("<Name>", "<About>", "<Unit>")
func MeasureVar(m Measure) Decl {
	lead := m.Var + " is the measure " + m.Name
	if m.Unit != "1" {
		lead += " in " + m.Unit
	}
	return documented(lead, m.Doc, jen.Var().Id(m.Var).Op("=").Qual(StatsPath, m.Kind).Call(
		jen.Lit(m.Name), jen.Lit(m.About), jen.Lit(m.Unit)))
}

// AggregationVar emits
//
//	// <Aggregation> is the aggregation of <Var>.
//	var <Aggregation> = view.<Kind>(<Bounds>)
//
// It is a variable of its own because OpenCensus takes two distributions with
// equal bounds for different ones.
func AggregationVar(v View) Decl {
	lead := v.Aggregation + " is the aggregation of " + v.Var
	switch {
	case len(v.Bounds) > 0 && v.Unit != "1":
		lead += "; its bounds are in " + v.Unit
	case len(v.Bounds) == 0 && v.Kind == "Distribution":
		lead += "; it has no buckets"
	}
	return documented(lead, Doc{}, jen.Var().Id(v.Aggregation).Op("=").Qual(ViewPath, v.Kind).Call(floats(v.Bounds)...))
}

// ViewVar emits
//
//	// <Var> exports <Name>: <Doc>
//	var <Var> = &view.View{
//		Name:        "<Name>",
//		Description: "<About>",
//		Measure:     <Measure>,
//		TagKeys:     []tag.Key{<Keys>},
//		Aggregation: <Aggregation>,
//	}
func ViewVar(v View) Decl {
	elems := []jen.Code{field("Name", jen.Lit(v.Name))}
	if v.About != "" {
		elems = append(elems, field("Description", jen.Lit(v.About)))
	}
	elems = append(elems, field("Measure", v.Measure.code()))
	if len(v.Keys) > 0 {
		elems = append(elems, field("TagKeys", jen.Index().Qual(TagPath, "Key").Values(refs(v.Keys)...)))
	}
	elems = append(elems, field("Aggregation", jen.Id(v.Aggregation)))
	return documented(v.Var+" exports "+v.Name, v.Doc,
		jen.Var().Id(v.Var).Op("=").Op("&").Qual(ViewPath, "View").Add(lines(elems)))
}

// A Former is the former name of a view, under which it is exported too.
type Former struct {
	Name  string // e.g. "shop/request_latency"; "" if the view is not renamed
	Until string // the last day, e.g. "2027-03-01"
}

// A FormerView is the view with the former name of another view.
type FormerView struct {
	View          // of the new name
	Var    string // e.g. "requestLatencyFormer"
	Former Former
}

// FormerViewVar emits
//
//	// <Var> exports <View.Name> as <Former.Name> too, its name until <Former.Until>.
//	var <Var> = &view.View{
//		Name:        "<Former.Name>",
//		Description: <View.Var>.Description,
//		Measure:     <View.Var>.Measure,
//		TagKeys:     <View.Var>.TagKeys,
//		Aggregation: <View.Var>.Aggregation,
//	}
func FormerViewVar(f FormerView) Decl {
	elems := []jen.Code{field("Name", jen.Lit(f.Former.Name))}
	for _, same := range []string{"Description", "Measure", "TagKeys", "Aggregation"} {
		elems = append(elems, field(same, jen.Id(f.View.Var).Dot(same)))
	}
	return documented(f.Var+" exports "+f.Name+" under its former name too, until "+f.Former.Until, Doc{},
		jen.Var().Id(f.Var).Op("=").Op("&").Qual(ViewPath, "View").Add(lines(elems)))
}

// A SeriesLimit limits the combinations of tags of one view.
type SeriesLimit struct {
	Var  string // e.g. "requestCountSeries"
	View string // its name, e.g. "shop/request_count"
	Max  int
	Tags []string // variables
}

// SeriesLimitVar emits
//
//	// <Var> limits the combinations of tags of <View>.
//	var <Var> = census.NewSeriesLimit("<View>", <Max>, <Tags>)
func SeriesLimitVar(l SeriesLimit) Decl {
	args := append([]jen.Code{jen.Lit(l.View), jen.Lit(l.Max)}, ids(l.Tags)...)
	return documented(l.Var+" limits the combinations of tags of "+l.View, Doc{},
		jen.Var().Id(l.Var).Op("=").Qual(CensusPath, "NewSeriesLimit").Call(args...))
}
