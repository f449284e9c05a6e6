package templates

import "github.com/dave/jennifer/jen"

// A Value is a measure that a recorder records.
type Value struct {
	Param    string // e.g. "requestLatency"; "" for a constant
	Type     string // of the parameter: "int64", "float64" or "Duration"
	Measure  string // variable, e.g. "RequestLatencyMeasure"
	To       string // "int64" or "float64": the type of the measure
	Constant string // literal, if Param is ""
	Unit     string // of a Duration: "Millisecond" of package time; "" for a nanosecond
	Units    int    // the number of units, 24 for a day
	Rounded  string // of a Duration: the unit that it is rounded to, e.g. "whole milliseconds"; "" if it is not rounded
	Check    *Check // nil if no value is refused
}

// A Check refuses values of a measure.
type Check struct {
	Var     string   // e.g. "revenueValues"
	Measure string   // e.g. "shop/revenue"
	Flags   []string // constants of runtime, e.g. "Finite"
	Refused string   // what the values that it refuses are, e.g. "negative"
}

// CheckVar emits
//
//	var <Var> = record.NewValueCheck("<Measure>", record.<Flag>|record.<Flag>)
func CheckVar(c Check) Decl {
	flags := jen.Null()
	for i, f := range c.Flags {
		if i > 0 {
			flags.Op("|")
		}
		flags.Qual(RecordPath, f)
	}
	return jen.Var().Id(c.Var).Op("=").Qual(RecordPath, "NewValueCheck").Call(jen.Lit(c.Measure), flags)
}

// check emits <Check>.<Float64|Int64>(<Param>). A duration is checked as what
// it is, an int64.
func (v Value) check() jen.Code {
	switch v.Type {
	case "Duration":
		return jen.Id(v.Check.Var).Dot("Int64").Call(jen.Int64().Parens(jen.Id(v.Param)))
	case "int64":
		return jen.Id(v.Check.Var).Dot("Int64").Call(jen.Id(v.Param))
	}
	return jen.Id(v.Check.Var).Dot("Float64").Call(jen.Id(v.Param))
}

// returnIfRefused emits
//
//	if !<Check>.<Float64|Int64>(<Param>) {
//		return
//	}
func (v Value) returnIfRefused() jen.Code {
	return jen.If(jen.Op("!").Add(v.check())).Block(jen.Return())
}

// typeCode emits the type of the parameter: int64, float64 or time.Duration.
func (v Value) typeCode() *jen.Statement {
	if v.Type == "Duration" {
		return jen.Qual(TimePath, "Duration")
	}
	return jen.Id(v.Type)
}

// measurement emits <Measure>.M(<value>).
func (v Value) measurement() jen.Code {
	return jen.Id(v.Measure).Dot("M").Call(v.converted())
}

// converted emits the value in the measure's type and unit.
func (v Value) converted() jen.Code { return v.as(v.To) }

// as emits the value in the measure's unit as a float64 or int64.
func (v Value) as(result string) jen.Code {
	if v.Param == "" {
		return number(v.Constant)
	}
	return v.convert(jen.Id(v.Param), result)
}

// convert emits, of a duration x, float64(<x>) / float64(time.<Unit>), which is one
// division, or for a measure of type int64 record.InUnits(<x>, time.<Unit>), which
// rounds: to truncate would lose most of a sum of times about as long as the unit. Of
// any other x it emits <x> or <result>(<x>).
func (v Value) convert(x *jen.Statement, result string) jen.Code {
	switch {
	case v.Type == result:
		return x
	case v.Type != "Duration" || v.Unit == "":
		return jen.Id(result).Parens(x)
	}
	unit := v.unit()
	if v.To == "float64" {
		return jen.Float64().Parens(x).Op("/").Float64().Parens(unit)
	}
	rounded := jen.Qual(RecordPath, "InUnits").Call(x, unit)
	if result == "int64" {
		return rounded
	}
	return jen.Id(result).Parens(rounded)
}

// unit emits the measure's unit of time, e.g. time.Millisecond or 24*time.Hour.
func (v Value) unit() *jen.Statement {
	if v.Units > 1 {
		return jen.Lit(v.Units).Op("*").Qual(TimePath, v.Unit)
	}
	return jen.Qual(TimePath, v.Unit)
}
