package pages_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ocgen/ocgen/generator"
	"github.com/ocgen/ocgen/schema"
)

// pieces are the parts of random descriptions: what means something in Markdown, and
// words between them.
var pieces = []string{
	"*", "**", "_", "__", "`", "```", "~~", "<", ">", "</a>", "<br>", "<!--", "-->", "[", "](", ")", "![", "|", "\\", "&", "&lt;", "&#60;", "#", "##", "-", "---",
	"===", "+", "1.", "2)", ":", ":-:", "|---|", "\n", "\n\n", "\n    ", "\t", " ", "  \n", "$", "~~~", "[^1]", "[x]: y", "- [ ]", "{", "}", "(", "\"", "'", "@", "!",
	"a", "b_c", "word", "wörter", "漢字", "7", "x.y", ";", "%", "^", "=", "/",
}

// TestTextStaysText checks that a reader sees every description as it is, in a paragraph
// and in the cell of a table.
func TestTextStaysText(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		var b strings.Builder
		for range 1 + random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		if words(b.String()) == "" {
			continue
		}
		s, problems := described(t, b.String())
		if s == nil {
			t.Fatal(problems)
		}
		p := render(t, generator.Page([]*schema.Schema{s}))
		p.check(t)
		p.compare(t, s, 1)
		if t.Failed() {
			t.Fatalf("the description is %q", b.String())
		}
	}
}

// described returns a schema with descriptions, an SLO, a metric and a value of this text,
// or nil if the language does not allow it.
func described(t *testing.T, text string) (*schema.Schema, schema.Problems) {
	t.Helper()
	return schema.Parse(fmt.Appendf(nil, `
ocgen: v1
package: p
description: %[1]s
tags:
  t: {description: %[1]s, values: {x: %[1]s}}
  u: {description: %[1]s, known: [%[3]s]}
measures: {m: {description: %[1]s, name: %[3]s, type: int64, unit: "1", constant: 1, tags: [t, u], aggregation: count}}
service: {id: s}
slos: {o: {display_name: %[2]s, goal: 99%%, period: 1d, ratio: {bad: {view: m, where: {t: x}}, total: m}}}
`, quote(t, text), quote(t, "SLO "+words(text)), quote(t, cmp.Or(strings.Map(printable, text), "x"))), schema.Options{File: "p.yaml"})
}

// printable drops characters that names and values cannot have.
func printable(c rune) rune {
	if c < ' ' || c > '~' {
		return -1
	}
	return c
}

// quote returns a text in YAML.
func quote(t *testing.T, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}

// FuzzText is TestTextStaysText for any text that the language allows.
func FuzzText(f *testing.F) {
	for _, piece := range pieces {
		f.Add(piece + " a\n" + piece)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, _ := described(t, text)
		if s == nil {
			return
		}
		p := render(t, generator.Page([]*schema.Schema{s}))
		p.check(t)
		p.compare(t, s, 1)
	})
}
