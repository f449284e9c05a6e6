package importer

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"path"
	"strconv"
	"strings"
)

// known are the functions that are evaluated without their source.
var known map[string]func(*evaluation, *ast.CallExpr, int, *frame) value

func init() { // a variable would refer to itself through the evaluation of arguments
	known = map[string]func(*evaluation, *ast.CallExpr, int, *frame) value{
		statsPath + ".Int64":    newMeasure(false),
		statsPath + ".Float64":  newMeasure(true),
		tagPath + ".NewKey":     newKey,
		tagPath + ".MustNewKey": newKey,
		tagPath + ".Key.Name":   ofReceiver(func(v value) (string, bool) { k, ok := v.(key); return k.name, ok }),

		viewPath + ".Count":        aggregates("count"),
		viewPath + ".Sum":          aggregates("sum"),
		viewPath + ".LastValue":    aggregates("last_value"),
		viewPath + ".Distribution": distribution,

		"fmt.Sprintf":        sprintf,
		"fmt.Sprint":         texts(func(s []string) (string, bool) { return strings.Join(s, ""), len(s) == 1 }),
		"strings.ToLower":    texts(func(s []string) (string, bool) { return strings.ToLower(s[0]), len(s) == 1 }),
		"strings.ToUpper":    texts(func(s []string) (string, bool) { return strings.ToUpper(s[0]), len(s) == 1 }),
		"strings.TrimSpace":  texts(func(s []string) (string, bool) { return strings.TrimSpace(s[0]), len(s) == 1 }),
		"strings.TrimPrefix": texts(func(s []string) (string, bool) { return strings.TrimPrefix(s[0], s[len(s)-1]), len(s) == 2 }),
		"strings.TrimSuffix": texts(func(s []string) (string, bool) { return strings.TrimSuffix(s[0], s[len(s)-1]), len(s) == 2 }),
		"strings.ReplaceAll": texts(func(s []string) (string, bool) {
			if len(s) != 3 {
				return "", false
			}
			return strings.ReplaceAll(s[0], s[1], s[2]), true
		}),
		"strings.Join":       joinTexts,
		"path.Join":          texts(func(s []string) (string, bool) { return path.Join(s...), true }),
		"strconv.Quote":      texts(func(s []string) (string, bool) { return strconv.Quote(s[0]), len(s) == 1 }),
		"strconv.Itoa":       itoa,
		"strconv.FormatBool": formatBool,
	}
	for _, typ := range []string{"Measure", "Int64Measure", "Float64Measure", "measureDescriptor"} {
		known[statsPath+"."+typ+".Name"] = ofMeasure(func(m measure) string { return m.name })
		known[statsPath+"."+typ+".Description"] = ofMeasure(func(m measure) string { return m.description })
		known[statsPath+"."+typ+".Unit"] = ofMeasure(func(m measure) string { return m.unit })
	}
}

func newMeasure(float bool) func(*evaluation, *ast.CallExpr, int, *frame) value {
	return func(ev *evaluation, e *ast.CallExpr, _ int, in *frame) value {
		m := measure{at: e.Pos(), in: in, float: float}
		if len(e.Args) != 3 {
			return unknownf(e.Pos(), "%s is not followed", show(e))
		}
		for i, into := range []*string{&m.name, &m.description, &m.unit} {
			v := ev.eval(e.Args[i], in)
			s, ok := asText(v)
			switch u, isReason := isUnknown(v); {
			case ok:
				*into = s
			case isReason:
				return u
			default:
				return unknownf(e.Pos(), "%s is not followed", show(e.Args[i]))
			}
		}
		return m
	}
}

func newKey(ev *evaluation, e *ast.CallExpr, _ int, in *frame) value {
	if len(e.Args) != 1 {
		return unknownf(e.Pos(), "%s is not followed", show(e))
	}
	v := ev.eval(e.Args[0], in)
	name, ok := asText(v)
	if ok {
		return key{at: e.Pos(), in: in, name: name}
	}
	if u, ok := isUnknown(v); ok {
		return u
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

// ofReceiver evaluates a method that returns a text of its receiver.
func ofReceiver(get func(value) (string, bool)) func(*evaluation, *ast.CallExpr, int, *frame) value {
	return func(ev *evaluation, e *ast.CallExpr, _ int, in *frame) value {
		selector, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
		if !ok {
			return unknownf(e.Pos(), "%s is not followed", show(e))
		}
		v := ev.eval(selector.X, in)
		if s, ok := get(v); ok {
			return text(s)
		}
		if u, ok := isUnknown(v); ok {
			return u
		}
		return unknownf(e.Pos(), "%s is not followed", show(e))
	}
}

func ofMeasure(get func(measure) string) func(*evaluation, *ast.CallExpr, int, *frame) value {
	return ofReceiver(func(v value) (string, bool) {
		m, ok := v.(measure)
		return get(m), ok
	})
}

func aggregates(kind string) func(*evaluation, *ast.CallExpr, int, *frame) value {
	return func(*evaluation, *ast.CallExpr, int, *frame) value { return aggregation{kind: kind} }
}

func distribution(ev *evaluation, e *ast.CallExpr, _ int, in *frame) value {
	a := aggregation{kind: "distribution"}
	args, u := ev.args(e, in)
	a.unknown = u
	for _, arg := range args {
		bound, ok := asFloat(arg)
		if !ok {
			reason := unknownf(e.Pos(), "the bounds of %s are not followed", show(e))
			return aggregation{kind: a.kind, unknown: &reason}
		}
		a.bounds = append(a.bounds, bound)
	}
	return a
}

// texts evaluates a function of texts.
func texts(f func([]string) (string, bool)) func(*evaluation, *ast.CallExpr, int, *frame) value {
	return func(ev *evaluation, e *ast.CallExpr, _ int, in *frame) value {
		args, u := ev.args(e, in)
		if u != nil {
			return *u
		}
		var list []string
		for _, arg := range args {
			s, ok := asText(arg)
			if !ok {
				return unknownf(e.Pos(), "%s is not followed", show(e))
			}
			list = append(list, s)
		}
		if len(list) > 0 {
			if s, ok := f(list); ok {
				return text(s)
			}
		}
		return unknownf(e.Pos(), "%s is not followed", show(e))
	}
}

func joinTexts(ev *evaluation, e *ast.CallExpr, _ int, in *frame) value {
	args, u := ev.args(e, in)
	if u != nil {
		return *u
	}
	if len(args) == 2 {
		elements, ok := args[0].(list)
		separator, ok2 := asText(args[1])
		var parts []string
		for _, t := range elements {
			s, isText := asText(ev.get(t))
			parts, ok = append(parts, s), ok && isText
		}
		if ok && ok2 {
			return text(strings.Join(parts, separator))
		}
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

func sprintf(ev *evaluation, e *ast.CallExpr, _ int, in *frame) value {
	args, u := ev.args(e, in)
	if u != nil {
		return *u
	}
	var operands []any
	for i, arg := range args {
		operand, ok := operandOf(arg)
		if !ok || i > 0 && (e.Ellipsis.IsValid() || formatsItself(in.pkg.info.TypeOf(e.Args[i]))) {
			return unknownf(e.Pos(), "%s is not followed", show(e))
		}
		operands = append(operands, operand)
	}
	if format, ok := operands[0].(string); ok {
		if formatted := fmt.Sprintf(format, operands[1:]...); !strings.Contains(formatted, "%!") {
			return text(formatted)
		}
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

// operandOf returns a value as fmt gets it.
func operandOf(v value) (any, bool) {
	b, ok := v.(basic)
	if !ok {
		return nil, false
	}
	if b.Kind() == constant.Float {
		return asFloat(b)
	}
	return constant.Val(b.Value), true
}

// formatsItself reports whether fmt calls a method of the type, which is not followed.
func formatsItself(t types.Type) bool {
	if t == nil {
		return true
	}
	methods := types.NewMethodSet(t)
	for _, name := range []string{"String", "Error", "Format"} {
		if methods.Lookup(nil, name) != nil {
			return true
		}
	}
	return false
}

func itoa(ev *evaluation, e *ast.CallExpr, _ int, in *frame) value {
	args, u := ev.args(e, in)
	if u != nil {
		return *u
	}
	if b, ok := args[0].(basic); ok && b.Kind() == constant.Int {
		return text(b.ExactString())
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

// formatBool has two values where all values count.
func formatBool(ev *evaluation, e *ast.CallExpr, _ int, in *frame) value {
	if len(e.Args) == 1 {
		if b, ok := ev.try(func() value { return ev.eval(e.Args[0], in) }).(basic); ok && b.Kind() == constant.Bool {
			return text(strconv.FormatBool(constant.Compare(b.Value, token.EQL, constant.MakeBool(true))))
		}
	}
	if !ev.values {
		return unknownf(e.Pos(), "%s has two values", show(e))
	}
	i, ok := ev.choose(fmt.Sprint(in.id, "?", e.Pos()), 2)
	if !ok {
		return undecided
	}
	return text(strconv.FormatBool(i == 0))
}
