// Package regenerate holds committed output against what its schema gives now, for
// golden packages in several modules.
package regenerate

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/internal/cli"
	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// Cases returns the folders with a schema, below the test's own folder.
func Cases(t *testing.T) []string {
	t.Helper()
	schemas, err := filepath.Glob("*/metrics.yaml")
	if err != nil || len(schemas) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var dirs []string
	for _, s := range schemas {
		dirs = append(dirs, filepath.Dir(s))
	}
	return dirs
}

// Compare generates the case in dir again, and compares every byte with the files
// there. With update it writes them first, and logs what changed.
func Compare(t *testing.T, dir string, update bool) {
	t.Helper()
	out := outputs(t, dir)
	if update {
		rewrite(t, out)
	}
	wanted := map[string]bool{}
	for _, f := range out.Files {
		wanted[f.Path] = true
		got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Errorf("%v; run the test with -update", err)
		} else if !bytes.Equal(got, f.Data) {
			t.Errorf("%s/%s is not what its schema gives; run the test with -update", dir, f.Path)
		}
	}
	for _, name := range generatedFiles(t, dir) {
		if !wanted[name] {
			t.Errorf("%s/%s is not wanted by its schema; run the test with -update", dir, name)
		}
	}
	changes, err := outfiles.Diff([]outfiles.Output{out}, cli.Claims)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		t.Errorf("%s %s:\n%s", c.Action, c.Path, c.Diff())
	}
}

// outputs returns what the schema of a case wants on disk.
func outputs(t *testing.T, dir string) outfiles.Output {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(dir, "metrics.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	s, problems := schema.Parse(src, schema.Options{
		File:           dir + "/metrics.yaml",
		DefaultPackage: func(string) string { return dir },
	})
	for _, p := range problems {
		t.Errorf("%s", p)
	}
	if s == nil {
		t.FailNow()
	}
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	return outfiles.Output{Dir: dir, Schema: "metrics.yaml", Files: files}
}

func rewrite(t *testing.T, out outfiles.Output) {
	t.Helper()
	changes, err := outfiles.Write([]outfiles.Output{out}, cli.Claims)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		t.Logf("%s %s:\n%s", c.Action, c.Path, c.Diff())
	}
}

// generatedFiles returns the files of a case that can only be outputs.
func generatedFiles(t *testing.T, dir string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasSuffix(path, "_gen.go") || strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".md") {
			rel, err := filepath.Rel(dir, path)
			names = append(names, filepath.ToSlash(rel))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
