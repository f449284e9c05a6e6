package importer

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// A value is what an expression evaluates to: one of the types in this file, or nil for
// Go's nil.
type value any

// An unknown is a value that cannot be evaluated.
type unknown struct {
	at  token.Pos
	why string
}

func unknownf(at token.Pos, format string, args ...any) unknown {
	return unknown{at, fmt.Sprintf(format, args...)}
}

// A thunk is an expression that is evaluated when it is needed.
type thunk struct {
	expr ast.Expr
	in   *frame
	done value // if expr is nil
}

// A list is a slice or an array.
type list []thunk

// A table is a map.
type table struct {
	keys, values []thunk
}

// A structure is a struct, or a pointer to one.
type structure struct {
	lit    *ast.CompositeLit // nil for a zero value
	typ    *types.Struct
	in     *frame
	vars   *types.Var // the variable that holds it, whose fields may be set again; or nil
	holder *frame     // of that variable
}

// A measure is a measure of OpenCensus.
type measure struct {
	at                      token.Pos
	in                      *frame
	name, description, unit string
	float                   bool
	declared                *types.Var // the package variable that holds it, or nil
}

// A key is a tag key.
type key struct {
	at       token.Pos
	in       *frame
	name     string
	declared *types.Var // the package variable that holds it, or nil
}

// An aggregation is how a view aggregates.
type aggregation struct {
	kind    string // the schema's word
	bounds  []float64
	unknown *unknown // why the bounds are not known, or nil
}

// A basic is a string, number or boolean.
type basic struct{ constant.Value }

func text(s string) basic { return basic{constant.MakeString(s)} }

// asText returns a string value.
func asText(v value) (string, bool) {
	if b, ok := v.(basic); ok && b.Kind() == constant.String {
		return constant.StringVal(b.Value), true
	}
	return "", false
}

// asFloat returns a number.
func asFloat(v value) (float64, bool) {
	b, ok := v.(basic)
	if !ok {
		return 0, false
	}
	if f := constant.ToFloat(b.Value); f.Kind() == constant.Float {
		number, _ := constant.Float64Val(f)
		return number, true
	}
	return 0, false
}

// zeroOf returns the zero value of a type, as far as it matters.
func zeroOf(t types.Type) value {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		switch info := t.Info(); {
		case info&types.IsString != 0:
			return text("")
		case info&types.IsBoolean != 0:
			return basic{constant.MakeBool(false)}
		case info&types.IsNumeric != 0:
			return basic{constant.MakeInt64(0)}
		}
	case *types.Slice:
		return list{}
	case *types.Struct:
		return structure{typ: t}
	}
	return nil
}

// isNamed reports whether a type, or the type that it points to, is the named one.
func isNamed(t types.Type, path, name string) bool {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	return ok && n.Obj().Name() == name && n.Obj().Pkg() != nil && unvendored(n.Obj().Pkg().Path()) == path
}
