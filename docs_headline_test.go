package ocgen_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

// TestHeadline holds what the README's first table shows as generated against what
// is generated of the schema beside it, and compiles how it is called.
func TestHeadline(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(string(readme), "</table>")
	source, shown := yamlBlock.FindStringSubmatch(table), goBlock.FindAllStringSubmatch(table, -1)
	if source == nil || len(shown) != 2 {
		t.Fatal("README.md has lost its first table: a schema, declarations and a use of them")
	}
	s, problems := schema.Parse([]byte(source[1]), schema.Options{File: "metrics.yaml"})
	if s == nil {
		t.Fatal(problems)
	}
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	var generated string
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".go") {
			generated = string(f.Data)
		}
	}
	for declaration := range strings.SplitSeq(shown[0][1], "\n\n") {
		if !strings.Contains(plain(generated), plain(declaration)) {
			t.Errorf("README.md shows as generated what is not:\n%s", declaration)
		}
	}
	compile(t, map[string]string{
		"docs/headline/metrics/metrics_gen.go": generated,
		"docs/headline/headline.go": "package headline\n\nimport (\n\t\"context\"\n\t\"net/http\"\n\n\t\"" + module + "docs/headline/metrics\"\n)\n\n" +
			"func _(ctx context.Context, w http.ResponseWriter, r *http.Request, answer func(http.ResponseWriter, *http.Request) metrics.Outcome) {\n" + shown[1][1] + "}\n",
	}, "./docs/headline")
}

var (
	comments = regexp.MustCompile(`(?m)//.*$`)
	spaces   = regexp.MustCompile(`\s+`)
	open     = regexp.MustCompile(`([(\[]) `)
)

// plain returns Go code without its comments and line breaks.
func plain(code string) string {
	return strings.TrimSpace(open.ReplaceAllString(spaces.ReplaceAllString(comments.ReplaceAllString(code, ""), " "), "$1"))
}

// compile builds a package of files that lie over the checkout.
func compile(t *testing.T, files map[string]string, pkg string) {
	t.Helper()
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir, overlay := t.TempDir(), map[string]string{}
	for name, text := range files {
		file := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(root, filepath.FromSlash(name))] = file
	}
	text, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, text, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-overlay", list, pkg).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
