package generator

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/internal/outfiles"
	"github.com/ocgen/ocgen/schema"
)

// sources returns the available schemas, by name.
func sources(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("../golden/*/metrics.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no golden schemas: %v", err)
	}
	all := map[string]string{}
	for _, name := range append(names, "testdata/sample.yaml") {
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(src)
	}
	return all
}

// TestSameBytes generates everything 20 times, each time in another order and for
// another folder.
func TestSameBytes(t *testing.T) {
	all := sources(t)
	var names []string
	for name := range all {
		names = append(names, name)
	}
	first := map[string][]outfiles.File{}
	for round := range 20 {
		rand.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for _, name := range names {
			s, problems := schema.Parse([]byte(all[name]), schema.Options{
				File:           fmt.Sprintf("/folder/%d/metrics.yaml", round),
				DefaultPackage: func(string) string { return "metrics" },
			})
			if s == nil {
				t.Fatalf("%s: %v", name, problems)
			}
			files, err := Generate(s)
			if err != nil {
				t.Fatal(err)
			}
			if first[name] == nil {
				first[name] = files
			}
			if !slices.EqualFunc(files, first[name], sameFile) {
				t.Fatalf("%s: round %d gives other files", name, round)
			}
		}
	}
}

func sameFile(a, b outfiles.File) bool {
	return a.Path == b.Path && a.Folder == b.Folder && bytes.Equal(a.Data, b.Data)
}

func TestFileOrder(t *testing.T) {
	src, err := os.ReadFile("testdata/sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files, err := Generate(parse(t, string(src)))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	want := []string{"metrics_gen.go", "slo/availability.json", "slo/fast-enough.json", "slo/slow-routes.json",
		"slo/good-windows.json", "slo/short-queue.json", "slo/http-latency.json", "slo/service.json",
		"descriptors/request_latency.json"}
	if len(paths) < len(want) || !slices.Equal(paths[:len(want)], want) {
		t.Errorf("files are %q, want them to begin with %q", paths, want)
	}
}

func TestGeneratedCodeCompiles(t *testing.T) {
	for name, src := range sources(t) {
		t.Run(name, func(t *testing.T) {
			s := parse(t, src)
			if !checkAll(t, s) {
				t.Error("its references contradict each other")
			}
		})
	}
}

func TestDeclarationsFollowUse(t *testing.T) {
	src := string(generateGo(t, parse(t, `
ocgen: v1
tags:
  theirs: {existing: example.com/a.Key, key: theirs}
  unused: {allow: [unused-tag]}
  closed: {values: [x]}
measures:
  latency: {existing: example.com/a.Latency, name: latency, type: float64, unit: ms, tags: [theirs, closed], aggregation: count}
  size: {description: Size., type: int64, unit: By, tags: [closed], aggregation: last_value}
`)))
	for _, want := range []string{
		"func RecordSize(", "var _ *stats.Float64Measure = a.Latency", "{Key: a.Key, Name: \"theirs\"}", "UnusedKey =", "type Unused string",
	} {
		if !strings.Contains(src, want) {
			t.Errorf("lacks %q:\n%s", want, src)
		}
	}
	for _, surplus := range []string{"type Theirs", "TheirsKey", "theirsTag", "unusedTag", "LatencyMeasure", "RecordLatency", "NewValueCheck", "NewSeriesLimit"} {
		if strings.Contains(src, surplus) {
			t.Errorf("has %q:\n%s", surplus, src)
		}
	}
}

// TestSmallestInt checks that the type has room for a value that is out of range.
func TestSmallestInt(t *testing.T) {
	for n, want := range map[int]string{1: "uint8", 254: "uint8", 255: "uint16", 65534: "uint16", 65535: "uint32"} {
		if got := smallestInt(n); got != want {
			t.Errorf("%d values: %s, want %s", n, got, want)
		}
	}
}

func TestSeriesLimits(t *testing.T) {
	const form = `
ocgen: v1
tags:
  open: {max_values: 5, known: [x]}
  closed: {values: [v, w]}
  process: {from: process}
measures:
  size: {description: Size., type: int64, unit: By, tags: [%s], aggregation: count, max_series: %d}
`
	for _, c := range []struct {
		tags    string
		max     int
		limited bool
	}{
		{"open", 9, false}, // 5 values, 1 known, __other__, __invalid__, absent
		{"open", 8, true},
		{"open, closed", 27, false}, // times v, w, __invalid__
		{"open, closed", 26, true},
		{"closed", 1, false},
		{"process", 1, false},
	} {
		src := string(generateGo(t, parse(t, fmt.Sprintf(form, c.tags, c.max))))
		if got := strings.Contains(src, "NewSeriesLimit"); got != c.limited {
			t.Errorf("tags %s, max_series %d: limited is %v", c.tags, c.max, got)
		}
	}
}

func TestSchemaName(t *testing.T) {
	for file, want := range map[string]string{
		"a/b/metrics.yaml": "metrics.yaml",
		"my metrics.yml":   "my metrics.yml",
		"-":                "-",
		"a\nb.yaml":        `"a\nb.yaml"`,
	} {
		if got := schemaName(file); got != want {
			t.Errorf("schemaName(%q) = %s, want %s", file, got, want)
		}
	}
}
