package generator

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// FuzzGenerate: whatever schema is accepted, its source compiles and declares
// what was planned.
func FuzzGenerate(f *testing.F) {
	seeds, err := filepath.Glob("../golden/*/metrics.yaml")
	if err != nil || len(seeds) == 0 {
		f.Fatalf("no golden schemas: %v", err)
	}
	for _, name := range append(seeds, "testdata/sample.yaml") {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		s, _ := schema.Parse(src, schema.Options{
			File:           "metrics.yaml",
			DefaultPackage: func(string) string { return "metrics" },
		})
		if s == nil {
			return
		}
		checkGo(t, s, generateGo(t, s))
	})
}
