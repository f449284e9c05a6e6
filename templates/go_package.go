package templates

import (
	"github.com/dave/jennifer/jen"
)

// A Package is the data for the registration of the generated package.
type Package struct {
	Name        string
	InCall      bool     // recorders add up in the call: only views of existing measures are OpenCensus views
	OTel        bool     // OpenTelemetry's SDK reads the metrics
	Scope       string   // OTel: the instrumentation scope; "": the import path
	Views       []string // variables of OpenCensus views
	Former      []string // those of Views with the former name of another
	Series      []string // variables of the direct recorder's series, in the order in which they are written
	Observed    []string // variables
	Process     []string // variables of process tags
	Measures    []Measure
	Existing    []Existing
	Monitoring  Monitoring
	Prometheus  *Prometheus // nil if the schema says nothing about it
	Descriptors []Descriptor

	Environments []GoEnvironment
	SLOs         []GoSLO
	Renames      []Rename
}

// A Rename is a metric that the runtime exports under two names.
type Rename struct {
	Name, Former string
}

// An Existing is a measure or key that another package declares.
type Existing struct {
	Ref  Ref
	Kind string // of a measure, "Int64" or "Float64"; "" for a key
	Name string // exported name or key
	Unit string // of a measure
}

// Monitoring is how the metrics appear in Cloud Monitoring.
type Monitoring struct {
	MetricPrefix string
	Resource     string // "" if it is not known
	Labels       []ResourceLabel
}

// Prometheus is how the metrics appear in Prometheus.
type Prometheus struct {
	Namespace string
}

// A ResourceLabel lists the values that a monitored resource's label can have.
type ResourceLabel struct {
	Key    string
	Values []string
}

// A Descriptor describes an exported metric.
type Descriptor struct {
	Name   string
	About  string // description
	Unit   string
	Type   string // constant of metricdata, e.g. "TypeCumulativeInt64"
	Labels []Label
	UpDown bool // an up-down count
}

// A Label is a label of a metric.
type Label struct {
	Key   string
	About string // description
}

// formatType is the type that Support declares.
const formatType = "generatedFormat"

// A Format is the constant of the runtime that a generated file needs.
type Format string

// The formats. Files have the oldest that is enough, so that they compile with old runtimes.
const (
	FormatBasic  Format = "SupportsGenerated1"
	FormatAlerts Format = "SupportsGenerated2" // SLOs have alerts

	FormatEnvironments Format = "SupportsGenerated3" // the package has environments
	FormatZeroRows     Format = "SupportsGenerated4" // zero rows of open tags, or of bound recorders that keep no series
	FormatUpDown       Format = "SupportsGenerated5" // a measure is counted up and down
	FormatForget       Format = "SupportsGenerated6" // the series of a measure can be forgotten
)

// Support emits
//
//	// If this line does not compile, …
//	type generatedFormat [record.<format>]struct{}
//
// The compiler prints ten errors and stops. It checks types before anything else, so this
// is a type, and the first of the file.
func Support(format Format) Decl {
	cure := "If this line does not compile, the module github.com/ocgen/ocgen in go.mod is " +
		"older than the ocgen that wrote this file: go get github.com/ocgen/ocgen@latest"
	return commented(wrapped(cure), jen.Type().Id(formatType).Index(jen.Qual(RecordPath, string(format))).Struct())
}

// TypeCheck emits, for a measure of another package,
//
//	// If this line does not compile, the schema's type of the measure <Name> is wrong: …
//	var _ *stats.<Kind>Measure = <Ref>
func TypeCheck(e Existing) Decl {
	wrong := "If this line does not compile, the schema's type of the measure " + e.Name + " is wrong: correct it in the schema."
	return commented(wrapped(wrong), jen.Var().Id("_").Op("*").Qual(StatsPath, e.Kind+"Measure").Op("=").Add(e.Ref.code()))
}

// PackageVar emits
//
//	var generated = record.NewPackage(record.PackageInfo{
//		Name: "<Name>",
//		…
//	})
func PackageVar(p Package) Decl {
	elems := []jen.Code{field("Name", jen.Lit(p.Name))}
	elems = append(elems, field("Parts", jen.Index().Qual(RecordPath, "Part").Add(lines(p.parts()))))
	elems = append(elems, field("Descriptors", jen.Id("Descriptors")))
	if len(p.Process) > 0 {
		elems = append(elems, field("Tags", tagVars(p.Process)))
	}
	elems = append(elems, field("Monitoring", monitoring(p.Monitoring)))
	if p.Prometheus != nil {
		var fields []jen.Code
		if p.Prometheus.Namespace != "" {
			fields = append(fields, field("Namespace", jen.Lit(p.Prometheus.Namespace)))
		}
		elems = append(elems, field("Prometheus", jen.Op("&").Qual(RecordPath, "Prometheus").Values(fields...)))
	}
	if len(p.SLOs) > 0 {
		elems = append(elems, field("SLOs", jen.Id(p.slosFunc())))
	}
	if len(p.Environments) > 0 {
		elems = append(elems, field("Environments", list(jen.Qual(RecordPath, "Environment"), p.Environments, environment)))
	}
	if len(p.Renames) > 0 {
		elems = append(elems, field("Renamed", list(jen.Qual(RecordPath, "Rename"), p.Renames, rename)))
	}
	if p.OTel {
		elems = append(elems, field("Scope", p.scope()))
	}
	return jen.Var().Id("generated").Op("=").Qual(RecordPath, "NewPackage").Call(
		jen.Qual(RecordPath, "PackageInfo").Add(lines(elems)))
}

func rename(r Rename) jen.Code {
	return jen.Values(field("Name", jen.Lit(r.Name)), field("Former", jen.Lit(r.Former)))
}

// scope emits "<Scope>", or record.ImportPath[generatedFormat]() for the import path.
func (p Package) scope() jen.Code {
	if p.Scope != "" {
		return jen.Lit(p.Scope)
	}
	return jen.Qual(RecordPath, "ImportPath").Types(jen.Id(formatType)).Call()
}

// parts emits
//
//	census.Views(census.ViewsInfo{…})
//	series.Sets(<Series>)
//	series.Observers(<Observed>)
//
// without those that are empty.
func (p Package) parts() []jen.Code {
	var parts []jen.Code
	if p.HasViews() || len(p.Existing) > 0 {
		parts = append(parts, jen.Qual(CensusPath, "Views").Call(jen.Qual(CensusPath, "ViewsInfo").Add(lines(p.viewsInfo()))))
	}
	if len(p.Series) > 0 {
		parts = append(parts, jen.Qual(SeriesPath, "Sets").Add(arguments(ids(p.Series))))
	}
	if len(p.Observed) > 0 {
		parts = append(parts, jen.Qual(SeriesPath, "Observers").Add(arguments(ids(p.Observed))))
	}
	return parts
}

// viewsInfo emits the fields of a census.ViewsInfo.
func (p Package) viewsInfo() []jen.Code {
	var elems []jen.Code
	if p.HasViews() {
		elems = append(elems, field("Views", jen.Id("Views")))
	}
	if len(p.Former) > 0 {
		elems = append(elems, field("Former", jen.Index().Op("*").Qual(ViewPath, "View").Values(ids(p.Former)...)))
	}
	if len(p.Measures) > 0 {
		elems = append(elems, field("Measures", list(jen.Qual(CensusPath, "MeasureInfo"), p.Measures, measureInfo)))
	}
	if len(p.Existing) > 0 {
		elems = append(elems, field("Existing", list(jen.Qual(CensusPath, "Existing"), p.Existing, existing)))
	}
	return elems
}

// list emits []<elemType>{<elem>, …}, one element a line.
func list[T any](elemType jen.Code, elems []T, emit func(T) jen.Code) *jen.Statement {
	codes := make([]jen.Code, 0, len(elems))
	for _, e := range elems {
		codes = append(codes, emit(e))
	}
	return jen.Index().Add(elemType).Add(lines(codes))
}

func measureInfo(m Measure) jen.Code {
	return jen.Values(field("Measure", jen.Id(m.Var)), field("Description", jen.Lit(m.About)), field("Unit", jen.Lit(m.Unit)))
}

func existing(e Existing) jen.Code {
	if e.Kind == "" {
		return jen.Values(field("Key", e.Ref.code()), field("Name", jen.Lit(e.Name)))
	}
	return jen.Values(field("Measure", e.Ref.code()), field("Name", jen.Lit(e.Name)), field("Unit", jen.Lit(e.Unit)))
}

func monitoring(m Monitoring) jen.Code {
	elems := []jen.Code{field("MetricPrefix", jen.Lit(m.MetricPrefix))}
	if m.Resource != "" {
		elems = append(elems, field("Resource", jen.Lit(m.Resource)))
	}
	if len(m.Labels) > 0 {
		elems = append(elems, field("ResourceLabels", list(jen.Qual(RecordPath, "ResourceLabel"), m.Labels, func(l ResourceLabel) jen.Code {
			return jen.Values(field("Key", jen.Lit(l.Key)), field("Values", texts(l.Values)))
		})))
	}
	return jen.Qual(RecordPath, "Monitoring").Add(lines(elems))
}

// HasViews reports whether the package has a function Views. It has none if none of its
// views can be an OpenCensus view.
func (p Package) HasViews() bool { return !p.InCall || len(p.Views) > 0 }

// ViewsFunc emits
//
//	// Views returns the views of this package, registered or not.
//	func Views() []*view.View {
//		return []*view.View{<Views>}
//	}
func ViewsFunc(p Package) Decl {
	lead := "Views returns the views of this package, registered or not"
	if p.InCall {
		lead = "Views returns the views of measures that other packages record, registered or not"
	}
	return documented(lead, Doc{},
		jen.Func().Id("Views").Params().Index().Op("*").Qual(ViewPath, "View").Block(
			jen.Return(jen.Index().Op("*").Qual(ViewPath, "View").Add(lines(ids(p.Views)))),
		))
}

// RegisterFunc emits
//
//	// RegisterViews registers the views with OpenCensus; …
//	func RegisterViews() error {
//		return generated.Register()
//	}
func RegisterFunc(p Package) Decl {
	lead := "RegisterViews registers the views of this package with OpenCensus"
	if p.InCall {
		lead = "RegisterViews registers the views of this package: exports have their metrics from now on"
	}
	return documented(lead, Doc{},
		jen.Func().Id("RegisterViews").Params().Error().Block(
			jen.Return(jen.Id("generated").Dot("Register").Call()),
		),
		"Earlier records are dropped. RegisterViews may be called again, and by several "+
			"goroutines. Its error names each view that conflicts with a registered view; after "+
			"an error, no view of this package is registered.")
}

// UnregisterFunc emits
//
//	// UnregisterViews unregisters the views from OpenCensus …
//	func UnregisterViews() {
//		generated.Unregister()
//	}
func UnregisterFunc(p Package) Decl {
	lead := "UnregisterViews unregisters the views of this package from OpenCensus and drops their data"
	if p.InCall {
		lead = "UnregisterViews unregisters the views of this package and drops their data"
	}
	return documented(lead, Doc{},
		jen.Func().Id("UnregisterViews").Params().Block(
			jen.Id("generated").Dot("Unregister").Call(),
		))
}

// DescriptorsFunc emits
//
//	// Descriptors describes the metrics of this package, …
//	func Descriptors() []metric.Descriptor {
//		return []metric.Descriptor{
//			{
//				Name: "<Name>",
//				…
//			},
//		}
//	}
func DescriptorsFunc(p Package) Decl {
	var notes []string
	if p.HasViews() {
		notes = append(notes, "Units and descriptions of labels are complete here; OpenCensus drops most of them.")
	}
	return listReturned("Descriptors", "Descriptors describes the metric of each view, in the order of the schema",
		Ref{MetricPath, "Descriptor"}, p.Descriptors, descriptor, notes...)
}

func descriptor(d Descriptor) jen.Code {
	elems := []jen.Code{field("Name", jen.Lit(d.Name))}
	if d.About != "" {
		elems = append(elems, field("Description", jen.Lit(d.About)))
	}
	elems = append(elems, field("Unit", jen.Lit(d.Unit)), field("Type", jen.Qual(MetricPath, d.Type)))
	if d.UpDown {
		elems = append(elems, field("UpDown", jen.True()))
	}
	if len(d.Labels) > 0 {
		elems = append(elems, field("LabelKeys", list(jen.Qual(MetricPath, "LabelKey"), d.Labels, label)))
	}
	return lines(elems)
}

func label(l Label) jen.Code {
	if l.About == "" {
		return jen.Values(field("Key", jen.Lit(l.Key)))
	}
	return jen.Values(field("Key", jen.Lit(l.Key)), field("Description", jen.Lit(l.About)))
}
