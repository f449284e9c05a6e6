package jsonschema_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ocgen/ocgen/schema"
)

// A sample is a text that may be a schema.
type sample struct {
	name string
	src  []byte
}

const checkout = "../../.."

func read(t testing.TB, name string) []byte {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// samples returns the schemas of the checkout: files, those in archives of tests and in
// the documentation, and the texts in the tests of the language.
func samples(t testing.TB) []sample {
	t.Helper()
	var all []sample
	err := filepath.WalkDir(checkout, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{".git", "node_modules", "cost"}, entry.Name()) {
			return fs.SkipDir
		}
		switch filepath.Ext(name) {
		case ".yaml", ".yml":
			all = append(all, sample{name, read(t, name)})
		case ".txtar":
			all = append(all, inArchive(name, read(t, name))...)
		case ".md":
			all = append(all, inPage(name, read(t, name))...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	tests, err := filepath.Glob(checkout + "/schema/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range tests {
		all = append(all, inTest(t, file)...)
	}
	return slices.DeleteFunc(all, func(s sample) bool { return !schema.IsSchema(s.src) })
}

func inArchive(name string, src []byte) (all []sample) {
	for _, part := range txtar.Parse(src).Files {
		all = append(all, sample{name + "/" + part.Name, part.Data})
	}
	return all
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

func inPage(name string, src []byte) (all []sample) {
	for _, block := range yamlBlock.FindAllSubmatch(src, -1) {
		all = append(all, sample{name, block[1]})
	}
	return all
}

// inTest returns the texts in a test, as they are or with the first lines of a schema.
func inTest(t testing.TB, name string) (all []sample) {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text, ":") && !schema.IsSchema([]byte(text)) {
			text = "ocgen: v1\npackage: p\n" + text
		}
		all = append(all, sample{files.Position(literal.Pos()).String(), []byte(text)})
		return true
	})
	return all
}
