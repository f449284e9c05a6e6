package templates

import (
	"strconv"

	"github.com/dave/jennifer/jen"
)

// A Decl is one emitted declaration with its doc comment.
type Decl = jen.Code

// The packages that generated code imports beside those of the schema.
const (
	ContextPath = "context"
	TimePath    = "time"
	MathPath    = "math"
	MetricPath  = "github.com/ocgen/ocgen/runtime/metric"
	RecordPath  = "github.com/ocgen/ocgen/runtime/record"
	SeriesPath  = "github.com/ocgen/ocgen/runtime/series"
	CensusPath  = "github.com/ocgen/ocgen/runtime/census"
	OTelCtxPath = "github.com/ocgen/ocgen/runtime/otelctx"
	SLOPath     = "github.com/ocgen/ocgen/runtime/slo"
	StatsPath   = "go.opencensus.io/stats"
	ViewPath    = "go.opencensus.io/stats/view"
	TagPath     = "go.opencensus.io/tag"
)

// A Ref names a package-level variable.
type Ref struct {
	Path string // import path; "" for the generated package itself
	Name string // e.g. "MethodKey"
}

func (r Ref) code() *jen.Statement { return jen.Qual(r.Path, r.Name) }

// refs emits the elements of a list, one after the other.
func refs(list []Ref) []jen.Code {
	var codes []jen.Code
	for _, r := range list {
		codes = append(codes, r.code())
	}
	return codes
}

// ids emits identifiers of the generated package.
func ids(names []string) []jen.Code {
	var codes []jen.Code
	for _, n := range names {
		codes = append(codes, jen.Id(n))
	}
	return codes
}

// tagVars emits []*record.Tag{<names>}, and nil without names.
func tagVars(names []string) jen.Code {
	if len(names) == 0 {
		return jen.Nil()
	}
	return jen.Index().Op("*").Qual(RecordPath, "Tag").Values(ids(names)...)
}

// number emits a literal as it is written. jen.Lit would write a float as 1000.0 and a
// uint64 as uint64(0x3e8). jen.Id does not check its text.
func number(literal string) *jen.Statement { return jen.Id(literal) }

// floats emits literals, one after the other.
func floats(list []float64) []jen.Code {
	var literals []jen.Code
	for _, f := range list {
		literals = append(literals, number(FloatLiteral(f)))
	}
	return literals
}

// texts emits []string{"<text>", …}.
func texts(list []string) *jen.Statement {
	var codes []jen.Code
	for _, text := range list {
		codes = append(codes, jen.Lit(text))
	}
	return jen.Index().String().Values(codes...)
}

// FloatLiteral returns the shortest literal of the value: 0.5, 1000, 1e+21. The value
// must be finite, because jen.Lit would write +Inf.0.
func FloatLiteral(f float64) string {
	format := byte('g')
	if abs := max(f, -f); abs == 0 || abs >= 1e-4 && abs < 1e21 {
		format = 'f'
	}
	return strconv.FormatFloat(f, format, -1, 64)
}

// field emits <name>: <value>, for lines. jen.Dict would sort the fields.
func field(name string, value jen.Code) jen.Code {
	return jen.Id(name).Op(":").Add(value)
}

// lines emits the elements of a composite literal or an argument list, one on each
// line. Unlike jen.Dict it keeps their order.
func lines(elems []jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, elems...)
}

// arguments emits the arguments of a call, one on each line if there are several.
func arguments(args []jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "(", Close: ")", Separator: ",", Multi: len(args) > 1}, args...)
}
