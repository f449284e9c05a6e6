package schema_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ocgen/ocgen/schema"
)

var update = flag.Bool("update", false, "rewrite the expected problems, and print what differs")

// lint returns the schema's problems, a line each.
func lint(file string, src []byte) string {
	return lintRun([]txtar.File{{Name: file, Data: src}})
}

// lintRun returns the problems of the schemas of a run, a line each.
func lintRun(files []txtar.File) string {
	parsed := make([]*schema.Schema, len(files))
	own := make([]schema.Problems, len(files))
	var whole []*schema.Schema
	for i, file := range files {
		if parsed[i], own[i] = schema.Parse(file.Data, schema.Options{File: file.Name, Today: "2027-03-01"}); parsed[i] != nil {
			whole = append(whole, parsed[i])
		}
	}
	found := schema.CheckRun(whole)
	var b strings.Builder
	for i := range files {
		for _, p := range own[i].With(found[parsed[i]].Problems) {
			fmt.Fprintln(&b, p)
		}
	}
	return b.String()
}

// A fixture is one schema of an archive, or the schemas of one folder in it, which are
// checked together.
type fixture struct {
	stem    string // e.g. "fail_long" for fail_long.yaml and for fail_long/a.yaml
	schemas []txtar.File
	want    *txtar.File // <stem>.want, which follows the schemas; nil if it is missing
}

func fixtures(archive *txtar.Archive) []fixture {
	var list []fixture
	for i := range archive.Files {
		part := &archive.Files[i]
		stem, isSchema := strings.CutSuffix(part.Name, ".yaml")
		stem, _, _ = strings.Cut(stem, "/")
		last := len(list) - 1
		switch {
		case isSchema && last >= 0 && list[last].stem == stem:
			list[last].schemas = append(list[last].schemas, *part)
		case isSchema:
			list = append(list, fixture{stem: stem, schemas: []txtar.File{*part}})
		case last >= 0 && part.Name == list[last].stem+".want":
			list[last].want = part
		}
	}
	return list
}

// TestRules runs the fixtures of every row. fail*.yaml must cause exactly the problems
// of fail*.want. pass*.yaml is as similar as possible and must cause none.
func TestRules(t *testing.T) {
	for _, row := range schema.Rules() {
		t.Run(row.ID, func(t *testing.T) {
			path := filepath.Join("testdata", "rules", row.ID+".txtar")
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			met := map[string]int{}
			for _, f := range fixtures(archive) {
				kind, _, _ := strings.Cut(f.stem, "_")
				met[kind]++
				testFixture(t, row, kind, f)
			}
			if met["fail"] == 0 || met["pass"] == 0 || row.Allowable != (met["allow"] > 0) {
				t.Errorf("the fixtures are %v", met)
			}
			if *update {
				if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func testFixture(t *testing.T, row schema.Rule, kind string, f fixture) {
	got := lintRun(f.schemas)
	switch kind {
	case "fail":
		if f.want == nil {
			t.Fatalf("%s is not followed by its .want", f.stem)
		}
		compare(t, f.want, got)
		if !strings.Contains(got, " "+row.Severity.String()+": ") || !strings.Contains(got, "["+row.ID+"]\n") {
			t.Errorf("%s does not break the rule:\n%s", f.stem, got)
		}
	case "pass", "allow":
		if got != "" {
			t.Errorf("%s:\n%s", f.stem, got)
		}
	default:
		t.Errorf("%s is neither fail, pass nor allow", f.stem)
	}
}

// compare compares got with the expectation, or updates the expectation.
func compare(t *testing.T, want *txtar.File, got string) {
	t.Helper()
	if got == string(want.Data) {
		return
	}
	if !*update {
		t.Errorf("%s:\n%s", want.Name, difference(string(want.Data), got))
		return
	}
	t.Logf("%s:\n%s", want.Name, difference(string(want.Data), got))
	want.Data = []byte(got)
}

// difference lists the lines that only one of two texts has.
func difference(want, got string) string {
	var b strings.Builder
	only := func(sign, a, b2 string) {
		others := strings.SplitAfter(b2, "\n")
		for line := range strings.SplitAfterSeq(a, "\n") {
			if !slices.Contains(others, line) {
				b.WriteString(sign + line)
			}
		}
	}
	only("- ", want, got)
	only("+ ", got, want)
	return b.String()
}

// TestEveryFixtureHasItsRule finds fixtures of rules that no longer exist.
func TestEveryFixtureHasItsRule(t *testing.T) {
	files, err := filepath.Glob("testdata/rules/*")
	if err != nil {
		t.Fatal(err)
	}
	if rows := schema.Rules(); len(files) != len(rows) {
		t.Errorf("%d files for %d rules", len(files), len(rows))
	}
}

// TestOnlyAllowableRulesAreAllowed tries to silence every rule.
func TestOnlyAllowableRulesAreAllowed(t *testing.T) {
	for _, row := range schema.Rules() {
		got := lint("x.yaml", []byte("ocgen: v1\npackage: p\nallow: ["+row.ID+"]\n"))
		want := fmt.Sprintf("x.yaml:3:9: error: the rule %q cannot be silenced; delete it here, and correct the problems that it reports [unknown-rule]\n", row.ID)
		switch {
		case row.Allowable && schema.IsAcross(row):
			want = ""
		case row.Allowable:
			want = fmt.Sprintf("x.yaml:3:9: warning: \"allow: %s\" silences nothing here; delete it [unused-allow]\n", row.ID)
		}
		if got != want {
			t.Errorf("%s: got %swant %s", row.ID, got, want)
		}
	}
}

// TestRulesAreRows checks the texts of the table.
func TestRulesAreRows(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range schema.Rules() {
		if row.ID == "" || row.Purpose == "" || strings.HasSuffix(row.Purpose, ".") || strings.ContainsAny(row.Purpose, "|\n") || seen[row.ID] {
			t.Errorf("%+v", row)
		}
		seen[row.ID] = true
	}
}
