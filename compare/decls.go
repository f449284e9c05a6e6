package compare

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"
)

// An api is the exported declarations of a generated Go file, in its order. Methods are
// named "Type.Method".
type api struct {
	names   []string
	decls   map[string]decl
	aliases map[string]string // former names of types, e.g. "Result" for "Outcome"
	forward map[string]string // former names of constants and variables
}

// A decl is a declaration without its body and its comments.
type decl struct {
	is     string  // "const", "var", "type" or "func"
	typ    string  // the type, or the results of a function
	params []param // of a function
}

// A param is a parameter of a function. The name says what its argument is recorded as,
// where the type does not.
type param struct{ name, typ string }

// String returns the declaration as it is compared and shown in messages.
func (d decl) String() string {
	if d.is == "func" {
		return "func" + d.list(func(p param) string { return p.typ }) + d.typ
	}
	return strings.TrimSpace(d.is + " " + d.typ)
}

// signature returns the parameters with their names, without the ctx that all recorders
// have, e.g. "(route Route, tenant Tenant)".
func (d decl) signature() string {
	return d.list(func(p param) string {
		if p.typ == "context.Context" {
			return ""
		}
		return strings.TrimSpace(p.name + " " + p.typ)
	})
}

func (d decl) list(text func(param) string) string {
	var all []string
	for _, p := range d.params {
		if t := text(p); t != "" {
			all = append(all, t)
		}
	}
	return "(" + strings.Join(all, ", ") + ")"
}

// parseAPI reads the exported declarations of a generated file.
func parseAPI(source []byte) (api, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
	if err != nil {
		return api{}, err
	}
	a := api{decls: map[string]decl{}, aliases: map[string]string{}, forward: map[string]string{}}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			a.addFunc(d)
		case *ast.GenDecl:
			a.addGroup(d)
		}
	}
	a.resolve()
	return a, nil
}

// resolve gives former names the declarations of the names that they stand for. The former
// name of a type has its methods.
func (a *api) resolve() {
	for old, name := range a.forward {
		a.decls[old] = a.decls[name]
	}
	for old, name := range a.aliases {
		a.decls[old] = a.decls[name]
		for _, method := range a.names {
			if of, rest, isMethod := strings.Cut(method, "."); isMethod && of == name {
				a.decls[old+"."+rest] = a.decls[method]
			}
		}
	}
}

var exportedName = regexp.MustCompile(`\b[A-Z]\w*`)

// current returns a declaration of the base with the names that its types have now.
func (a api) current(d decl) decl {
	rename := func(typ string) string {
		return exportedName.ReplaceAllStringFunc(typ, func(name string) string { return cmp.Or(a.aliases[name], name) })
	}
	d.typ, d.params = rename(d.typ), slices.Clone(d.params)
	for i := range d.params {
		d.params[i].typ = rename(d.params[i].typ)
	}
	return d
}

func (a *api) add(name string, d decl) {
	for part := range strings.SplitSeq(name, ".") {
		if !ast.IsExported(part) {
			return
		}
	}
	a.names = append(a.names, name)
	a.decls[name] = d
}

func (a *api) addFunc(f *ast.FuncDecl) {
	name := f.Name.Name
	if f.Recv != nil {
		name = types.ExprString(f.Recv.List[0].Type) + "." + name
	}
	d := decl{is: "func", params: paramsOf(f.Type.Params)}
	var results []string
	if f.Type.Results != nil {
		for _, p := range paramsOf(f.Type.Results) {
			results = append(results, p.typ)
		}
		d.typ = " (" + strings.Join(results, ", ") + ")"
	}
	a.add(name, d)
}

func paramsOf(list *ast.FieldList) []param {
	var all []param
	for _, field := range list.List {
		typ := types.ExprString(field.Type)
		if len(field.Names) == 0 {
			all = append(all, param{typ: typ})
		}
		for _, name := range field.Names {
			all = append(all, param{name.Name, typ})
		}
	}
	return all
}

// addGroup adds the declarations of a const, var or type. A constant without a type has
// the type of the one before it, since generated constants count.
func (a *api) addGroup(g *ast.GenDecl) {
	typ := ""
	for _, spec := range g.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Assign.IsValid() {
				a.aliases[spec.Name.Name] = types.ExprString(spec.Type)
			}
			a.add(spec.Name.Name, decl{is: "type", typ: underlying(spec.Type)})
		case *ast.ValueSpec:
			if spec.Type != nil {
				typ = types.ExprString(spec.Type)
			} else if g.Tok == token.VAR {
				typ = typeOf(spec.Values)
			}
			for i, name := range spec.Names {
				if i < len(spec.Values) {
					a.addForward(name.Name, spec.Values[i])
				}
				a.add(name.Name, decl{is: g.Tok.String(), typ: typ})
			}
		}
	}
}

// addForward notes that a constant or variable is the former name of another.
func (a *api) addForward(name string, value ast.Expr) {
	if other, ok := value.(*ast.Ident); ok && other.IsExported() {
		a.forward[name] = other.Name
	}
}

// underlying returns the kind of a type, as far as callers depend on it: the fields of
// structs are not exported, and the size of a closed tag's integer is no promise.
func underlying(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StructType:
		return "struct"
	case *ast.Ident:
		if strings.HasPrefix(e.Name, "uint") {
			return "integer"
		}
	}
	return types.ExprString(e)
}

// constructed are the types of variables by the functions that make them.
var constructed = map[string]string{
	"stats.Float64":  "*stats.Float64Measure",
	"stats.Int64":    "*stats.Int64Measure",
	"tag.MustNewKey": "tag.Key",

	"view.Count":        "*view.Aggregation",
	"view.Sum":          "*view.Aggregation",
	"view.LastValue":    "*view.Aggregation",
	"view.Distribution": "*view.Aggregation",
}

// typeOf returns the type of a variable by its value. It need not be exact, as long as
// values of two types give two texts.
func typeOf(values []ast.Expr) string {
	switch v := values[0].(type) {
	case *ast.CallExpr:
		made := types.ExprString(v.Fun)
		if typ := constructed[made]; typ != "" {
			return typ
		}
		return made
	case *ast.UnaryExpr:
		if lit, ok := v.X.(*ast.CompositeLit); ok {
			return "*" + types.ExprString(lit.Type)
		}
	}
	return types.ExprString(values[0])
}
