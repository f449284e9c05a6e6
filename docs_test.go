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

var update = flag.Bool("update", false, "rewrite the tables of README.md and docs/schema.md")

const (
	rulesStart = "<!-- rules -->\n"
	rulesEnd   = "<!-- end of rules -->\n"
)

// TestRuleTable holds the README's table against the rules that there are.
func TestRuleTable(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(readme), rulesStart)
	table, after, ok2 := strings.Cut(rest, rulesEnd)
	if !ok || !ok2 {
		t.Fatal("README.md has lost the marks around its rule table")
	}
	want := ruleTable()
	if table == want {
		return
	}
	if !*update {
		t.Fatalf("README.md has another rule table than schema.Rules; run: go test . -update\n%s", want)
	}
	if err := os.WriteFile("README.md", []byte(before+rulesStart+want+rulesEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
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

// TestDocumentedSchemas lints every whole schema that the documentation shows.
func TestDocumentedSchemas(t *testing.T) {
	pages, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, page := range append(pages, "README.md") {
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
