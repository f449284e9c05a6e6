//go:build go1.25

package ocgen_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGoVersions compares the table of docs/compatibility.md with the go.mod of each module
// that users require.
func TestGoVersions(t *testing.T) {
	page, err := os.ReadFile("docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| module | needs Go |\n|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	documented := map[string]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| (root|`[a-z/]+`)[^|]*\\| ([0-9.]+) \\|$").FindAllStringSubmatch(table, -1) {
		documented[strings.Trim(row[1], "`")] = row[2]
	}
	modules := map[string]string{"root": "go.mod"}
	nested, err := filepath.Glob("runtime/*/go.mod")
	if err != nil || len(nested) == 0 {
		t.Fatal(nested, err)
	}
	for _, file := range nested {
		modules[filepath.ToSlash(filepath.Dir(file))] = file
	}
	for name, file := range modules {
		if want := strings.TrimSuffix(readMod(t, filepath.Dir(file)).Go, ".0"); documented[name] != want {
			t.Errorf("docs/compatibility.md says that %s needs Go %q; %s says %s", name, documented[name], file, want)
		}
	}
	if len(documented) != len(modules) {
		t.Errorf("docs/compatibility.md lists the modules %v, and there are %v", documented, modules)
	}
}
