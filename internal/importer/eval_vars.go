package importer

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// ident evaluates a name.
func (ev *evaluation) ident(e *ast.Ident, in *frame) value {
	obj := in.pkg.info.Uses[e]
	if obj == nil {
		obj = in.pkg.info.Defs[e]
	}
	switch obj := obj.(type) {
	case *types.Var:
		return ev.variable(obj, e, in)
	case *types.Const:
		return basic{obj.Val()}
	case *types.Nil:
		return nil
	}
	return unknownf(e.Pos(), "%s was not read", e.Name)
}

// variable evaluates a variable at a use of it.
func (ev *evaluation) variable(v *types.Var, use ast.Expr, in *frame) value {
	v = v.Origin()
	if p, ok := ev.params[v]; ok {
		return ev.param(p, v, use, in)
	}
	writes := ev.writes[v]
	if len(writes) == 0 {
		if v.Pkg() != nil && !isLocal(v) {
			return ev.foreign(v, use)
		}
		return unknownf(use.Pos(), "%s gets its value in a way that is not followed", v.Name())
	}
	if ev.addressed[v] && !isStruct(v.Type()) {
		return unknownf(use.Pos(), "%s may be set through its address", v.Name())
	}
	if isLocal(v) {
		return ev.local(v, writes, use, in)
	}
	return ev.global(v, writes, use)
}

func isStruct(t types.Type) bool {
	_, ok := structOf(t)
	return ok
}

// foreign is a package variable that was not read with its value.
func (ev *evaluation) foreign(v *types.Var, use ast.Expr) value {
	return unknownf(use.Pos(), "%s.%s is declared in a package that was not read whole", v.Pkg().Name(), v.Name())
}

// global evaluates a package variable with one assignment.
func (ev *evaluation) global(v *types.Var, writes []write, use ast.Expr) value {
	if others := slices.DeleteFunc(slices.Clone(writes), func(w write) bool { return w.kind == zeroed }); len(others) > 0 {
		writes = others
	}
	if len(writes) > 1 {
		return unknownf(use.Pos(), "%s is assigned %d times", v.Name(), len(writes))
	}
	w := writes[0]
	if ev.values {
		ev.changeable(v, w)
	}
	result := ev.written(w, v, ev.frameAt(fmt.Sprint("@", w.pos), w.site, 0))
	switch r := result.(type) {
	case measure:
		if r.declared == nil && w.fn == nil {
			r.declared = v
		}
		return r
	case key:
		if r.declared == nil && w.fn == nil {
			r.declared = v
		}
		return r
	}
	return result
}

// changeable notes that a package variable can have another value than the one in the
// source: the linker can set a text, and other packages can set what is exported.
func (ev *evaluation) changeable(v *types.Var, w write) {
	if b, ok := v.Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
		ev.leaks(false, unknownf(w.pos, "the linker can set the variable %s (go build -ldflags -X)", v.Name()))
	}
	if v.Exported() {
		ev.exports(w.pkg, w.pos, v.Name())
	}
}

// exports notes that code that was not read can use an exported name.
func (ev *evaluation) exports(p *pkg, pos token.Pos, name string) {
	if exposed := ev.prog.exposureOf(p); exposed != hidden {
		l := exportLeak(pos, name, exposed)
		ev.leaks(l.foreign, l.unknown)
	}
}

func exportLeak(pos token.Pos, name string, exposed exposure) leak {
	if exposed == foreign {
		return leak{unknownf(pos, "%s is exported", name), true}
	}
	return leak{unknownf(pos, "%s is exported, and not all packages were read", name), false}
}

// local evaluates a local variable by the assignments that count at the use.
func (ev *evaluation) local(v *types.Var, writes []write, use ast.Expr, in *frame) value {
	if len(writes) == 1 {
		return ev.written(writes[0], v, in)
	}
	declaration := v.Pos()
	var certain, possible []write
	for _, w := range writes {
		switch reaches(w, use.Pos(), declaration) {
		case always:
			certain = append(certain, w)
		case sometimes:
			possible = append(possible, w)
		}
	}
	if len(possible) > 0 {
		return ev.oneOf(v, append(certain, possible...), possible[0], use, in)
	}
	return ev.last(v, certain, use, in)
}

// last evaluates the last of several assignments without a condition, with what is
// appended after it.
func (ev *evaluation) last(v *types.Var, certain []write, use ast.Expr, in *frame) value {
	var appended []write
	for _, w := range slices.Backward(certain) {
		if ev.isAppend(w, v) {
			appended = append(appended, w)
			continue
		}
		result := ev.written(w, v, in)
		for _, a := range slices.Backward(appended) {
			result = ev.extend(result, a.call(), in)
		}
		return result
	}
	return unknownf(use.Pos(), "%s gets its value in a way that is not followed", v.Name())
}

// oneOf evaluates a variable with assignments under conditions. The values of a tag are
// all of them; everything else needs to be one.
func (ev *evaluation) oneOf(v *types.Var, all []write, conditional write, use ast.Expr, in *frame) value {
	if !ev.values || slices.ContainsFunc(all, func(w write) bool { return ev.isAppend(w, v) }) {
		return unknownf(conditional.pos, "%s is assigned under a condition or in a loop", v.Name())
	}
	i, ok := ev.choose(fmt.Sprint(in.id, "=", use.Pos()), len(all))
	if !ok {
		return undecided
	}
	return ev.written(all[i], v, in)
}

// written evaluates what an assignment assigns.
func (ev *evaluation) written(w write, v *types.Var, in *frame) value {
	switch w.kind {
	case zeroed:
		if zero, ok := zeroOf(v.Type()).(structure); ok {
			zero.vars, zero.in, zero.holder = v, in, in
			return zero
		}
		return zeroOf(v.Type())
	case ranged:
		return ev.ranged(w, v, in)
	case elsewhere:
		return unknownf(w.pos, "%s is changed in a way that is not followed", v.Name())
	}
	if call, ok := ast.Unparen(w.expr).(*ast.CallExpr); ok {
		return ev.call(call, w.result, in)
	}
	if w.result > 0 {
		return unknownf(w.pos, "%s is not followed", show(w.expr))
	}
	return ev.eval(w.expr, in)
}

// ranged evaluates a loop's variable, once for each element.
func (ev *evaluation) ranged(w write, v *types.Var, in *frame) value {
	var keys, values []thunk
	switch over := ev.eval(w.expr, in).(type) {
	case list:
		values = over
	case table:
		keys, values = over.keys, over.values
	case unknown:
		return over
	default:
		return unknownf(w.pos, "the loop over %s is not followed", show(w.expr))
	}
	if w.result == 0 && keys == nil || len(values) == 0 {
		return unknownf(w.pos, "the loop over %s is not followed", show(w.expr))
	}
	i, ok := ev.choose(fmt.Sprint(in.id, "~", w.pos), len(values))
	switch {
	case !ok:
		return undecided
	case w.result == 0:
		return ev.get(keys[i])
	}
	return ev.get(values[i])
}

// param evaluates a parameter or receiver: the argument at the call of its frame, or at
// each call site of the function.
func (ev *evaluation) param(p param, v *types.Var, use ast.Expr, in *frame) value {
	if in.fn != p.fn {
		return unknownf(use.Pos(), "%s is a parameter of another function", v.Name())
	}
	if writes := ev.writes[v]; len(writes) > 0 {
		return unknownf(writes[0].pos, "the parameter %s is assigned another value", v.Name())
	}
	if ev.addressed[v] && !isStruct(v.Type()) {
		return unknownf(use.Pos(), "%s may be set through its address", v.Name())
	}
	call, caller := in.call, in.caller
	if call == nil {
		var u value
		if call, caller, u = ev.caller(in, v); call == nil {
			return u
		}
	}
	return ev.argument(*call, p, caller)
}

// caller chooses a call site of an open frame's function.
func (ev *evaluation) caller(in *frame, v *types.Var) (*site, *frame, value) {
	f := in.fn
	switch {
	case len(f.calls) == 0 && len(f.used) > 0:
		return nil, nil, unknownf(f.used[0], "%s is used as a value, so its callers are not known", f.name())
	case len(f.calls) == 0 && ev.interfaces[f.obj.Name()]:
		return nil, nil, unknownf(v.Pos(), "%s is called through an interface", f.name())
	case len(f.calls) == 0:
		return nil, nil, unknownf(v.Pos(), "%s has no call in the packages that were read", f.name())
	case in.up >= mostCallers:
		return nil, nil, unknownf(v.Pos(), "%s comes through more than %d functions", v.Name(), mostCallers)
	}
	ev.callers++
	if ev.values {
		ev.unseenCallers(f)
	}
	i, ok := ev.choose(in.id, len(f.calls))
	if !ok {
		return nil, nil, undecided
	}
	call := &f.calls[i]
	return call, ev.frameAt(fmt.Sprint(in.id, "<", call.expr.Pos()), *call, in.up+1), nil
}

// unseenCallers notes that a function can have callers that are not seen.
func (ev *evaluation) unseenCallers(f *function) {
	if f.obj.Exported() {
		ev.exports(f.pkg, f.decl.Pos(), f.name())
	}
	switch recv := f.obj.Type().(*types.Signature).Recv(); {
	case len(f.used) > 0:
		ev.leaks(false, unknownf(f.used[0], "%s is used as a value, so its callers are not known", f.name()))
	case recv != nil && ev.interfaces[f.obj.Name()]:
		ev.leaks(false, unknownf(f.decl.Pos(), "%s may be called through an interface", f.name()))
	}
}

// argument evaluates what a call passes to a parameter.
func (ev *evaluation) argument(at site, p param, caller *frame) value {
	call := at.call()
	if p.index < 0 {
		selector, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok {
			return unknownf(call.Pos(), "%s is not followed", show(call.Fun))
		}
		return ev.eval(selector.X, caller)
	}
	signature := p.fn.obj.Type().(*types.Signature)
	last := signature.Params().Len() - 1
	switch {
	case signature.Variadic() && p.index == last && !call.Ellipsis.IsValid():
		rest := list{}
		for i := last; i < len(call.Args); i++ {
			rest = append(rest, thunk{expr: call.Args[i], in: caller})
		}
		return rest
	case len(call.Args) <= p.index || !signature.Variadic() && len(call.Args) != last+1:
		return unknownf(call.Pos(), "the arguments of %s are not followed", show(call))
	}
	return ev.eval(call.Args[p.index], caller)
}
