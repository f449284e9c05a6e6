package templates

import (
	"math"

	"github.com/dave/jennifer/jen"
)

// A GoSLO is an SLO as a value of the generated package.
type GoSLO struct {
	ID, DisplayName string
	Goal            float64
	Days            int    // 0 if Calendar is set
	Calendar        string // e.g. "MONTH"
	SLI             GoSLI
	Alerts          *GoAlerts // nil if none are written
}

// GoAlerts are the tiers of an SLO.
type GoAlerts struct {
	Tiers     []GoTier
	MinEvents int // 0 if there is no minimum
}

// A GoTier is a condition on the burn rate. Look-backs are numbers of a unit of package
// time, e.g. "Minute".
type GoTier struct {
	Severity    string
	Over, Short GoLength
	Burn        float64
}

// A GoLength is a length of time as a multiple of a constant of package time.
type GoLength struct {
	Unit  string // "" for nanoseconds
	Units int
}

// A GoSLI is the indicator of an SLO. One field is set.
type GoSLI struct {
	Ratio   *GoRatio
	Cut     *GoCut
	Windows *GoWindows
	Basic   *GoBasic
}

// A GoRatio compares two selections; the third is nil.
type GoRatio struct {
	Good, Bad, Total *GoSelection
}

// A GoSelection is the time series of a metric that meet all conditions.
type GoSelection struct {
	Metric, Unit string
	Where        []GoCondition
}

// A GoCondition restricts a label.
type GoCondition struct {
	Key      string
	Op       string // constant of runtime, e.g. "AnyOf"
	Values   []string
	Prefixes []string
}

// A GoCut counts values from Min up to Max.
type GoCut struct {
	Selection GoSelection
	Min, Max  float64 // may be infinite
}

// GoWindows rates windows of a length as good or bad. One of SLI, Mean and Sum is set.
type GoWindows struct {
	Unit      string  // of package time, e.g. "Minute"
	Units     int     // the number of units
	Threshold float64 // not for Mean and Sum
	SLI       GoSLI   // a ratio, a cut or basic
	Mean, Sum *GoCut
}

// GoBasic is an indicator on metrics that Google defines.
type GoBasic struct {
	Availability bool
	Unit         string // of the latency if not Availability; of package time
	Units        int
	Methods      []string
	Locations    []string
	Versions     []string
}

// SLOsFunc emits
//
//	// SLOs returns the service level objectives of this package, …
//	func SLOs() []slo.SLO {
//		return []slo.SLO{
//			{
//				ID: "<ID>",
//				…
//			},
//		}
//	}
func SLOsFunc(slos []GoSLO) Decl {
	return listReturned("SLOs", "SLOs returns the service level objectives of this package, in the order of the schema",
		Ref{SLOPath, "SLO"}, slos, goSLO,
		sloPage)
}

const sloPage = "Package github.com/ocgen/ocgen/runtime/sloz serves a page with their status."

func goSLO(s GoSLO) jen.Code {
	elems := []jen.Code{field("ID", jen.Lit(s.ID)), field("DisplayName", jen.Lit(s.DisplayName)), field("Goal", number(FloatLiteral(s.Goal)))}
	if s.Days > 0 {
		elems = append(elems, field("Days", jen.Lit(s.Days)))
	} else {
		elems = append(elems, field("Calendar", jen.Lit(s.Calendar)))
	}
	elems = append(elems, goSLI(s.SLI)...)
	if s.Alerts != nil {
		elems = append(elems, field("Alerts", pointer("Alerts", goAlerts(*s.Alerts))))
	}
	return lines(elems)
}

func goAlerts(a GoAlerts) []jen.Code {
	elems := []jen.Code{field("Tiers", list(jen.Qual(SLOPath, "Tier"), a.Tiers, goTier))}
	if a.MinEvents > 0 {
		elems = append(elems, field("MinEvents", jen.Lit(a.MinEvents)))
	}
	return elems
}

// goTier emits {Severity: "<Severity>", Over: <Over>, Short: <Short>, Burn: <Burn>}.
func goTier(t GoTier) jen.Code {
	return jen.Values(
		field("Severity", jen.Lit(t.Severity)),
		field("Over", length(t.Over.Units, t.Over.Unit)),
		field("Short", length(t.Short.Units, t.Short.Unit)),
		field("Burn", number(FloatLiteral(t.Burn))),
	)
}

// goSLI emits the field of the form that is set, if one is.
func goSLI(i GoSLI) []jen.Code {
	switch {
	case i.Ratio != nil:
		return []jen.Code{field("Ratio", pointer("Ratio", goRatio(*i.Ratio)))}
	case i.Cut != nil:
		return []jen.Code{field("Distribution", pointer("DistributionCut", goCut(*i.Cut)))}
	case i.Windows != nil:
		return []jen.Code{field("Windows", pointer("Windows", goWindows(*i.Windows)))}
	case i.Basic != nil:
		return []jen.Code{field("Basic", pointer("Basic", goBasic(*i.Basic)))}
	}
	return nil
}

// pointer emits &slo.<name>{<elems>}, one element a line.
func pointer(name string, elems []jen.Code) jen.Code {
	return jen.Op("&").Qual(SLOPath, name).Add(lines(elems))
}

func goRatio(r GoRatio) []jen.Code {
	var elems []jen.Code
	for _, part := range []struct {
		name      string
		selection *GoSelection
	}{{"Good", r.Good}, {"Bad", r.Bad}, {"Total", r.Total}} {
		if part.selection != nil {
			elems = append(elems, field(part.name, jen.Op("&").Add(goSelection(*part.selection))))
		}
	}
	return elems
}

// goSelection emits slo.Selection{Metric: "<Metric>", Unit: "<Unit>", Where: …}.
func goSelection(s GoSelection) *jen.Statement {
	elems := []jen.Code{field("Metric", jen.Lit(s.Metric)), field("Unit", jen.Lit(s.Unit))}
	if len(s.Where) > 0 {
		elems = append(elems, field("Where", list(jen.Qual(SLOPath, "Condition"), s.Where, goCondition)))
	}
	return jen.Qual(SLOPath, "Selection").Values(elems...)
}

// goCondition emits {Key: "<Key>", Op: slo.<Op>, Values: []string{…}, Prefixes: …}.
func goCondition(c GoCondition) jen.Code {
	elems := []jen.Code{field("Key", jen.Lit(c.Key)), field("Op", jen.Qual(SLOPath, c.Op))}
	if len(c.Values) > 0 {
		elems = append(elems, field("Values", texts(c.Values)))
	}
	if len(c.Prefixes) > 0 {
		elems = append(elems, field("Prefixes", texts(c.Prefixes)))
	}
	return jen.Values(elems...)
}

// goCut emits the fields of a DistributionCut or a MetricRange.
func goCut(c GoCut) []jen.Code {
	return []jen.Code{
		field("Selection", goSelection(c.Selection)),
		field("Min", bound(c.Min)),
		field("Max", bound(c.Max)),
	}
}

// bound emits a number, or math.Inf(<sign>).
func bound(f float64) jen.Code {
	if math.IsInf(f, 0) {
		return jen.Qual(MathPath, "Inf").Call(jen.Lit(int(math.Copysign(1, f))))
	}
	return number(FloatLiteral(f))
}

func goWindows(w GoWindows) []jen.Code {
	elems := []jen.Code{field("Length", length(w.Units, w.Unit))}
	if w.Mean == nil && w.Sum == nil {
		elems = append(elems, field("Threshold", number(FloatLiteral(w.Threshold))))
	}
	elems = append(elems, goSLI(w.SLI)...)
	if w.Mean != nil {
		elems = append(elems, field("Mean", pointer("MetricRange", goCut(*w.Mean))))
	}
	if w.Sum != nil {
		elems = append(elems, field("Sum", pointer("MetricRange", goCut(*w.Sum))))
	}
	return elems
}

// length emits <units> * time.<unit>, and <units> for nanoseconds.
func length(units int, unit string) jen.Code {
	switch {
	case unit == "":
		return jen.Lit(units)
	case units == 1:
		return jen.Qual(TimePath, unit)
	}
	return jen.Lit(units).Op("*").Qual(TimePath, unit)
}

func goBasic(b GoBasic) []jen.Code {
	var elems []jen.Code
	if b.Availability {
		elems = append(elems, field("Availability", jen.True()))
	} else {
		elems = append(elems, field("Latency", length(b.Units, b.Unit)))
	}
	for _, restriction := range []struct {
		name   string
		values []string
	}{{"Methods", b.Methods}, {"Locations", b.Locations}, {"Versions", b.Versions}} {
		if len(restriction.values) > 0 {
			elems = append(elems, field(restriction.name, texts(restriction.values)))
		}
	}
	return elems
}
