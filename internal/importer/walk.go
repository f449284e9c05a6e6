package importer

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A walker fills the index from one declaration.
type walker struct {
	*index
	pkg  *pkg
	file *ast.File
	fn   *function
}

func (w *walker) site(e ast.Expr) site { return site{expr: e, pkg: w.pkg, file: w.file, fn: w.fn} }

func (w *walker) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ValueSpec:
		w.valueSpec(n)
	case *ast.AssignStmt:
		w.assignment(n)
	case *ast.IncDecStmt:
		w.write(n.X, write{kind: elsewhere, pos: n.Pos()})
	case *ast.RangeStmt:
		w.rangeStmt(n)
	case *ast.UnaryExpr:
		if v := w.variable(n.X); v != nil && n.Op == token.AND {
			w.addressed[v] = true
		}
	case *ast.CompositeLit:
		w.composite(n)
	case *ast.CallExpr:
		w.callExpr(n)
	case *ast.Ident:
		w.use(n)
	}
	return true
}

func (w *walker) valueSpec(n *ast.ValueSpec) {
	for i, name := range n.Names {
		v, ok := w.pkg.info.Defs[name].(*types.Var)
		if !ok {
			continue
		}
		entry := write{kind: zeroed, pos: name.Pos()}
		switch {
		case len(n.Values) == len(n.Names):
			entry = write{site: w.site(n.Values[i]), pos: name.Pos()}
		case len(n.Values) == 1:
			entry = write{site: w.site(n.Values[0]), result: i, pos: name.Pos()}
		}
		w.addWrite(v, name, entry)
	}
}

func (w *walker) assignment(n *ast.AssignStmt) {
	for i, left := range n.Lhs {
		entry := write{kind: elsewhere, pos: n.Pos()}
		switch {
		case n.Tok != token.ASSIGN && n.Tok != token.DEFINE:
		case len(n.Rhs) == len(n.Lhs):
			entry = write{site: w.site(n.Rhs[i]), pos: n.Pos()}
		case len(n.Rhs) == 1:
			entry = write{site: w.site(n.Rhs[0]), result: i, pos: n.Pos()}
		}
		w.write(left, entry)
	}
}

func (w *walker) rangeStmt(n *ast.RangeStmt) {
	for i, left := range []ast.Expr{n.Key, n.Value} {
		if left != nil {
			w.write(left, write{site: w.site(n.X), kind: ranged, result: i, pos: n.Pos()})
		}
	}
}

// write records an assignment to a variable, a field or an element.
func (w *walker) write(left ast.Expr, entry write) {
	switch left := ast.Unparen(left).(type) {
	case *ast.Ident:
		if v := w.variable(left); v != nil {
			w.addWrite(v, left, entry)
		}
	case *ast.SelectorExpr:
		if s := w.pkg.info.Selections[left]; s != nil && s.Kind() == types.FieldVal {
			w.addFieldWrite(s.Obj().(*types.Var), left, entry)
		} else if v := w.variable(left.Sel); v != nil {
			w.addWrite(v, left.Sel, entry)
		}
	case *ast.IndexExpr: // an element of what a variable holds is set
		if v := w.variable(left.X); v != nil {
			w.addWrite(v, nil, write{site: site{pkg: w.pkg, file: w.file, fn: w.fn}, kind: elsewhere, pos: entry.pos})
		}
	case *ast.StarExpr:
		if v := w.variable(left.X); v != nil {
			w.addWrite(v, nil, write{site: site{pkg: w.pkg, file: w.file, fn: w.fn}, kind: elsewhere, pos: entry.pos})
		}
	}
}

func (w *walker) addWrite(v *types.Var, ident *ast.Ident, entry write) {
	entry.pkg, entry.file, entry.fn, entry.ident = w.pkg, w.file, w.fn, ident
	w.writes[v.Origin()] = append(w.writes[v.Origin()], entry)
	if lit := literalOf(entry.expr); lit != nil && entry.kind == assigned {
		w.heldBy[lit] = v
	}
	if star, ok := entry.expr.(*ast.StarExpr); ok && entry.kind == assigned && isNamed(v.Type(), viewPath, "View") {
		copied := w.site(star)
		copied.held = v
		w.copies = append(w.copies, copied)
	}
}

// literalOf returns the literal of an expression such as &T{}, or nil.
func literalOf(e ast.Expr) *ast.CompositeLit {
	if address, ok := e.(*ast.UnaryExpr); ok && address.Op == token.AND {
		e = address.X
	}
	lit, _ := e.(*ast.CompositeLit)
	return lit
}

// addFieldWrite records an assignment to a field, under the field and under the variable
// that holds the struct.
func (w *walker) addFieldWrite(field *types.Var, left *ast.SelectorExpr, entry write) {
	entry.pkg, entry.file, entry.fn, entry.name, entry.later = w.pkg, w.file, w.fn, field.Name(), true
	if owner := w.variable(left.X); owner != nil {
		entry.owner = owner
		w.fieldsOf[owner] = append(w.fieldsOf[owner], entry)
	}
	w.writes[field.Origin()] = append(w.writes[field.Origin()], entry)
}

// variable returns the variable that an expression names, or nil.
func (w *walker) variable(e ast.Expr) *types.Var {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if v, ok := w.pkg.info.Defs[e].(*types.Var); ok {
			return v
		}
		v, _ := w.pkg.info.Uses[e].(*types.Var)
		return v
	case *ast.SelectorExpr:
		if w.pkg.info.Selections[e] == nil { // a variable of another package
			v, _ := w.pkg.info.Uses[e.Sel].(*types.Var)
			return v
		}
	}
	return nil
}

func (w *walker) composite(n *ast.CompositeLit) {
	t := w.pkg.info.TypeOf(n)
	if t == nil {
		return
	}
	s, ok := structOf(t)
	if !ok {
		return
	}
	if isNamed(t, viewPath, "View") {
		w.literals = append(w.literals, w.site(n))
	}
	for i, element := range n.Elts {
		entry := write{site: w.site(element), pos: element.Pos()}
		var field *types.Var
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			entry.expr = pair.Value
			if name, ok := pair.Key.(*ast.Ident); ok {
				field, _ = w.pkg.info.Uses[name].(*types.Var)
			}
		} else if i < s.NumFields() {
			field = s.Field(i)
		}
		if field != nil {
			entry.name = field.Name()
			w.writes[field.Origin()] = append(w.writes[field.Origin()], entry)
		}
	}
}

// structOf returns the struct type of a literal, which may be an elided pointer.
func structOf(t types.Type) (*types.Struct, bool) {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	s, ok := t.Underlying().(*types.Struct)
	return s, ok
}

func (w *walker) callExpr(n *ast.CallExpr) {
	at := w.site(n)
	w.calls = append(w.calls, at)
	w.called[calleeName(n)] = true
	obj := callee(w.pkg.info, n)
	if obj == nil {
		return
	}
	if recv := obj.Type().(*types.Signature).Recv(); recv != nil && types.IsInterface(recv.Type()) {
		w.interfaces[obj.Name()] = true
	}
	if f := w.function(obj); f != nil {
		f.calls = append(f.calls, at)
	}
}

// callee returns the function or method that a call names, or nil.
func callee(info *types.Info, call *ast.CallExpr) *types.Func {
	name := calleeName(call)
	if name == nil {
		return nil
	}
	f, _ := info.Uses[name].(*types.Func)
	return f
}

// calleeName returns the identifier of the called function, or nil.
func calleeName(call *ast.CallExpr) *ast.Ident {
	fun := ast.Unparen(call.Fun)
	switch generic := fun.(type) {
	case *ast.IndexExpr:
		fun = generic.X
	case *ast.IndexListExpr:
		fun = generic.X
	}
	switch fun := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return fun
	case *ast.SelectorExpr:
		return fun.Sel
	}
	return nil
}

// use records that a function is a value. A call is visited before the name in it.
func (w *walker) use(n *ast.Ident) {
	obj, ok := w.pkg.info.Uses[n].(*types.Func)
	if !ok {
		return
	}
	if f := w.function(obj); f != nil && !w.called[n] {
		f.used = append(f.used, n.Pos())
	}
}
