package importer

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// Variables are evaluated by their assignments. This file decides which of them count at
// a place. It knows blocks, and neither conditions nor the number of rounds of a loop.

// enclosing returns the blocks around a place inside of its top-level declaration that
// run under a condition, several times, or as a function of their own. The outermost is
// the first.
func enclosing(file *ast.File, pos token.Pos) []ast.Node {
	var blocks []ast.Node
	i, found := slices.BinarySearchFunc(file.Decls, pos, func(d ast.Decl, pos token.Pos) int {
		switch {
		case d.End() <= pos:
			return -1
		case d.Pos() > pos:
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	ast.Inspect(file.Decls[i], func(n ast.Node) bool {
		if n == nil || pos < n.Pos() || pos >= n.End() {
			return false
		}
		switch n := n.(type) {
		case *ast.IfStmt:
			if n.Body.Pos() <= pos && pos < n.Body.End() {
				blocks = append(blocks, n.Body)
			} else if n.Else != nil && n.Else.Pos() <= pos {
				blocks = append(blocks, n.Else)
			}
		case *ast.CaseClause, *ast.CommClause, *ast.FuncLit, *ast.ForStmt:
			blocks = append(blocks, n)
		case *ast.RangeStmt:
			if n.Body.Pos() <= pos {
				blocks = append(blocks, n)
			}
		}
		return true
	})
	return blocks
}

// repeats reports whether a block can run several times, or at another time.
func repeats(n ast.Node) bool {
	switch n.(type) {
	case *ast.ForStmt, *ast.RangeStmt, *ast.FuncLit:
		return true
	}
	return false
}

// A reach says whether an assignment counts at a use.
type reach int

const (
	never     reach = iota // it comes later
	sometimes              // it stands in a branch, loop or closure
	always
)

// reaches says whether a local variable's assignment counts at a use of it. The blocks
// of its declaration are around both.
func reaches(w write, use, declaration token.Pos) reach {
	outer, here := enclosing(w.file, declaration), enclosing(w.file, use)
	for _, block := range enclosing(w.file, w.pos) {
		if slices.Contains(outer, block) {
			continue
		}
		if repeats(block) || !slices.Contains(here, block) && w.pos < use {
			return sometimes
		}
	}
	switch {
	case w.pos < use:
		return always
	case slices.ContainsFunc(here, func(b ast.Node) bool { return repeats(b) && !slices.Contains(outer, b) }):
		return sometimes // the use is in a loop or closure, and may come after it
	}
	return never
}

// isLocal reports whether a variable is declared inside of a function.
func isLocal(v *types.Var) bool {
	return v.Pkg() != nil && v.Parent() != nil && v.Parent() != v.Pkg().Scope()
}

// isAppend reports whether a write appends to the variable itself, as in
// keys = append(keys, k).
func (ix *index) isAppend(w write, v *types.Var) bool {
	call, ok := w.expr.(*ast.CallExpr)
	if !ok || w.kind != assigned || len(call.Args) == 0 {
		return false
	}
	name, ok := ast.Unparen(call.Fun).(*ast.Ident)
	if !ok || w.pkg.info.Uses[name] != types.Universe.Lookup("append") {
		return false
	}
	first, ok := ast.Unparen(call.Args[0]).(*ast.Ident)
	return ok && w.pkg.info.Uses[first] == v
}
