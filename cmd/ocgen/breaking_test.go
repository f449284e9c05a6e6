package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/ocgen/ocgen/schema"
)

// A breakingCase is a base, what it became, and the findings.
type breakingCase struct {
	name  string
	files []txtar.File // <name>/base/…, <name>/now/…
	want  *txtar.File  // <name>.want
}

func breakingCases(archive *txtar.Archive) []breakingCase {
	var list []breakingCase
	for i := range archive.Files {
		file := &archive.Files[i]
		if name, ok := strings.CutSuffix(file.Name, ".want"); ok {
			c := &list[len(list)-1]
			if c.name == name {
				c.want = file
			}
			continue
		}
		name, _, _ := strings.Cut(file.Name, "/")
		if len(list) == 0 || list[len(list)-1].name != name {
			list = append(list, breakingCase{name: name})
		}
		c := &list[len(list)-1]
		c.files = append(c.files, *file)
	}
	return list
}

// compare lays the files of the case in a folder, and runs the command there.
func (c breakingCase) compare(t *testing.T) (code int, printed string) {
	t.Helper()
	dir := t.TempDir()
	for _, file := range c.files {
		at := filepath.Join(dir, filepath.FromSlash(strings.TrimPrefix(file.Name, c.name+"/")))
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, file.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	var out, problems bytes.Buffer
	code = run([]string{"breaking", "-v", "--against", "base", "now/..."}, nil, &out, &problems)
	if code == exitFailed {
		t.Fatal(problems.String())
	}
	return code, out.String()
}

// foundBy matches a finding, with its severity and its rule.
var foundBy = regexp.MustCompile(`(?m)^[^ ]+:\d+:\d+: (error|warning|note): .* \[([a-z-]+)\]$`)

// TestBreakingRules runs the fixtures of every row. The change of fail* breaks the row's
// rule and no other: other findings are notes. The change of pass* is as similar as
// possible, and breaks nothing. That of allow* would break the rule and is allowed.
func TestBreakingRules(t *testing.T) {
	for _, row := range schema.BreakingRules() {
		t.Run(row.ID, func(t *testing.T) {
			file, err := filepath.Abs(filepath.Join("testdata", "breaking", row.ID+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			met := map[string]int{}
			for _, c := range breakingCases(archive) {
				kind, _, _ := strings.Cut(c.name, "_")
				met[kind]++
				t.Run(c.name, func(t *testing.T) { c.test(t, row, kind) })
			}
			if met["fail"] == 0 || met["pass"] == 0 || row.Allowable != (met["allow"] > 0) {
				t.Errorf("the fixtures are %v", met)
			}
			if *update {
				if err := os.WriteFile(file, txtar.Format(archive), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func (c breakingCase) test(t *testing.T, row schema.BreakingRule, kind string) {
	code, printed := c.compare(t)
	errors, others := 0, 0
	var rules []string
	for _, match := range foundBy.FindAllStringSubmatch(printed, -1) {
		rules = append(rules, match[2])
		switch match[1] {
		case "error":
			errors++
		case "warning":
			others++
		}
		if match[1] != "note" && match[2] != row.ID {
			t.Errorf("another rule: %s", match[0])
		}
	}
	switch {
	case len(rules) != strings.Count(printed, "\n"):
		t.Errorf("a line is no finding:\n%s", printed)
	case (code == exitFound) != (errors > 0):
		t.Errorf("exit code %d with %d errors", code, errors)
	case kind == "fail" && !slices.Contains(rules, row.ID):
		t.Errorf("it does not break the rule:\n%s", printed)
	case kind != "fail" && errors+others > 0 || kind == "pass" && slices.Contains(rules, row.ID):
		t.Errorf("%s", printed)
	}
	if c.want == nil {
		if kind == "fail" {
			t.Errorf("no %s.want", c.name)
		}
		return
	}
	if printed == string(c.want.Data) {
		return
	}
	if !*update {
		t.Errorf("got\n%swant\n%s", printed, c.want.Data)
	}
	c.want.Data = []byte(printed)
}

// TestBreakingFixtures finds fixtures of rules that no longer exist.
func TestBreakingFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/breaking/*")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range schema.BreakingRules() {
		names = append(names, fmt.Sprintf("testdata/breaking/%s.txtar", row.ID))
	}
	slices.Sort(names)
	if !slices.Equal(files, names) {
		t.Errorf("got  %s\nwant %s", files, names)
	}
}
