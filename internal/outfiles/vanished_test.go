package outfiles

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// schemaHead begins the schemas of these tests, which have a minimal language: lines
// "go: <file>" and "folder: <folder of JSON>". A line of another kind is a mistake.
const schemaHead = "schema\n"

// readClaims reads that language.
func readClaims(file string) (Claims, bool) {
	if filepath.Ext(file) != ".yaml" {
		return Claims{}, false
	}
	data, err := os.ReadFile(file)
	text, isSchema := strings.CutPrefix(string(data), schemaHead)
	if err != nil || !isSchema {
		return Claims{}, false
	}
	c := Claims{Files: []string{strings.TrimSuffix(filepath.Base(file), ".yaml") + "_gen.go"}}
	for line := range strings.Lines(text) {
		switch key, value, _ := strings.Cut(strings.TrimSpace(line), ": "); key {
		case "go":
			c.Files = []string{value}
		case "folder":
			c.Folders = append(c.Folders, value)
		default:
			return Claims{Unknown: true}, true
		}
	}
	return c, true
}

func manifestText(schema string, names ...string) string {
	return string(manifest{schema, names}.bytes())
}

// A schema's file is an orphan if the schema was deleted or no longer generates it,
// anywhere below the folder. Files of an existing schema stay.
func TestVanishedSchemas(t *testing.T) {
	tests := []struct {
		name    string
		files   map[string]string
		run     []string // schemas; each generates <name>_gen.go beside it
		deleted string
		stays   string
	}{
		{"renamed", map[string]string{
			"telemetry.yaml": schemaHead, "metrics_gen.go": goText("metrics.yaml", ""),
		}, []string{"telemetry.yaml"}, "metrics_gen.go", ""},
		{"renamed while a folder above has a schema of the old name", map[string]string{
			"metrics.yaml": schemaHead, "metrics_gen.go": goText("metrics.yaml", ""),
			"svc/telemetry.yaml": schemaHead, "svc/metrics_gen.go": goText("metrics.yaml", ""),
		}, []string{"svc/telemetry.yaml"}, "svc/metrics_gen.go", "metrics_gen.go"},
		{"renamed with output elsewhere", map[string]string{
			"b.yaml": schemaHead, "deep/er/x_gen.go": goText("a.yaml", ""), "deep/er/hand.go": "package p\n",
		}, []string{"b.yaml"}, "deep/er/x_gen.go", "deep/er/hand.go"},
		{"moved up", map[string]string{
			"m.yaml": schemaHead, "sub/m_gen.go": goText("m.yaml", ""), "sub/slo/ocgen.manifest": manifestText("../m.yaml", "a.json"),
			"sub/slo/a.json": "1", "sub/slo/mine.json": "1",
		}, []string{"m.yaml"}, "sub/m_gen.go sub/slo/a.json sub/slo/ocgen.manifest", "sub/slo/mine.json"},
		{"moved to a sibling", map[string]string{
			"root.yaml": schemaHead, "b/m.yaml": schemaHead, "a/m_gen.go": goText("m.yaml", ""),
		}, []string{"root.yaml", "b/m.yaml"}, "a/m_gen.go", "b/m_gen.go"},
		{"JSON of a schema that is gone", map[string]string{
			"m.yaml": schemaHead, "deploy/slo/ocgen.manifest": manifestText("../../gone.yaml", "a.json"), "deploy/slo/a.json": "1",
		}, []string{"m.yaml"}, "deploy/slo/a.json deploy/slo/ocgen.manifest", ""},
		{"a nested schema that exists", map[string]string{
			"m.yaml": schemaHead, "sub/n.yaml": schemaHead, "sub/n_gen.go": goText("n.yaml", ""),
			"sub/old/n_gen.go": goText("n.yaml", ""), "sub/slo/ocgen.manifest": manifestText("../n.yaml", "a.json"), "sub/slo/a.json": "1",
		}, []string{"m.yaml"}, "", "sub/n_gen.go sub/old/n_gen.go sub/slo/a.json sub/slo/ocgen.manifest"},
		{"a nested schema under a new name that still wants the file", map[string]string{
			"m.yaml": schemaHead, "sub/n.yaml": schemaHead + "go: gen/n.go\nfolder: json\nfolder: d\n", "sub/gen/n.go": goText("old.yaml", ""),
			"sub/json/ocgen.manifest": manifestText("../old.yaml", "a.json"), "sub/json/a.json": "1",
		}, []string{"m.yaml"}, "", "sub/gen/n.go sub/json/a.json"},
		{"a schema above that wants the file", map[string]string{
			"up.yaml": schemaHead + "go: sub/x/up.go\n", "sub/m.yaml": schemaHead, "sub/x/up.go": goText("up.yaml", ""),
		}, []string{"sub/m.yaml"}, "", "sub/x/up.go"},
		{"a schema with mistakes beside the file", map[string]string{
			"m.yaml": schemaHead, "sub/n.yaml": schemaHead + "mistake\n", "sub/x.go": goText("old.yaml", ""),
		}, []string{"m.yaml"}, "", "sub/x.go"},
		{"where Go does not look", map[string]string{
			"m.yaml": schemaHead, "vendor/a/x_gen.go": goText("gone.yaml", ""), "testdata/x_gen.go": goText("gone.yaml", ""),
			".hidden/x_gen.go": goText("m.yaml", ""), "_old/x_gen.go": goText("gone.yaml", ""),
			"module/go.mod": "module other\n", "module/x_gen.go": goText("m.yaml", ""), "module/deep/x_gen.go": goText("gone.yaml", ""),
			".hidden/slo/ocgen.manifest": manifestText("../../gone.yaml", "a.json"), ".hidden/slo/a.json": "1",
		}, []string{"m.yaml"}, "", "vendor/a/x_gen.go testdata/x_gen.go .hidden/x_gen.go _old/x_gen.go module/x_gen.go module/deep/x_gen.go .hidden/slo/a.json"},
		{"a hidden JSON folder that was given up", map[string]string{
			"m.yaml": schemaHead, ".slo/ocgen.manifest": manifestText("../m.yaml", "a.json"), ".slo/a.json": "1",
		}, []string{"m.yaml"}, ".slo/a.json .slo/ocgen.manifest", ""},
		{"in a nested module that the run has a schema of", map[string]string{
			"m.yaml": schemaHead, "module/go.mod": "module other\n", "module/n.yaml": schemaHead, "module/deep/x_gen.go": goText("gone.yaml", ""),
		}, []string{"m.yaml", "module/n.yaml"}, "module/deep/x_gen.go", "module/go.mod"},
		{"marks that ocgen never writes", map[string]string{
			"m.yaml": schemaHead, "a.go": goText("<stdin>", ""), "b.go": goText("", ""), "c.go": goText("../gone.yaml", ""),
			"d.go": strings.Replace(goText("gone.yaml", ""), "ocgen", "other", 1), "e.go": "\n" + goText("gone.yaml", ""),
			"s/ocgen.manifest": manifestText("gone.yaml", "a.json"), "s/a.json": "1",
			"u/ocgen.manifest": manifestText("../<stdin>", "a.json"), "u/a.json": "1",
		}, []string{"m.yaml"}, "", "a.go b.go c.go d.go e.go s/a.json u/a.json"},
		{"of an older ocgen", map[string]string{
			"m.yaml": schemaHead, "sub/x_gen.go": goHeader + "\r\n" + goSchema + "gone.yaml\r\n\r\npackage other\r\n\r\nconst _ = runtime.SupportsGenerated1\r\n",
		}, []string{"m.yaml"}, "sub/x_gen.go", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := disc(t, test.files)
			var outputs []Output
			for _, schema := range test.run {
				at, base := filepath.Split(schema)
				goFile := strings.TrimSuffix(base, ".yaml") + "_gen.go"
				outputs = append(outputs, Output{filepath.Join(dir, at), base, []File{goOutput(goFile, base, "")}})
			}
			finds(t, dir, outputs, test.deleted)
			for _, name := range strings.Fields(test.stays) {
				if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// finds asserts that Diff returns and Write makes exactly these deletions, and that a
// second run changes nothing.
func finds(t *testing.T, dir string, outputs []Output, deleted string) {
	t.Helper()
	told, err := Diff(outputs, readClaims)
	if err != nil {
		t.Fatal(err)
	}
	made := mustWrite(t, outputs...)
	if summary(told, dir) != summary(made, dir) {
		t.Errorf("Diff tells %s, Write made %s", summary(told, dir), summary(made, dir))
	}
	var got []string
	for _, c := range made {
		if c.Action == Delete {
			got = append(got, strings.TrimPrefix(c.Path, filepath.ToSlash(dir)+"/"))
		}
	}
	slices.Sort(got)
	if strings.Join(got, " ") != deleted {
		t.Errorf("deleted %v, want %s", got, deleted)
	}
	if changes := mustWrite(t, outputs...); len(changes) != 0 {
		t.Errorf("again: %s", summary(changes, dir))
	}
}

// If a Go file moves out of a folder that is empty then, the folder is deleted.
func TestGoFileMovesAndBack(t *testing.T) {
	dir := disc(t, map[string]string{"m.yaml": schemaHead, "kept/hand.go": "package kept\n"})
	at := func(p string) []Output { return []Output{{dir, "m.yaml", []File{goOutput(p, "m.yaml", "")}}} }
	mustWrite(t, at("sub/deep/x_gen.go")...)
	for _, p := range []string{"x_gen.go", "sub/deep/x_gen.go", "kept/x_gen.go", "x_gen.go"} {
		mustWrite(t, at(p)...)
		want := slices.Sorted(maps.Keys(map[string]bool{"kept": true, "kept/hand.go": true, "m.yaml": true, p: true}))
		if p == "sub/deep/x_gen.go" {
			want = append(want[:3], "sub", "sub/deep", p)
		}
		if got := listing(t, dir); got != strings.Join(want, " ") {
			t.Errorf("%s: got %s, want %s", p, got, want)
		}
	}
}

func TestSearchFollowsNoLink(t *testing.T) {
	dir := disc(t, map[string]string{"in/m.yaml": schemaHead, "out/x_gen.go": goText("gone.yaml", ""), "in/sub/real.txt": goText("gone.yaml", "")})
	for link, to := range map[string]string{"in/out": "../out", "in/loop": ".", "in/sub/x_gen.go": "real.txt"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Skip(err)
		}
	}
	o := Output{filepath.Join(dir, "in"), "m.yaml", []File{goOutput("m_gen.go", "m.yaml", "")}}
	finds(t, dir, []Output{o}, "")
}

// The search ends in a tree of any size, and finds files that are near.
func TestSearchIsBounded(t *testing.T) {
	files := map[string]string{"m.yaml": schemaHead, "near/x_gen.go": goText("gone.yaml", ""), "near/a/b/c/x_gen.go": goText("gone.yaml", "")}
	for i := range 40 {
		files[fmt.Sprintf("many/%02d/", i)] = ""
	}
	for _, test := range []struct {
		entries int
		deleted string
	}{{maxEntries, "near/a/b/c/x_gen.go near/x_gen.go"}, {60, "near/x_gen.go"}, {1, ""}} {
		dir := disc(t, files)
		o := Output{dir, "m.yaml", []File{goOutput("m_gen.go", "m.yaml", "")}}
		v, err := newSurveyOf([]Output{o}, readClaims, test.entries)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range v.changes() {
			if c.Action == Delete {
				got = append(got, strings.TrimPrefix(c.Path, filepath.ToSlash(dir)+"/"))
			}
		}
		v.close()
		if slices.Sort(got); strings.Join(got, " ") != test.deleted {
			t.Errorf("%d entries: found %v, want %s", test.entries, got, test.deleted)
		}
	}
}
