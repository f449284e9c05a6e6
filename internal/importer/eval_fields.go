package importer

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// selector evaluates a variable or constant of another package, or a field.
func (ev *evaluation) selector(e *ast.SelectorExpr, in *frame) value {
	selection := in.pkg.info.Selections[e]
	if selection == nil {
		if in.pkg.info.Uses[e.Sel] == nil {
			return unknownf(e.Pos(), "%s was not read", show(e))
		}
		return ev.ident(e.Sel, in)
	}
	field, ok := selection.Obj().(*types.Var)
	if !ok || selection.Kind() != types.FieldVal {
		return unknownf(e.Pos(), "%s is not followed", show(e))
	}
	return ev.field(e, field, in)
}

// field evaluates a field: of the struct, if that can be evaluated, otherwise by the
// only assignment to the field in all packages that were read.
func (ev *evaluation) field(e *ast.SelectorExpr, field *types.Var, in *frame) value {
	base := ev.try(func() value { return ev.eval(e.X, in) })
	writes := ev.writes[field.Origin()]
	if s, ok := base.(structure); ok {
		if v, ok := ev.fieldOf(s, field.Name()); ok {
			ev.settable(field, writes, e)
			return v
		}
	}
	switch {
	case len(writes) == 1:
		w := writes[0]
		ev.settable(field, nil, e)
		return ev.written(w, field, ev.frameAt(fmt.Sprint("@", w.pos), w.site, 0))
	case len(writes) == 0:
		return unknownf(e.Pos(), "the field %s has no assignment in the packages that were read", show(e))
	}
	if base = ev.eval(e.X, in); base == undecided {
		return undecided // with a choice the struct may be known
	}
	if u, ok := isUnknown(base); ok && ev.missing != nil {
		return u
	}
	return unknownf(e.Pos(), "the field %s has %d assignments", show(e), len(writes))
}

// settable notes that a field can have another value than in the literal, where all
// values count.
func (ev *evaluation) settable(field *types.Var, writes []write, e *ast.SelectorExpr) {
	if !ev.values {
		return
	}
	if field.Exported() {
		ev.leaks(false, unknownf(e.Pos(), "the field %s may be set by decoding or by other packages", field.Name()))
	}
	for _, w := range writes {
		if w.later {
			ev.leaks(false, unknownf(w.pos, "the field %s is set again", field.Name()))
		}
	}
}

// fieldOf evaluates a field of a struct. It reports whether the struct has the field
// itself, and not through an embedded one.
func (ev *evaluation) fieldOf(s structure, name string) (value, bool) {
	i := fieldIndex(s.typ, name)
	if i < 0 {
		return nil, false
	}
	if w, v := ev.setAgain(s, name); w != nil {
		return v, true
	}
	if s.lit == nil {
		return zeroOf(s.typ.Field(i).Type()), true
	}
	for j, element := range s.lit.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		switch {
		case !ok && j == i:
			return ev.eval(element, s.in), true
		case ok && isName(pair.Key, name):
			return ev.eval(pair.Value, s.in), true
		}
	}
	return zeroOf(s.typ.Field(i).Type()), true
}

func fieldIndex(t *types.Struct, name string) int {
	for i := range t.NumFields() {
		if t.Field(i).Name() == name {
			return i
		}
	}
	return -1
}

func isName(e ast.Expr, name string) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == name
}

// setAgain evaluates a field that is set through the variable that holds the struct, as
// in v.TagKeys = keys. It returns nil if there is no such assignment.
func (ev *evaluation) setAgain(s structure, name string) (*write, value) {
	if s.vars == nil {
		return nil, nil
	}
	writes := slices.DeleteFunc(slices.Clone(ev.fieldsOf[s.vars]), func(w write) bool { return w.name != name })
	if len(writes) == 0 {
		return nil, nil
	}
	w := writes[len(writes)-1]
	known := w.kind == assigned && s.holder != nil && w.fn == s.holder.fn && isLocal(s.vars)
	for _, other := range writes {
		known = known && reaches(other, endOf(other.file, other.pos), s.vars.Pos()) == always
	}
	if !known {
		return &w, unknownf(w.pos, "%s is set again", name)
	}
	if call, ok := w.expr.(*ast.CallExpr); ok && len(writes) == 1 && appendsToField(call, name) {
		held := s
		held.vars = nil
		before, _ := ev.fieldOf(held, name)
		return &w, ev.extend(before, call, s.holder)
	}
	return &w, ev.written(w, s.vars, s.holder)
}

// endOf returns the end of the declaration around a place.
func endOf(file *ast.File, pos token.Pos) token.Pos {
	for _, d := range file.Decls {
		if d.Pos() <= pos && pos < d.End() {
			return d.End() - 1
		}
	}
	return pos
}

// appendsToField reports whether a call is append(v.Name, …).
func appendsToField(call *ast.CallExpr, name string) bool {
	if !isName(ast.Unparen(call.Fun), "append") || len(call.Args) == 0 {
		return false
	}
	first, ok := call.Args[0].(*ast.SelectorExpr)
	return ok && first.Sel.Name == name
}
