package generator

import (
	"os"
	"slices"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// TestEveryOutputIsEmitted checks that each key of "generate" that names a folder or a page
// has a row.
func TestEveryOutputIsEmitted(t *testing.T) {
	var keys []string
	for _, o := range outputs {
		keys = append(keys, o.key)
	}
	if want := schema.OutputKeys(); !slices.Equal(keys, want) {
		t.Errorf("emitted are %q; schemas can name paths for %q", keys, want)
	}
}

// TestNoPathNoFiles checks that a kind of output is written only if it has a path, and
// only there.
func TestNoPathNoFiles(t *testing.T) {
	src, err := os.ReadFile("testdata/sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s := parse(t, string(src))
	for _, key := range append(schema.OutputKeys(), "") {
		s.Generate.Outputs = nil
		if key != "" {
			s.Generate.Outputs = []schema.OutputPath{{Key: key, Path: "out/" + key}}
		}
		files, err := Generate(s)
		if err != nil || len(files) < 2 && key != "" || files[0].Folder != "" {
			t.Fatalf("%q: got %d files, %v", key, len(files), err)
		}
		for _, f := range files[1:] {
			if key == "" || f.Path != "out/"+key && f.Folder != "out/"+key {
				t.Errorf("%q: got %s in folder %q", key, f.Path, f.Folder)
			}
		}
	}
}
