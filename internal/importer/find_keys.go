package importer

import (
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// passed returns the names of the keys that an expression can be: those in the
// arguments that the expression comes from, such as opts[i] of a variadic parameter. It
// reports whether these are all.
func (f *valueFinder) passed(e ast.Expr, s site, level int) (names []string, known bool) {
	if level > mostCallers {
		return nil, false
	}
	switch e := ast.Unparen(e).(type) {
	case *ast.IndexExpr:
		return f.passed(e.X, s, level)
	case *ast.TypeAssertExpr:
		return f.passed(e.X, s, level)
	case *ast.SliceExpr:
		return f.passed(e.X, s, level)
	case *ast.SelectorExpr:
		if selection := s.pkg.info.Selections[e]; selection != nil && selection.Kind() == types.FieldVal {
			return f.passedToField(selection.Obj().(*types.Var).Origin(), e, s, level)
		}
	case *ast.Ident:
		if v, ok := s.pkg.info.Uses[e].(*types.Var); ok {
			return f.passedToVariable(v.Origin(), s, level)
		}
	}
	return nil, false
}

// passedToField follows a field with one assignment, or a field of a variable.
func (f *valueFinder) passedToField(field *types.Var, e *ast.SelectorExpr, s site, level int) ([]string, bool) {
	if writes := f.writes[field]; len(writes) == 1 && writes[0].kind == assigned {
		return f.passed(writes[0].expr, writes[0].site, level+1)
	}
	return f.passed(e.X, s, level)
}

func (f *valueFinder) passedToVariable(v *types.Var, s site, level int) ([]string, bool) {
	if p, ok := f.params[v]; ok && p.index >= 0 {
		return f.passedToParam(p, level)
	}
	if writes := f.writes[v]; len(writes) == 1 && writes[0].expr != nil {
		return f.passed(writes[0].expr, writes[0].site, level)
	}
	return nil, false
}

// passedToParam returns the keys in the arguments of all calls.
func (f *valueFinder) passedToParam(p param, level int) (names []string, known bool) {
	if len(p.fn.used) > 0 || f.interfaces[p.fn.obj.Name()] {
		return nil, false
	}
	variadic := p.fn.obj.Type().(*types.Signature).Variadic()
	for _, call := range p.fn.calls {
		args := call.call().Args
		if p.index >= len(args) {
			continue
		}
		if !variadic || call.call().Ellipsis.IsValid() {
			more, ok := f.passed(args[p.index], call, level+1)
			if !ok {
				return nil, false
			}
			names = append(names, more...)
			continue
		}
		for _, arg := range args[p.index:] {
			more, ok := f.keysOf(arg, call)
			if !ok {
				return nil, false
			}
			names = append(names, more...)
		}
	}
	return names, true
}

// keysOf returns the keys that an argument can be. An argument of another type is none.
func (f *valueFinder) keysOf(arg ast.Expr, s site) (names []string, known bool) {
	t := s.pkg.info.TypeOf(arg)
	if t == nil || !isNamed(t, tagPath, "Key") {
		return nil, t != nil && !types.IsInterface(t)
	}
	all, known := outcomes(f.index, true, func(ev *evaluation) value { return ev.eval(arg, ev.frameAt(rootOf(s), s, 0)) })
	for _, v := range all {
		k, ok := v.(key)
		names, known = append(names, k.name), known && ok
	}
	return names, known
}

// addExportedKeys notes the tags whose keys code that was not read can use: exported
// variables and functions of packages that it can import.
func (f *valueFinder) addExportedKeys() {
	for _, p := range f.prog.packages {
		exposed := f.prog.exposureOf(p)
		if p.depth != whole || !p.main || p.types == nil || exposed == hidden {
			continue
		}
		scope := p.types.Scope()
		for _, name := range scope.Names() {
			if v, ok := scope.Lookup(name).(*types.Var); ok && v.Exported() && holdsKeys(v.Type()) {
				f.exportedVariable(v, exposed)
			}
		}
	}
	for _, fn := range f.order {
		results := fn.obj.Type().(*types.Signature).Results()
		exposed := f.prog.exposureOf(fn.pkg)
		if !fn.pkg.main || !fn.obj.Exported() || results.Len() == 0 || !holdsKeys(results.At(0).Type()) || exposed == hidden {
			continue
		}
		f.exportedFunction(fn, exposed)
	}
}

// holdsKeys reports whether a type is a tag key or a list of them.
func holdsKeys(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Slice:
		return isNamed(t.Elem(), tagPath, "Key")
	case *types.Map:
		return isNamed(t.Elem(), tagPath, "Key") || isNamed(t.Key(), tagPath, "Key")
	}
	return isNamed(t, tagPath, "Key")
}

func (f *valueFinder) exportedVariable(v *types.Var, exposed exposure) {
	at := v.Pos()
	all, complete := outcomes(f.index, true, func(ev *evaluation) value {
		return ev.variable(v, &ast.Ident{NamePos: at, Name: v.Name()}, &frame{})
	})
	f.exported(all, complete, at, v.Name(), exposed)
}

func (f *valueFinder) exportedFunction(fn *function, exposed exposure) {
	at := fn.decl.Pos()
	var all []value
	complete := fn.decl.Body != nil
	if complete {
		for _, r := range returnsOf(fn.decl.Body) {
			if len(r.Results) == 0 {
				complete = false
				continue
			}
			s := site{expr: r.Results[0], pkg: fn.pkg, file: fn.file, fn: fn}
			made := false
			some, whole := outcomes(f.index, true, func(ev *evaluation) value {
				v := ev.eval(s.expr, ev.frameAt(rootOf(s), s, 0))
				made = made || ev.callers > 0
				return v
			})
			if made {
				continue // a function that makes keys of names, as tag.NewKey does
			}
			all, complete = append(all, some...), complete && whole
		}
	}
	f.exported(all, complete, at, fn.name(), exposed)
}

// exported notes the exported keys among values. If one is not known, it can be any.
func (f *valueFinder) exported(all []value, complete bool, at token.Pos, name string, exposed exposure) {
	why := exportLeak(at, name, exposed)
	names := map[string]bool{}
	for _, v := range all {
		complete = f.keyNames(v, names) && complete
	}
	for name := range names {
		t := f.of(name)
		t.open = append(t.open, why)
	}
	if !complete {
		f.everyTag = append(f.everyTag, why)
	}
}

// keyNames adds the names of the keys in a value. It reports whether all are known.
func (f *valueFinder) keyNames(v value, names map[string]bool) bool {
	switch v := v.(type) {
	case key:
		names[v.name] = true
		return true
	case list:
		known := true
		for _, t := range v {
			all, complete := outcomes(f.index, true, func(ev *evaluation) value { return ev.get(t) })
			for _, element := range all {
				k, ok := element.(key)
				complete = complete && ok
				if ok {
					names[k.name] = true
				}
			}
			known = known && complete
		}
		return known
	}
	return v == nil
}

// addIgnoredFiles notes files that build constraints leave out here, and that set tags.
func (f *valueFinder) addIgnoredFiles() {
	for _, p := range f.prog.packages {
		if !p.main {
			continue
		}
		for _, name := range p.IgnoredGoFiles {
			src, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil || strings.HasSuffix(name, "_test.go") || !strings.Contains(string(src), `"`+tagPath+`"`) {
				continue
			}
			at := token.NoPos
			if len(p.files) > 0 {
				at = p.files[0].Package
			}
			f.everyTag = append(f.everyTag, leak{unknown: unknownf(at, "build constraints leave out %s, which sets tags", name)})
		}
	}
}
