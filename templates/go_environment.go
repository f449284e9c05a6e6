package templates

import "github.com/dave/jennifer/jen"

// A GoEnvironment is what the package has in one environment.
type GoEnvironment struct {
	Name       string
	Monitoring Monitoring
	Objectives []GoSLO // the SLOs that differ
}

// environment emits
//
//	{
//		Name:       "<Name>",
//		Monitoring: record.Monitoring{…},
//		Objectives: []record.Objective{…},
//	}
func environment(e GoEnvironment) jen.Code {
	elems := []jen.Code{field("Name", jen.Lit(e.Name)), field("Monitoring", monitoring(e.Monitoring))}
	if len(e.Objectives) > 0 {
		elems = append(elems, field("Objectives", list(jen.Qual(RecordPath, "Objective"), e.Objectives, objective)))
	}
	return lines(elems)
}

// objective emits {ID: "<ID>", DisplayName: "<DisplayName>", Goal: <Goal>, Alerts: …}.
func objective(s GoSLO) jen.Code {
	elems := []jen.Code{field("ID", jen.Lit(s.ID)), field("DisplayName", jen.Lit(s.DisplayName)), field("Goal", number(FloatLiteral(s.Goal)))}
	if s.Alerts != nil {
		elems = append(elems, field("Alerts", pointer("Alerts", goAlerts(*s.Alerts))))
	}
	return lines(elems)
}

// baseSLOs is the function that returns the SLOs of a package with environments as they are
// without one.
const baseSLOs = "generatedSLOs"

// slosFunc returns the name of the function that declares the SLOs. The function SLOs of a
// package with environments refers to the package, so the package cannot refer to it.
func (p Package) slosFunc() string {
	if len(p.Environments) > 0 {
		return baseSLOs
	}
	return "SLOs"
}

// SLOsFuncs emits the function SLOs. In a package with environments it is
//
//	// SLOs returns the service level objectives of this package, …
//	func SLOs() []slo.SLO {
//		return generated.SLOs()
//	}
//
// and another function returns the SLOs without an environment.
func SLOsFuncs(p Package) []Decl {
	if len(p.Environments) == 0 {
		return []Decl{SLOsFunc(p.SLOs)}
	}
	inEnvironment := documented("SLOs returns the service level objectives of this package, in the order of the schema", Doc{},
		jen.Func().Id("SLOs").Params().Index().Qual(SLOPath, "SLO").Block(jen.Return(jen.Id("generated").Dot("SLOs").Call())),
		"Goals and alerts are those of the environment of the process.",
		sloPage)
	base := listReturned(baseSLOs, baseSLOs+" returns the SLOs without an environment", Ref{SLOPath, "SLO"}, p.SLOs, goSLO)
	return []Decl{inEnvironment, base}
}
