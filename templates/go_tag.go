package templates

import (
	"strconv"

	"github.com/dave/jennifer/jen"
)

// A Tag is a tag with a type of its own.
type Tag struct {
	Type     string // e.g. "Method"
	Doc      Doc
	KeyText  string // e.g. "http.method"
	Key      Ref    // the variable that holds the key
	Var      string // e.g. "methodTag"
	Ending   string // its variable for series that end, e.g. "fleetEnding"; "" if there are none
	Closed   *Closed
	Settings []Setting // of the runtime's ClosedTag or OpenTag
	From     string    // constant of the runtime, e.g. "FromContext"; "" if it is a parameter
	Carried  bool      // sent over the wire with the context
	OTel     bool      // it travels as OpenTelemetry's baggage, so it has no OpenCensus key
	SetName  string    // "WithTenant" or "SetBuild"; "" for a parameter
	Replaced string    // what stands for a value that is not listed, e.g. "OTHER"
}

// Closed is the data of a tag with listed values.
type Closed struct {
	Int      string // e.g. "uint8"
	Values   []TagValue
	CatchAll *TagValue // nil if there is none
	Optional bool
	Parse    string // e.g. "ParseMethod"
	Of       string // e.g. "MethodOf"
	List     string // e.g. "MethodValues"
}

// A Setting is a field of a literal of the runtime, with its value: a bool, int, string
// or []string.
type Setting struct {
	Field string
	Value any
}

// A TagValue is one value of a closed tag.
type TagValue struct {
	Const string // e.g. "MethodGET"
	Text  string // e.g. "GET"
	Doc   Doc
}

// TagType emits
//
//	// <Type> is the tag <KeyText>: <Doc>
//	type <Type> <uint8|string>
func TagType(t Tag) Decl {
	lead := t.Type + " is the tag " + t.KeyText
	if t.Closed == nil {
		return documented(lead, t.Doc, jen.Type().Id(t.Type).String(),
			"The empty string means that the tag is absent.")
	}
	zero := "The zero value, like any value without a constant, is recorded as " + t.Replaced + " and counted in [record.Stats]."
	if t.Closed.Optional {
		zero = "The zero value means that the tag is absent. Any other value without a constant is recorded as " +
			t.Replaced + " and counted in [record.Stats]."
	}
	return documented(lead, t.Doc, jen.Type().Id(t.Type).Id(t.Closed.Int), zero)
}

// TagConstants emits
//
//	// The values of <Type>.
//	const (
//		<Const> <Type> = iota + 1 // "<Text>"
//		<Const> // "<Text>"
//	)
//
// A value that has something to say for itself gets a comment above instead.
func TagConstants(t Tag) Decl {
	var consts []jen.Code
	for i, v := range t.Closed.Values {
		c := jen.Id(v.Const)
		if i == 0 {
			c.Id(t.Type).Op("=").Iota().Op("+").Lit(1)
		}
		consts = append(consts, constant(v, c))
	}
	return documented("The values of "+t.Type, Doc{}, jen.Const().Defs(consts...))
}

func constant(v TagValue, c *jen.Statement) jen.Code {
	if v.Doc == (Doc{}) {
		return c.Comment("// " + strconv.Quote(v.Text))
	}
	return documented(v.Const+" is "+strconv.Quote(v.Text), v.Doc, c)
}

// TagKey emits
//
//	// <Key> is the OpenCensus key of <Type>.
//	var <Key> = tag.MustNewKey("<KeyText>")
func TagKey(t Tag) Decl {
	return documented(t.Key.Name+" is the OpenCensus key of "+t.Type, Doc{Deprecated: t.Doc.Deprecated},
		jen.Var().Id(t.Key.Name).Op("=").Qual(TagPath, "MustNewKey").Call(jen.Lit(t.KeyText)))
}

// TagVar emits
//
//	var <Var> = record.NewClosedTag("<KeyText>", record.ClosedTag{
//		<Field>: <Value>,
//		…
//	})
//
// or the same with NewOpenTag and OpenTag.
func TagVar(t Tag) Decl {
	kind := "OpenTag"
	if t.Closed != nil {
		kind = "ClosedTag"
	}
	var elems []jen.Code
	for _, s := range t.Settings {
		elems = append(elems, field(s.Field, s.code()))
	}
	if t.From != "" {
		elems = append(elems, field("From", jen.Qual(RecordPath, t.From)))
	}
	if t.From == "FromContext" {
		elems = append(elems, field("Carrier", t.carrier()))
	}
	return jen.Var().Id(t.Var).Op("=").Qual(RecordPath, "New"+kind).Call(
		t.keyText(), jen.Qual(RecordPath, kind).Add(lines(elems)))
}

// EndingVar emits
//
//	// <Ending> is the tag <KeyText> of time series that end.
//	var <Ending> = <Var>.Ending()
func EndingVar(t Tag) Decl {
	return documented(t.Ending+" is the tag "+t.KeyText+" of time series that end", Doc{},
		jen.Var().Id(t.Ending).Op("=").Id(t.Var).Dot("Ending").Call())
}

// keyText emits "<KeyText>" or, of a key that another package declares, <Key>.Name().
func (t Tag) keyText() jen.Code {
	if t.Key.Path == "" {
		return jen.Lit(t.KeyText)
	}
	return t.Key.code().Dot("Name").Call()
}

// carrier emits census.<Carried|Propagated>(<Key>), or
// otelctx.<Carried|Propagated>("<KeyText>").
func (t Tag) carrier() jen.Code {
	kind := "Carried"
	if t.Carried {
		kind = "Propagated"
	}
	if t.OTel {
		return jen.Qual(OTelCtxPath, kind).Call(jen.Lit(t.KeyText))
	}
	return jen.Qual(CensusPath, kind).Call(t.Key.code())
}

// code emits the value.
func (s Setting) code() jen.Code {
	if list, ok := s.Value.([]string); ok {
		return texts(list)
	}
	return jen.Lit(s.Value)
}

// TagString emits
//
//	// String returns v as it is recorded; "" means absent.
//	func (v <Type>) String() string {
//		return <Var>.Text(uint32(v))
//	}
func TagString(t Tag) Decl {
	lead := "String returns v as it is recorded"
	if t.Closed.Optional {
		lead += `, and "" if it is absent`
	}
	return documented(lead, Doc{}, jen.Func().Params(jen.Id("v").Id(t.Type)).Id("String").Params().String().Block(
		jen.Return(jen.Id(t.Var).Dot("Text").Call(jen.Uint32().Parens(jen.Id("v")))),
	))
}

// ContextSetter emits
//
//	// <SetName> returns a copy of ctx in which the tag <KeyText> is v
//	func <SetName>(ctx context.Context, v <Type>) context.Context {
//		return <Var>.With(ctx, record.<Closed|Open>(v))
//	}
func ContextSetter(t Tag) Decl {
	note := "The tag is not sent over the wire."
	switch {
	case t.Carried && t.OTel:
		note = "The tag is also in the baggage of the copy, which OpenTelemetry's propagator sends over the wire."
	case t.Carried:
		note = "The tag is sent over the wire with calls that use the copy."
	}
	switch {
	case t.Closed == nil:
		note = "If v is empty, the copy does not have the tag. " + note
	case t.Closed.Optional:
		note = "If v is zero, the copy does not have the tag. " + note
	}
	return documented(t.SetName+" returns a copy of ctx in which the tag "+t.KeyText+" is v",
		Doc{Deprecated: t.Doc.Deprecated},
		jen.Func().Id(t.SetName).Params(
			jen.Id("ctx").Qual(ContextPath, "Context"), jen.Id("v").Id(t.Type),
		).Qual(ContextPath, "Context").Block(
			jen.Return(jen.Id(t.Var).Dot("With").Call(jen.Id("ctx"), t.value("v"))),
		), note)
}

// ProcessSetter emits
//
//	// <SetName> sets the tag <KeyText> of all records of the process.
//	func <SetName>(v <Type>) {
//		<Var>.Set(record.<Closed|Open>(v))
//	}
func ProcessSetter(t Tag) Decl {
	return documented(t.SetName+" sets the tag "+t.KeyText+" of all records of this process",
		Doc{Deprecated: t.Doc.Deprecated},
		jen.Func().Id(t.SetName).Params(jen.Id("v").Id(t.Type)).Block(
			jen.Id(t.Var).Dot("Set").Call(t.value("v")),
		), "Call it before RegisterViews: a later call is ignored and counted in [record.Stats].")
}

// value emits record.<Closed|Open>(<name>).
func (t Tag) value(name string) jen.Code {
	if t.Closed != nil {
		return jen.Qual(RecordPath, "Closed").Call(jen.Id(name))
	}
	return jen.Qual(RecordPath, "Open").Call(jen.Id(name))
}
