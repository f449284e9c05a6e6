package templates

import (
	"strconv"

	"github.com/dave/jennifer/jen"
)

// A SeriesSet is the variable with the time series of a view, to which a direct
// recorder writes.
type SeriesSet struct {
	Var       string // e.g. "requestCountSeries"
	Type      string // of one of them, of runtime, e.g. "Int64Sum"
	Name      string // e.g. "shop/request_count"
	Doc       Doc
	Tags      []string // variables
	Bounds    []float64
	Unit      string // of the bounds
	Size      uint64 // combinations of the tags; 0 if the number exceeds 64 bits
	Keyed     string // why the series are not in a table; "" if they are
	MaxSeries int    // 0 if it cannot be exceeded
	ZeroRows  string // which series are zero before their first record; "" if none are
	Former    Former
}

// SeriesVar emits
//
//	// <Var> are the time series of <Name>: <Doc>
//	var <Var> = series.New<Type>s(series.SeriesInfo{
//		Name: "<Name>",
//		…
//	})
func SeriesVar(s SeriesSet) Decl {
	lead := s.Var + " are the time series of " + s.Name
	elems := []jen.Code{field("Name", jen.Lit(s.Name))}
	if len(s.Tags) > 0 {
		elems = append(elems, field("Tags", tagVars(s.Tags)))
	}
	if len(s.Bounds) > 0 {
		elems = append(elems, field("Bounds", jen.Index().Float64().Values(floats(s.Bounds)...)))
		if s.Unit != "1" {
			lead += ", with bounds in " + s.Unit
		}
	} else if s.Type == "Distribution" {
		lead += ", without buckets"
	}
	if s.Size > 0 {
		elems = append(elems, field("Size", jen.Id(strconv.FormatUint(s.Size, 10))))
	}
	var notes []string
	if s.Keyed != "" {
		notes = append(notes, s.Keyed)
		elems = append(elems, field("Keyed", jen.True()))
	}
	if s.MaxSeries > 0 {
		elems = append(elems, field("MaxSeries", jen.Lit(s.MaxSeries)))
	}
	if s.ZeroRows != "" {
		notes = append(notes, s.ZeroRows)
		elems = append(elems, field("ZeroRows", jen.True()))
	}
	if s.Former.Name != "" {
		notes = append(notes, "They are exported under their former name "+s.Former.Name+" too, until "+s.Former.Until+".")
	}
	return documented(lead, s.Doc, jen.Var().Id(s.Var).Op("=").Qual(SeriesPath, "New"+s.Type+"s").Call(
		jen.Qual(SeriesPath, "SeriesInfo").Add(lines(elems))), notes...)
}

// A RecordLimit limits the series of several views of one recorder together.
type RecordLimit struct {
	Var      string // e.g. "requestLimit"
	Recorder string // e.g. "RecordRequest"
	Tags     []string
	Sets     []string // variables of the series that have a maximum
}

// RecordLimitVar emits
//
//	// <Var> limits the series of the views of <Recorder> together.
//	var <Var> = series.NewRecordLimit([]*record.Tag{<Tags>}, <Sets>)
func RecordLimitVar(l RecordLimit) Decl {
	return documented(l.Var+" limits the series of the views of "+l.Recorder+" together", Doc{},
		jen.Var().Id(l.Var).Op("=").Qual(SeriesPath, "NewRecordLimit").Call(
			append([]jen.Code{tagVars(l.Tags)}, ids(l.Sets)...)...))
}
