package ocgen_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

// TestHeadline generates code from the schema in the README's first table. It compares
// the code with the declarations in the table, and compiles the calls in the table.
func TestHeadline(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(string(readme), "</table>")
	source, shown := yamlBlock.FindStringSubmatch(table), goBlock.FindAllStringSubmatch(table, -1)
	if source == nil || len(shown) != 2 {
		t.Fatal("the first table of README.md needs a schema, declarations and a call of them")
	}
	generated := generatedGo(t, source[1])
	for declaration := range strings.SplitSeq(shown[0][1], "\n\n") {
		if !strings.Contains(plain(generated), plain(declaration)) {
			t.Errorf("README.md shows a declaration that is not generated:\n%s", declaration)
		}
	}
	runGo(t, map[string]string{
		"docs/headline/metrics/metrics_gen.go": generated,
		"docs/headline/headline.go": "package headline\n\nimport (\n\t\"context\"\n\t\"net/http\"\n\n\t\"" + module + "docs/headline/metrics\"\n)\n\n" +
			"func _(ctx context.Context, w http.ResponseWriter, r *http.Request, answer func(http.ResponseWriter, *http.Request) metrics.Outcome) {\n" + shown[1][1] + "}\n",
	}, "build", "./docs/headline")
}

// TestHeadlineWatch generates the SLO, the alert and the rules of the README's first table.
// Each piece of a line that the table shows must be in the files, in this order. "…" stands
// for text that is left out.
func TestHeadlineWatch(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	table, _, _ := strings.Cut(string(readme), "</table>")
	s, problems := schema.Parse([]byte(yamlBlock.FindStringSubmatch(table)[1]), schema.Options{File: "metrics.yaml"})
	if s == nil {
		t.Fatal(problems)
	}
	files, err := generator.Generate(s)
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]string{}
	for _, f := range files {
		written[f.Path] = spaces.ReplaceAllString(string(f.Data), "")
	}
	shown := regexp.MustCompile("(?s)```(?:json|yaml)\n(.*?)```").FindAllStringSubmatch(table, -1)[1:]
	in := []string{"slo/fast.json", "alerts/fast-page-1h.json", "prometheus/shop.rules.yaml"}
	if len(shown) != len(in) {
		t.Fatalf("the first table of README.md shows %d files, want %d", len(shown), len(in))
	}
	for i, name := range in {
		rest := written[name]
		for line := range strings.Lines(shown[i][1]) {
			for piece := range strings.SplitSeq(spaces.ReplaceAllString(line, ""), "…") {
				_, after, found := strings.Cut(rest, piece)
				if !found {
					t.Errorf("%s is not like this, which README.md shows: %s", name, line)
					break
				}
				rest = after
			}
		}
	}
}

// TestHeadlineProblem lints the README's schema with another bucket bound, and compares
// the problem with the text that the README shows.
func TestHeadlineProblem(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	source := yamlBlock.FindStringSubmatch(string(readme))
	if source == nil || !strings.Contains(source[1], "500ms, 1s]") {
		t.Fatal("README.md has no schema with the bucket bound 500ms")
	}
	_, problems := schema.Parse([]byte(strings.Replace(source[1], "500ms, 1s]", "600ms, 1s]", 1)), schema.Options{File: "metrics.yaml"})
	if len(problems) != 1 {
		t.Fatalf("got the problems %v, want one", problems)
	}
	if want := "```\n" + problems[0].String() + "\n```"; !strings.Contains(string(readme), want) {
		t.Errorf("README.md shows another problem than lint prints:\n%s", want)
	}
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
