package compare

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// goldenFiles returns the golden schemas, under one path.
func goldenFiles(t *testing.T) []*File {
	t.Helper()
	names, err := filepath.Glob("../golden/*/*.yaml")
	if err != nil || len(names) < 10 {
		t.Fatal(names, err)
	}
	var files []*File
	for _, name := range append(names, "../schema/testdata/sample.yaml", "../schema/testdata/direct.yaml", "../schema/testdata/otel.yaml") {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		s, problems := schema.Parse(src, schema.Options{File: name, DefaultPackage: func(string) string { return "metrics" }})
		if s == nil {
			t.Fatal(problems)
		}
		files = append(files, &File{Schema: s, Name: name, Path: "metrics.yaml"})
	}
	return files
}

// TestGolden compares each golden schema with itself, and with another one, which has
// hardly an element of it.
func TestGolden(t *testing.T) {
	files := goldenFiles(t)
	for i, f := range files {
		twin := *f
		same, err := Compare([]*File{f}, []*File{&twin})
		if err != nil || len(same.Findings) > 0 {
			t.Errorf("%s with itself: %v, %v", f.Name, same.Findings, err)
		}
		other, err := Compare([]*File{f}, []*File{files[(i+1)%len(files)]})
		if err != nil || len(other.Findings) == 0 {
			t.Errorf("%s with another: %v, %v", f.Name, other.Findings, err)
		}
		for _, found := range other.Findings {
			checkText(t, found)
		}
	}
}

// checkText checks what all messages have in common: one line, and "was" before "is".
func checkText(t *testing.T, f Finding) {
	t.Helper()
	was, is := strings.Index(f.Message, " was "), strings.Index(f.Message, " and is ")
	if strings.Contains(f.Message, "\n") || strings.HasSuffix(f.Message, ".") || strings.Contains(f.Message, "%!") || is >= 0 && (was < 0 || was > is) || f.Place.Line < 1 {
		t.Errorf("%s", f)
	}
}
