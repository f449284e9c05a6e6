package ocgen_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/schema"
)

var update = flag.Bool("update", false, "rewrite docs/ocgen.schema.json and the tables of docs/rules.md and docs/schema.md")

// ruleTables are the tables of docs/rules.md, by the comments around them.
var ruleTables = []struct {
	name  string
	table func() string
}{
	{"rules", ruleTable},
	{"breaking", breakingTable},
}

// TestRuleTable compares the tables of docs/rules.md with the rules that there are.
func TestRuleTable(t *testing.T) {
	const file = "docs/rules.md"
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := string(page)
	for _, row := range ruleTables {
		start, end := "<!-- "+row.name+" -->\n", "<!-- end of "+row.name+" -->\n"
		before, rest, ok := strings.Cut(want, start)
		_, after, ok2 := strings.Cut(rest, end)
		if !ok || !ok2 {
			t.Fatalf("%s has no table between %q and %q", file, start, end)
		}
		want = before + start + row.table() + end + after
	}
	if want == string(page) {
		return
	}
	if !*update {
		t.Fatalf("%s has other rules than package schema; run: go test . -update\n%s", file, want)
	}
	if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

func breakingTable() string {
	var b strings.Builder
	b.WriteString("| rule | class | severity | reports that |\n|---|---|---|---|\n")
	for _, r := range schema.BreakingRules() {
		severity := r.Severity.String()
		if r.Allowable {
			severity += ", can be allowed"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.ID, r.Class, severity, strings.ReplaceAll(r.Purpose, "|", `\|`))
	}
	return b.String()
}

func ruleTable() string {
	var b strings.Builder
	b.WriteString("| rule | severity | holds that |\n|---|---|---|\n")
	for _, r := range schema.Rules() {
		severity := r.Severity.String()
		if r.Allowable {
			severity += ", can be allowed"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.ID, severity, strings.ReplaceAll(r.Purpose, "|", `\|`))
	}
	return b.String()
}

var (
	yamlBlock = regexp.MustCompile("(?s)```yaml\n(ocgen: v1\n.*?)```")
	goBlock   = regexp.MustCompile("(?s)```go\n(.*?)```")
)

// pages returns the files of the documentation.
func pages() ([]string, error) {
	docs, err := filepath.Glob("docs/*.md")
	return append(docs, "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "bench/README.md"), err
}

// TestDocumentedSchemas lints every whole schema that the documentation shows.
func TestDocumentedSchemas(t *testing.T) {
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, page := range all {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range yamlBlock.FindAllStringSubmatch(string(text), -1) {
			shown++
			_, problems := schema.Parse([]byte(block[1]), schema.Options{File: page})
			for _, p := range problems {
				t.Errorf("%s\n%s", p, block[1])
			}
		}
	}
	if shown == 0 {
		t.Error("the documentation shows no schema")
	}
}
