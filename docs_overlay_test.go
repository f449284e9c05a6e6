package ocgen_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

const module = "github.com/ocgen/ocgen/"

// generatedGo returns the Go file of a schema.
func generatedGo(t *testing.T, source string) string {
	t.Helper()
	s, problems := schema.Parse([]byte(source), schema.Options{File: "metrics.yaml"})
	if s == nil {
		t.Fatal(problems)
	}
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

// runGo runs "go <command> <args>" as if the files were in the checkout.
func runGo(t *testing.T, files map[string]string, command string, args ...string) {
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
	if out, err := exec.Command("go", append([]string{command, "-overlay", list}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
