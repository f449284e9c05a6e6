package importer

import (
	"fmt"
	"go/token"
	"path"
	"path/filepath"
	"strings"
	"unicode"
)

// A Place is a position in Go source. The file is relative to the folder where the
// import runs. A file of a dependency has the module in its place, e.g.
// "go.opencensus.io@v0.24.0/plugin/ochttp/stats.go".
type Place struct {
	File      string
	Line, Col int
}

// String returns "file:line".
func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// place returns where a position is.
func (prog *program) place(pos token.Pos) Place {
	at := prog.fset.PositionFor(pos, false)
	return Place{prog.fileName(at.Filename), at.Line, at.Column}
}

func (prog *program) fileName(file string) string {
	if rel, err := filepath.Rel(prog.root, file); err == nil && filepath.IsLocal(rel) {
		return printable(filepath.ToSlash(rel))
	}
	dir := filepath.Dir(file)
	for _, p := range prog.packages {
		if p.Dir != dir {
			continue
		}
		if p.Module == nil || p.Module.Main {
			break
		}
		version := p.Module.Path
		if p.Module.Version != "" {
			version += "@" + p.Module.Version
		}
		return path.Join(version, strings.TrimPrefix(unvendored(p.ImportPath), p.Module.Path), filepath.Base(file))
	}
	if rel, err := filepath.Rel(prog.root, file); err == nil {
		return printable(filepath.ToSlash(rel)) // another module of the workspace, e.g. ../lib
	}
	return printable(filepath.Base(file))
}

// printable returns a text in one line, without characters that change how a line is
// shown.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case !unicode.IsPrint(r) || r == unicode.ReplacementChar:
			return '?'
		}
		return r
	}, s)
}
