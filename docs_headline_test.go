package ocgen_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestHeadline holds what the README's first table shows as generated against what
// is generated of the schema beside it, and compiles how it is called.
func TestHeadline(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(string(readme), "</table>")
	source, shown := yamlBlock.FindStringSubmatch(table), goBlock.FindAllStringSubmatch(table, -1)
	if source == nil || len(shown) != 2 {
		t.Fatal("README.md has lost its first table: a schema, declarations and a use of them")
	}
	generated := generatedGo(t, source[1])
	for declaration := range strings.SplitSeq(shown[0][1], "\n\n") {
		if !strings.Contains(plain(generated), plain(declaration)) {
			t.Errorf("README.md shows as generated what is not:\n%s", declaration)
		}
	}
	runGo(t, map[string]string{
		"docs/headline/metrics/metrics_gen.go": generated,
		"docs/headline/headline.go": "package headline\n\nimport (\n\t\"context\"\n\t\"net/http\"\n\n\t\"" + module + "docs/headline/metrics\"\n)\n\n" +
			"func _(ctx context.Context, w http.ResponseWriter, r *http.Request, answer func(http.ResponseWriter, *http.Request) metrics.Outcome) {\n" + shown[1][1] + "}\n",
	}, "build", "./docs/headline")
}

var (
	comments = regexp.MustCompile(`(?m)//.*$`)
	spaces   = regexp.MustCompile(`\s+`)
	open     = regexp.MustCompile(`([(\[]) `)
)

// plain returns Go code without its comments and line breaks.
func plain(code string) string {
	return strings.TrimSpace(open.ReplaceAllString(spaces.ReplaceAllString(comments.ReplaceAllString(code, ""), " "), "$1"))
}
