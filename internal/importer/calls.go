package importer

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/printer"
	"slices"
	"strings"

	"github.com/ocgen/ocgen/schema"
)

// A Call is a record whose tags all stand in the call, and the generated recorder that
// can replace it.
type Call struct {
	Place
	Text string // e.g. "metrics.RecordRequests(ctx, metrics.MethodGET, route)"
}

// calls lists the records whose tags stand in the call. Other records take their tags
// from a context that was made elsewhere.
func (d *drafter) calls(ix *index, text string) ([]Call, error) {
	parsed, problems := schema.Parse([]byte(text), schema.Options{File: "schema"})
	if parsed == nil {
		return nil, fmt.Errorf("ocgen bug: %s", problems[0])
	}
	measures := map[string]*schema.Measure{}
	for _, m := range parsed.Measures {
		if m.Recorded() {
			measures[m.Name] = m
		}
	}
	var list []Call
	for _, s := range ix.calls {
		if s.named() {
			list = append(list, d.callsAt(ix, s, parsed.Package, measures)...)
		}
	}
	return list, nil
}

// callsAt returns the recorders for one call of OpenCensus, one for each measurement.
func (d *drafter) callsAt(ix *index, s site, pkg string, measures map[string]*schema.Measure) []Call {
	obj := callee(s.pkg.info, s.call())
	if obj == nil {
		return nil
	}
	args, first, tagged := s.call().Args, 1, false
	switch fullName(obj) {
	case statsPath + ".Record":
	case statsPath + ".RecordWithTags":
		first, tagged = 2, true
	default:
		return nil
	}
	if len(args) <= first || s.call().Ellipsis.IsValid() {
		return nil
	}
	given := map[string]ast.Expr{}
	if tagged {
		var ok bool
		if given, ok = mutatorsIn(ix, s, args[1]); !ok {
			return nil
		}
	}
	var list []Call
	for _, arg := range args[first:] {
		if text := d.recorder(ix, s, arg, pkg, measures, given); text != "" {
			list = append(list, Call{d.prog.place(s.call().Pos()), text})
		}
	}
	return list
}

// mutatorsIn returns the values that a literal of mutators sets, by the key.
func mutatorsIn(ix *index, s site, e ast.Expr) (map[string]ast.Expr, bool) {
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok {
		return nil, false
	}
	given := map[string]ast.Expr{}
	for _, element := range lit.Elts {
		call, ok := ast.Unparen(element).(*ast.CallExpr)
		if !ok || len(call.Args) != 2 {
			return nil, false
		}
		obj := callee(s.pkg.info, call)
		if obj == nil || !slices.Contains([]string{tagPath + ".Upsert", tagPath + ".Insert", tagPath + ".Update"}, fullName(obj)) {
			return nil, false
		}
		k, ok := only(ix, s, call.Args[0]).(key)
		if !ok {
			return nil, false
		}
		given[k.name] = call.Args[1]
	}
	return given, true
}

// only evaluates an expression that has one value.
func only(ix *index, s site, e ast.Expr) value {
	all, _ := outcomes(ix, false, func(ev *evaluation) value { return ev.eval(e, ev.frameAt(rootOf(s), s, 0)) })
	if len(all) != 1 {
		return unknown{}
	}
	return all[0]
}

// recorder returns the call that replaces one measurement, or "".
func (d *drafter) recorder(ix *index, s site, e ast.Expr, pkg string, measures map[string]*schema.Measure, given map[string]ast.Expr) string {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return ""
	}
	inner := s
	inner.expr = call
	if _, ok := recordsMeasure(inner); !ok {
		return ""
	}
	of, ok := only(ix, s, ast.Unparen(call.Fun).(*ast.SelectorExpr).X).(measure)
	m := measures[of.name]
	if !ok || m == nil {
		return ""
	}
	args := []string{d.source(s.call().Args[0])}
	if m.Constant == nil {
		args = append(args, valueText(m, d.source(call.Args[0])))
	}
	for _, t := range m.Tags {
		value := given[t.Key]
		switch {
		case t.From != schema.FromCall:
			return ""
		case value == nil:
			return ""
		}
		args = append(args, d.tagText(ix, s, t, value, pkg))
	}
	return fmt.Sprintf("%s.%s(%s)", pkg, m.RecordName(), strings.Join(args, ", "))
}

// valueText returns the value as the recorder takes it: a time is a time.Duration.
func valueText(m *schema.Measure, value string) string {
	if !m.Timed() {
		return value
	}
	unit := map[string]string{"ns": "time.Nanosecond", "us": "time.Microsecond", "ms": "time.Millisecond", "s": "time.Second", "min": "time.Minute", "h": "time.Hour", "d": "24*time.Hour"}[m.Unit]
	if m.Type == schema.Float64 {
		return fmt.Sprintf("time.Duration((%s)*float64(%s))", value, unit)
	}
	return fmt.Sprintf("time.Duration(%s)*%s", value, unit)
}

// tagText returns a tag's value as the recorder takes it.
func (d *drafter) tagText(ix *index, s site, t *schema.Tag, value ast.Expr, pkg string) string {
	if !t.Closed() {
		return fmt.Sprintf("%s.%s(%s)", pkg, t.GoName, d.source(value))
	}
	if known, ok := asText(only(ix, s, value)); ok {
		for _, v := range t.Values {
			if v.Text == known {
				return pkg + "." + t.ValueName(v)
			}
		}
	}
	return fmt.Sprintf("%s.%s(%s)", pkg, t.OfName(), d.source(value))
}

// source returns an expression as it is written, in one line.
func (d *drafter) source(e ast.Expr) string {
	var b bytes.Buffer
	if err := printer.Fprint(&b, d.prog.fset, e); err != nil {
		return show(e)
	}
	return strings.Join(strings.Fields(printable(b.String())), " ")
}
