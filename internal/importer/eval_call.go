package importer

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
)

// call evaluates one result of a call.
func (ev *evaluation) call(e *ast.CallExpr, result int, in *frame) value {
	if tv, ok := in.pkg.info.Types[e.Fun]; ok && tv.IsType() {
		return ev.conversion(e, in)
	}
	if name, ok := ast.Unparen(e.Fun).(*ast.Ident); ok {
		if b, ok := in.pkg.info.Uses[name].(*types.Builtin); ok {
			return ev.builtin(e, b.Name(), in)
		}
	}
	obj := callee(in.pkg.info, e)
	if obj == nil {
		return unknownf(e.Pos(), "%s is not followed", show(e))
	}
	if f := known[fullName(obj)]; f != nil {
		return f(ev, e, result, in)
	}
	f := ev.function(obj)
	switch recv := obj.Type().(*types.Signature).Recv(); {
	case recv != nil && types.IsInterface(recv.Type()):
		return unknownf(e.Pos(), "%s is called through an interface", show(e.Fun))
	case f == nil || f.decl.Body == nil:
		return unknownf(e.Pos(), "%s calls a function that was not read", show(e))
	}
	return ev.returned(e, f, result, in)
}

// fullName returns the name of a function with its package, or of a method with the
// package and the type, e.g. "go.opencensus.io/tag.Key.Name".
func fullName(obj *types.Func) string {
	if obj.Pkg() == nil {
		return obj.Name()
	}
	name := obj.Name()
	if recv := obj.Type().(*types.Signature).Recv(); recv != nil {
		t := recv.Type()
		if p, ok := t.(*types.Pointer); ok {
			t = p.Elem()
		}
		if n, ok := types.Unalias(t).(*types.Named); ok {
			name = n.Obj().Name() + "." + name
		}
	}
	return unvendored(obj.Pkg().Path()) + "." + name
}

// conversion evaluates T(x).
func (ev *evaluation) conversion(e *ast.CallExpr, in *frame) value {
	if len(e.Args) != 1 {
		return unknownf(e.Pos(), "%s is not followed", show(e))
	}
	v, to := ev.eval(e.Args[0], in), in.pkg.info.TypeOf(e)
	b, ok := v.(basic)
	if !ok || to == nil {
		return v
	}
	t, ok := to.Underlying().(*types.Basic)
	switch {
	case !ok:
		return v
	case b.Kind() == constant.String && t.Info()&types.IsString != 0:
		return v
	case isNumber(b) && t.Info()&types.IsFloat != 0:
		return basic{constant.ToFloat(b.Value)}
	case isNumber(b) && t.Info()&types.IsInteger != 0:
		if whole := constant.ToInt(b.Value); whole.Kind() == constant.Int {
			return basic{whole}
		}
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

func (ev *evaluation) builtin(e *ast.CallExpr, name string, in *frame) value {
	switch {
	case name == "append" && len(e.Args) > 0:
		return ev.extend(ev.eval(e.Args[0], in), e, in)
	case name == "make" && len(e.Args) > 1:
		if n, ok := ev.eval(e.Args[1], in).(basic); ok && constant.Sign(n.Value) == 0 {
			return list{}
		}
	case name == "new" && len(e.Args) == 1:
		if t := in.pkg.info.TypeOf(e.Args[0]); t != nil {
			return zeroOf(t)
		}
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

// extend evaluates append(start, …), with the start evaluated already.
func (ev *evaluation) extend(start value, e *ast.CallExpr, in *frame) value {
	if start == nil {
		start = list{}
	}
	elements, ok := start.(list)
	if !ok {
		if u, ok := isUnknown(start); ok {
			return u
		}
		return unknownf(e.Pos(), "%s is not followed", show(e))
	}
	all := append(list{}, elements...)
	for i, arg := range e.Args[1:] {
		if !e.Ellipsis.IsValid() || i < len(e.Args)-2 {
			all = append(all, thunk{expr: arg, in: in})
			continue
		}
		switch more := ev.eval(arg, in).(type) {
		case list:
			all = append(all, more...)
		case nil:
		case unknown:
			return more
		default:
			return unknownf(arg.Pos(), "%s is not followed", show(arg))
		}
	}
	return all
}

// returned evaluates a result of a function that has one return, or one of the results
// of a function with several where all values count.
func (ev *evaluation) returned(e *ast.CallExpr, f *function, result int, in *frame) value {
	returns := returnsOf(f.decl.Body)
	if len(returns) == 0 || len(returns) > 1 && !ev.values {
		return unknownf(e.Pos(), "%s has branches or loops", show(e))
	}
	i, ok := ev.choose(fmt.Sprint(in.id, ">", e.Pos()), len(returns))
	if !ok {
		return undecided
	}
	at := &site{expr: e, pkg: in.pkg, file: in.file, fn: in.fn}
	callee := &frame{id: fmt.Sprint(in.id, ">", e.Pos()), pkg: f.pkg, file: f.file, fn: f, call: at, caller: in}
	switch exprs := returns[i].Results; {
	case result < len(exprs) && len(exprs) > 1, result == 0 && len(exprs) == 1:
		return ev.eval(exprs[result], callee)
	case len(exprs) == 1:
		if inner, ok := ast.Unparen(exprs[0]).(*ast.CallExpr); ok {
			return ev.call(inner, result, callee)
		}
	case len(exprs) == 0:
		return ev.namedResult(returns[i], f, result, callee)
	}
	return unknownf(e.Pos(), "%s is not followed", show(e))
}

// namedResult evaluates a named result at a bare return.
func (ev *evaluation) namedResult(at *ast.ReturnStmt, f *function, result int, in *frame) value {
	results := f.obj.Type().(*types.Signature).Results()
	if result >= results.Len() {
		return unknownf(at.Pos(), "%s is not followed", f.name())
	}
	v := results.At(result)
	if len(ev.writes[v]) == 0 {
		return zeroOf(v.Type())
	}
	return ev.local(v, ev.writes[v], &ast.Ident{NamePos: at.Pos(), Name: v.Name()}, in)
}

// returnsOf returns the return statements of a function, without those of function
// literals in it.
func returnsOf(body *ast.BlockStmt) []*ast.ReturnStmt {
	var list []*ast.ReturnStmt
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			list = append(list, n)
		}
		return true
	})
	return list
}

// args evaluates all arguments of a call. It returns the reason if one is not known.
func (ev *evaluation) args(e *ast.CallExpr, in *frame) ([]value, *unknown) {
	var all []value
	for i, arg := range e.Args {
		v := ev.eval(arg, in)
		if u, ok := isUnknown(v); ok {
			return nil, &u
		}
		if rest, ok := v.(list); ok && e.Ellipsis.IsValid() && i == len(e.Args)-1 {
			for _, t := range rest {
				element := ev.get(t)
				if u, ok := isUnknown(element); ok {
					return nil, &u
				}
				all = append(all, element)
			}
			continue
		}
		all = append(all, v)
	}
	return all, nil
}
