package docs_test

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

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(ocgen: v1\n.*?)```")

// generated returns the Go file of each schema that a page shows, by the name of the
// package.
func generated(t *testing.T, page string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, block := range yamlBlock.FindAllStringSubmatch(read(t, page), -1) {
		s := parse(t, block[1])
		all[s.Package] = goFile(t, s)
	}
	return all
}

// parse returns a schema that has no problems.
func parse(t *testing.T, source string) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse([]byte(source), schema.Options{File: "metrics.yaml"})
	if len(problems) > 0 {
		t.Fatalf("%v\n%s", problems, source)
	}
	return s
}

// goFile returns the Go file of a schema.
func goFile(t *testing.T, s *schema.Schema) string {
	t.Helper()
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".go") {
			return string(f.Data)
		}
	}
	t.Fatal("no Go file")
	return ""
}

// runGo runs a go command as if the files were in this folder.
func runGo(t *testing.T, files map[string]string, args ...string) {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	dir, overlay := t.TempDir(), map[string]string{}
	for name, text := range files {
		file := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		overlay[filepath.Join(here, filepath.FromSlash(name))] = file
	}
	text, err := json.Marshal(map[string]any{"Replace": overlay})
	if err != nil {
		t.Fatal(err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, text, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", append([]string{args[0], "-overlay", list}, args[1:]...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
