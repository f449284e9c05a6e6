package importer

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// A frame is a function in which expressions are evaluated, with the call that its
// parameters belong to. A frame without a call is open: its parameters are evaluated
// once for each call site.
type frame struct {
	id     string // names the frame in choices
	pkg    *pkg
	file   *ast.File
	fn     *function // nil outside of functions
	call   *site
	caller *frame // of the call
	up     int    // how many callers up it is
}

// The limits of an evaluation: how many callers up parameters are followed, how deep
// expressions are, how many there are.
const (
	mostCallers = 4
	mostSteps   = 200
	mostTotal   = 200_000
)

// An evaluation evaluates expressions under one set of choices: which call site a
// function is called at, which element a loop is at. It collects the first choice that
// is missing. [evaluator.each] tries all options of it.
type evaluation struct {
	*index
	values  bool // several assignments and returns are choices too: see decide_tags.go
	choices map[string]int
	missing *choice
	steps   int // nested
	total   int
	callers int // how often a parameter was followed to a caller
	frames  map[string]*frame
	outside *leak // how code that is not seen can give another value; or nil
}

// A leak is a way in which code that is not seen can give another value.
type leak struct {
	unknown
	foreign bool // only through code outside of the main modules
}

// leaks notes a leak. One that counts in a closed world too is kept.
func (ev *evaluation) leaks(foreign bool, u unknown) {
	if ev.outside == nil || ev.outside.foreign && !foreign {
		ev.outside = &leak{u, foreign}
	}
}

// A choice is a choice with several options.
type choice struct {
	id      string
	options int
}

// choose returns the chosen option. If nothing is chosen yet, it asks for it.
func (ev *evaluation) choose(id string, options int) (int, bool) {
	if options == 1 {
		return 0, true
	}
	if i, ok := ev.choices[id]; ok {
		return i, true
	}
	if ev.missing == nil {
		ev.missing = &choice{id, options}
	}
	return 0, false
}

// undecided is the value of an expression that depends on a missing choice.
var undecided = unknown{why: "undecided"}

// try evaluates without asking for choices.
func (ev *evaluation) try(f func() value) value {
	before, outside := ev.missing, ev.outside
	v := f()
	if ev.missing != before {
		ev.missing, ev.outside = before, outside
		return undecided
	}
	return v
}

// frameAt returns an open frame for an expression that stands at a site.
func (ev *evaluation) frameAt(id string, s site, up int) *frame {
	if f := ev.frames[id]; f != nil {
		return f
	}
	f := &frame{id: id, pkg: s.pkg, file: s.file, fn: s.fn, up: up}
	ev.frames[id] = f
	return f
}

// rootOf names the frame of a site that no frame leads to.
func rootOf(s site) string { return fmt.Sprint("@", s.expr.Pos()) }

// isUnknown returns the reason if a value is not known.
func isUnknown(v value) (unknown, bool) {
	u, ok := v.(unknown)
	return u, ok
}

// get evaluates a thunk.
func (ev *evaluation) get(t thunk) value {
	if t.expr == nil {
		return t.done
	}
	return ev.eval(t.expr, t.in)
}

// eval evaluates an expression.
func (ev *evaluation) eval(e ast.Expr, in *frame) value {
	ev.total++
	if ev.steps++; ev.steps > mostSteps || ev.total > mostTotal {
		ev.steps--
		return unknownf(e.Pos(), "%s is nested too deeply", show(e))
	}
	defer func() { ev.steps-- }()
	if tv, ok := in.pkg.info.Types[e]; ok {
		if tv.Value != nil {
			return basic{tv.Value}
		}
		if tv.IsNil() {
			return nil
		}
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return ev.eval(e.X, in)
	case *ast.Ident:
		return ev.ident(e, in)
	case *ast.SelectorExpr:
		return ev.selector(e, in)
	case *ast.BasicLit:
		return basic{constant.MakeFromLiteral(e.Value, e.Kind, 0)}
	case *ast.CompositeLit:
		return ev.composite(e, in)
	case *ast.UnaryExpr:
		return ev.unary(e, in)
	case *ast.StarExpr:
		return ev.eval(e.X, in)
	case *ast.BinaryExpr:
		return ev.binary(e, in)
	case *ast.CallExpr:
		return ev.call(e, 0, in)
	case *ast.IndexExpr:
		return ev.element(e, in)
	case *ast.SliceExpr:
		if e.Low == nil && e.High == nil {
			return ev.eval(e.X, in)
		}
	case *ast.FuncLit:
		return unknownf(e.Pos(), "a function literal is not followed")
	}
	return unknownf(e.Pos(), "%s is not a literal, a constant or a call that can be followed", show(e))
}

func (ev *evaluation) unary(e *ast.UnaryExpr, in *frame) value {
	v := ev.eval(e.X, in)
	switch b, ok := v.(basic); {
	case e.Op == token.AND:
		return v
	case ok && (e.Op == token.SUB || e.Op == token.ADD) && isNumber(b):
		return basic{constant.UnaryOp(e.Op, b.Value, 0)}
	case ok && e.Op == token.NOT && b.Kind() == constant.Bool:
		return basic{constant.UnaryOp(e.Op, b.Value, 0)}
	}
	if u, ok := isUnknown(v); ok {
		return u
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

// binary evaluates + of texts and the four operations of numbers.
func (ev *evaluation) binary(e *ast.BinaryExpr, in *frame) value {
	left, right := ev.eval(e.X, in), ev.eval(e.Y, in)
	for _, v := range []value{left, right} {
		if u, ok := isUnknown(v); ok {
			return u
		}
	}
	a, ok := left.(basic)
	b, ok2 := right.(basic)
	texts := ok && ok2 && a.Kind() == constant.String && b.Kind() == constant.String
	switch {
	case texts && e.Op == token.ADD:
		return basic{constant.BinaryOp(a.Value, e.Op, b.Value)}
	case ok && ok2 && isNumber(a) && isNumber(b):
		return arithmetic(e, a, b, in)
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

func arithmetic(e *ast.BinaryExpr, a, b basic, in *frame) value {
	op := e.Op
	switch op {
	case token.ADD, token.SUB, token.MUL:
	case token.QUO:
		if constant.Sign(b.Value) == 0 {
			return unknownf(e.Pos(), "%s divides by 0", show(e))
		}
		if t := in.pkg.info.TypeOf(e); t != nil && isInteger(t) {
			op = token.QUO_ASSIGN // of whole numbers
		}
	default:
		return unknownf(e.Pos(), "%s is not followed", show(e))
	}
	return basic{constant.BinaryOp(a.Value, op, b.Value)}
}

func isInteger(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsInteger != 0
}

func isNumber(b basic) bool { return b.Kind() == constant.Int || b.Kind() == constant.Float }

// element evaluates an element of a list, or of a table with a known key.
func (ev *evaluation) element(e *ast.IndexExpr, in *frame) value {
	collection, index := ev.eval(e.X, in), ev.eval(e.Index, in)
	for _, v := range []value{collection, index} {
		if u, ok := isUnknown(v); ok {
			return u
		}
	}
	at, ok := index.(basic)
	if !ok {
		return unknownf(e.Pos(), "%s is not followed", show(e))
	}
	switch c := collection.(type) {
	case list:
		if i, exact := constant.Int64Val(constant.ToInt(at.Value)); exact && 0 <= i && i < int64(len(c)) {
			return ev.get(c[i])
		}
	case table:
		for i := range c.keys {
			if k, ok := ev.get(c.keys[i]).(basic); ok && k.Kind() == at.Kind() && constant.Compare(k.Value, token.EQL, at.Value) {
				return ev.get(c.values[i])
			}
		}
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

// composite evaluates a literal. Its elements are evaluated when they are needed.
func (ev *evaluation) composite(e *ast.CompositeLit, in *frame) value {
	t := in.pkg.info.TypeOf(e)
	if t == nil {
		return unknownf(e.Pos(), "the type of %s was not read", show(e))
	}
	if s, ok := structOf(t); ok {
		return structure{lit: e, typ: s, in: in, vars: ev.heldBy[e], holder: in}
	}
	switch t.Underlying().(type) {
	case *types.Map:
		var m table
		for _, element := range e.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				m.keys = append(m.keys, thunk{expr: pair.Key, in: in})
				m.values = append(m.values, thunk{expr: pair.Value, in: in})
			}
		}
		return m
	case *types.Slice, *types.Array:
		elements := list{}
		for _, element := range e.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				element = pair.Value
			}
			elements = append(elements, thunk{expr: element, in: in})
		}
		return elements
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

// show returns an expression as a message shows it.
func show(e ast.Expr) string {
	const most = 60
	text := types.ExprString(e)
	if len(text) > most {
		text = text[:most] + "…"
	}
	return printable(text)
}
