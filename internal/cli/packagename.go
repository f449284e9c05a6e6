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

// DefaultPackage returns the Go package of a file by its folder. The file and the
// folder need not exist. It is the package clause of the Go files in the folder,
// otherwise the folder's name if a package can have it, otherwise "". If the Go files
// have different clauses, it is "".
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

// PackageBeside returns the package clause of the Go files in the folder of a file, or
// "" if there are none or they differ. It ignores the file itself and other files that
// ocgen wrote: these follow their schema, and the old file of a renamed schema is about
// to be deleted.
func PackageBeside(file string) string {
	name, _ := clauseIn(filepath.Dir(file), func(name string, head []byte) bool {
		return name != filepath.Base(file) && !outfiles.IsGenerated(head)
	})
	return name
}

// isPackageName reports whether a schema may have the name as its package. It must be
// ASCII, since import paths end in it. It must not end in "_test", which is for
// external tests, and not be "documentation", because go/build ignores such files.
func isPackageName(name string) bool {
	beyondASCII := func(r rune) bool { return r > unicode.MaxASCII }
	return token.IsIdentifier(name) && name != "_" && name != "documentation" && !strings.HasSuffix(name, "_test") && !strings.ContainsFunc(name, beyondASCII)
}

// clauseIn returns the package clause of the Go files in a folder for which counts is
// true, and the number of these files.
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
		clause, ok := PackageClause(entry.Name(), head)
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

// clauseBytes is how much of a Go file is read to find its package clause. It is more
// than any licence text before it.
const clauseBytes = 64 << 10

// readHead returns the beginning of a file, as far as it is readable.
func readHead(path string) []byte {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	head, _ := io.ReadAll(io.LimitReader(file, clauseBytes))
	return head
}

// PackageClause returns the package clause of a Go file with this beginning. ok is false for
// external tests, files that the go command ignores, and files that do not parse.
func PackageClause(file string, head []byte) (name string, ok bool) {
	parsed, err := parser.ParseFile(token.NewFileSet(), "", head, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil {
		return "", false
	}
	name = parsed.Name.Name
	external := strings.HasSuffix(file, "_test.go") && strings.HasSuffix(name, "_test")
	return name, !external && !ignored(parsed) && name != "documentation"
}

// ignored reports whether a file is excluded from every build, such as a script beside
// a package.
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
