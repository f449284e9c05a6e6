package ocgen_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// keyTables are the tables of docs/schema.md that say what each key means, by the
// name that the reader of the schema gives the element.
var keyTables = map[string]string{
	"tag":      "| key of a tag |",
	"measure":  "| key of a measure |",
	"view":     "| key of a view |",
	"slo":      "| key of an SLO |",
	"windows":  "| key of `windows` |",
	"service":  "| key of `service` |",
	"generate": "| key of `generate` |",
}

// everywhere are keys of several elements, which the section on the top level
// explains.
var everywhere = []string{"description", "go", "deprecated", "allow"}

// TestKeyTables: each key that the reader takes stands in its element's table.
func TestKeyTables(t *testing.T) {
	page, err := os.ReadFile("docs/schema.md")
	if err != nil {
		t.Fatal(err)
	}
	read := readKeys(t)
	read["generate"] = schema.GenerateKeys() // a table, not arguments
	for element, header := range keyTables {
		_, table, found := strings.Cut(string(page), header)
		table, _, _ = strings.Cut(table, "\n\n")
		if !found || len(read[element]) == 0 {
			t.Errorf("docs/schema.md has no table with %q, or the reader no keys of %q", header, element)
		}
		for _, key := range read[element] {
			if !strings.Contains(table, "`"+key+"`") && !slices.Contains(everywhere, key) {
				t.Errorf("docs/schema.md does not say what %q of a %s means", key, element)
			}
		}
	}
}

// readKeys returns the keys that the reader of the schema takes, by element: the
// arguments of its method fields.
func readKeys(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("schema/read_*.go")
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string][]string{}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 4 {
				return true
			}
			if method, ok := call.Fun.(*ast.SelectorExpr); !ok || method.Sel.Name != "fields" {
				return true
			}
			element := firstWord(call.Args[2])
			for _, arg := range call.Args[3:] {
				keys[element] = append(keys[element], firstWord(arg))
			}
			return true
		})
	}
	return keys
}

// firstWord returns the word that a text begins with, e.g. "view" of
// "view "+quote(id), and "tag" of fmt.Sprintf("tag %s", id).
func firstWord(e ast.Expr) string {
	switch text := e.(type) {
	case *ast.BinaryExpr:
		return firstWord(text.X)
	case *ast.CallExpr:
		if len(text.Args) > 0 {
			return firstWord(text.Args[0])
		}
	case *ast.BasicLit:
		unquoted, _ := strconv.Unquote(text.Value)
		word, _, _ := strings.Cut(unquoted, " ")
		return word
	}
	return ""
}
