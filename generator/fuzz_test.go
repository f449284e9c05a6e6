package generator

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

// FuzzGenerate checks that the source of every accepted schema compiles and declares
// the names of the schema, with every recorder, and that a page can be made.
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
		checkAll(t, s)
		Page([]*schema.Schema{s})
	})
}

// FuzzNames tries names in every place where a schema can give one. Mutating whole
// schemas rarely produces a name with a meaning in Go.
func FuzzNames(f *testing.F) {
	for _, name := range []string{"type", "string", "ctx", "ms", "start", "runtime", "cost_tags", "a_1", "v", "ok", "s", "b", "value", "tags", "observe", "stop", "bound", "index", "views", "generated"} {
		f.Add(name, "cost", "TheTag", "Price", "example.com/"+name)
		f.Add("tag", name, "HTTPTag", "HttpTag", "example.com/"+name+"/v2")
		f.Add(name+"_tag", name+"_values", "Hidden", "Range", name+".com/stats")
	}
	f.Fuzz(func(t *testing.T, tagID, measureID, tagName, measureName, path string) {
		src := fmt.Sprintf(`
ocgen: v1
tags:
  %[1]q: {values: [left, right], optional: true}
  second: {go: %[3]q, from: context}
  third: {existing: %[5]q, key: third}
  fourth: {existing: %[6]q, key: fourth}
measures:
  %[2]q: {description: D., type: float64, unit: s, tags: [%[1]q, second, third, fourth], aggregation: sum, max_series: 1}
  other: {go: %[4]q, description: D., type: float64, unit: "1", tags: [third, %[1]q], aggregation: sum}
  %[1]q: {description: D., type: int64, unit: By, tags: [%[1]q], aggregation: sum}
  depth: {description: D., type: float64, unit: ms, observe: true, tags: [%[1]q, third], aggregation: sum}
  pair:
    description: D.
    type: int64
    unit: ms
    tags: [%[1]q, second, third]
    views:
      one: {aggregation: sum, max_series: 1}
      two: {go: %[3]q, aggregation: distribution, buckets: [1]}
events:
  both: {measures: [other, %[2]q]}
  %[1]q: {go: Event, measures: [%[2]q, %[1]q, other, pair]}
`, tagID, measureID, tagName, measureName, path+".Key", path+"/sub.Key")
		s, _ := schema.Parse([]byte(src), schema.Options{
			File:           "metrics.yaml",
			DefaultPackage: func(string) string { return "metrics" },
		})
		if s == nil {
			return
		}
		checkAll(t, s)
	})
}
