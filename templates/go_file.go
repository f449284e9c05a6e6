package templates

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"
)

// A GoFile is the beginning of the generated file.
type GoFile struct {
	Header  []string // lines of comment at the top, e.g. "// Schema: metrics.yaml"
	Schema  string   // base name, e.g. "metrics.yaml"
	Package string
	Command bool // package main, whose doc comment describes the command and is in another file
	Doc     Doc
	Imports []Import
}

// An Import is how the file imports a package if a declaration uses it.
type Import struct {
	Path, Name string
	Alias      bool // the name is written before the path, because it is not the path's last element

	// Blank is the reason to import the package even if no declaration uses it, or "".
	Blank string
}

// head returns the file up to its imports, which are those of the paths in used.
func (file GoFile) head(used map[string]bool) ([]byte, error) {
	f := jen.NewFile(file.Package)
	for _, line := range file.Header {
		f.HeaderComment(line)
	}
	if !file.Command {
		for _, line := range docLines("Package "+file.Package+" records the metrics of "+file.Schema, file.Doc, nil) {
			f.PackageComment(strings.TrimSpace("// " + line))
		}
	}
	f.Add(importDecl(file.Imports, used))
	var out bytes.Buffer
	if err := f.Render(&out); err != nil {
		return nil, fmt.Errorf("ocgen bug: %w", err)
	}
	return out.Bytes(), nil
}

// importDecl emits
//
//	import (
//		"<path>"
//
//		<Name> "<path>"
//	)
//
// with the standard library's packages before the others, and nothing if none
// is used. A path without a dot in its first element is the standard library's.
// jennifer has no import declaration, only imports that it finds in a file's own
// declarations, and these are rendered elsewhere: so the keyword is an Id here.
func importDecl(imports []Import, used map[string]bool) jen.Code {
	var std, others []jen.Code
	for _, i := range slices.SortedFunc(slices.Values(imports), func(a, b Import) int { return strings.Compare(a.Path, b.Path) }) {
		spec := jen.Lit(i.Path)
		if i.Alias {
			spec = jen.Id(i.Name).Lit(i.Path)
		}
		switch first, _, _ := strings.Cut(i.Path, "/"); {
		case !used[i.Path] && i.Blank != "":
			others = append(others, jen.Id("_").Lit(i.Path).Comment("// "+i.Blank))
		case !used[i.Path]:
		case strings.Contains(first, "."):
			others = append(others, spec)
		default:
			std = append(std, spec)
		}
	}
	if len(std) > 0 && len(others) > 0 {
		std = append(std, jen.Empty())
	}
	switch specs := append(std, others...); len(specs) {
	case 0:
		return jen.Null()
	case 1:
		return jen.Id("import").Add(specs...)
	default:
		return jen.Id("import").Custom(jen.Options{Open: "(", Close: ")", Multi: true}, specs...)
	}
}
