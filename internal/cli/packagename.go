package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"github.com/ocgen/ocgen/internal/outfiles"
)

// DefaultPackage returns the name of the Go package that a file belongs to by
// the folder that it is in, whether or not the file or folder exists: the
// package clause of the Go files there, else the folder's name if it can be a
// package's, else "". It is "" too if the Go files disagree.
func DefaultPackage(file string) string {
	dir := filepath.Dir(file)
	name, files := clauseIn(dir, func(string, []byte) bool { return true })
	if files > 0 {
		return name
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	if base := filepath.Base(abs); isPackageName(base) {
		return base
	}
	return ""
}

// PackageBeside returns the package clause of the Go files beside a file; "" if there
// are none or they disagree. The file itself is left out, and so are other files that
// ocgen wrote: they follow their schema, and the old file of a schema that was renamed
// is about to be deleted.
func PackageBeside(file string) string {
	name, _ := clauseIn(filepath.Dir(file), func(name string, head []byte) bool {
		return name != filepath.Base(file) && !outfiles.IsGenerated(head)
	})
	return name
}

// isPackageName reports whether a schema may have the name as its package:
// ASCII, since import paths end in it, not "…_test", which is an external test, and not
// "documentation", whose files go/build ignores.
func isPackageName(name string) bool {
	beyondASCII := func(r rune) bool { return r > unicode.MaxASCII }
	return token.IsIdentifier(name) && name != "_" && name != "documentation" && !strings.HasSuffix(name, "_test") && !strings.ContainsFunc(name, beyondASCII)
}

// clauseIn returns the package clause of the Go files in a folder that count, and the
// number of files with one.
func clauseIn(dir string, counts func(name string, head []byte) bool) (name string, files int) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", 0
	}
	for _, entry := range entries {
		if !entry.Type().IsRegular() || !strings.HasSuffix(entry.Name(), ".go") {
			continue
		}
		head := readHead(filepath.Join(dir, entry.Name()))
		clause, ok := clauseOf(entry.Name(), head)
		if !ok || !counts(entry.Name(), head) {
			continue
		}
		if files++; files > 1 && clause != name {
			return "", files
		}
		name = clause
	}
	return name, files
}

// clauseBytes are read of a Go file to find its package clause: more than any
// licence that stands before it.
const clauseBytes = 64 << 10

// readHead returns the beginning of a file, as far as it can be read.
func readHead(path string) []byte {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	head, _ := io.ReadAll(io.LimitReader(file, clauseBytes))
	return head
}

// clauseOf returns the package clause of a Go file that begins so. Three kinds have none
// that counts: external tests, files that the go command ignores and what cannot be
// parsed.
func clauseOf(file string, head []byte) (name string, ok bool) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "", head, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return "", false
	}
	name = parsed.Name.Name
	external := strings.HasSuffix(file, "_test.go") && strings.HasSuffix(name, "_test")
	return name, !external && !ignored(parsed) && name != "documentation"
}

// ignored reports whether a file is kept out of every build, as scripts beside
// a package are.
func ignored(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if strings.TrimSpace(comment.Text) == "//go:build ignore" {
				return true
			}
		}
	}
	return false
}
