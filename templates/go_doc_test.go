package templates

import (
	"go/ast"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/dave/jennifer/jen"
)

func TestDescriptions(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"none", "", "// X is x."},
		{"one line", "Text.", "// X is x: Text."},
		{"paragraphs", "One\ntwo.\n\n\nThree.\n", "// X is x: One\n// two.\n//\n// Three."},
		{"comment marks", "// a\n/* b\n*/ c", "// X is x: // a\n// /* b\n// */ c"},
		{"directive", "a\n//go:build b\n//line x.go:1", "// X is x: a\n// //go:build b\n// //line x.go:1"},
		{"build tag", "a\n\n+build b", "// X is x: a +build b"},
		{"deprecation", "a\n\nDeprecated: b", "// X is x: a Deprecated: b"},
		{"heading", "a\n\n# b", "// X is x: a # b"},
		{"old heading", "A.\n\nSome Words\n\nb.", "// X is x: A. Some Words b."},
		{"code", "a\n\n    b", "// X is x: a\n//\n// b"},
		{"link", "a\n\n[b]: https://example.com", "// X is x: a [b]: https://example.com"},
		{"list", "a:\n\n- b\n- c", "// X is x: a:\n//\n// - b\n// - c"},
		{"quotes", "``a'' `````b", "// X is x: “a” ““`b"},
		{"long", strings.Repeat("word ", 30) + "- end", "// X is x: " + strings.Repeat("word ", 15) + "word\n// " + strings.Repeat("word ", 14) + "- end"},
		{"mark", strings.Repeat("word ", 16) + "Deprecated: a word", "// X is x: " + strings.Repeat("word ", 16) + "Deprecated:\n// a word"},
		{"no space", strings.Repeat("äö", 60), "// X is x:\n// " + strings.Repeat("äö", 60)},
		{"lines", strings.Repeat("word ", 30) + "\nb", "// X is x: " + strings.Repeat("word ", 29) + "word\n// b"},
		{"controls", "a\x00b\ufeffc\u202ed\u2028e\rf\tg", "// X is x: a b c d e f\tg"},
	} {
		t.Run(c.name, func(t *testing.T) {
			expect(t, documented("X is x", Doc{Text: c.text}, jen.Var().Id("X").Int()), c.want+"\nvar X int")
		})
	}
}

// Names and values are written into comments too, and are not changed to plain
// paragraphs before. gofmt may format them.
func TestSettled(t *testing.T) {
	for line, want := range map[string]bool{
		"": true, "Text.": true, "\tcode()": true, `"a value"`: true,
		"it''s": false, "``a": false, "- a": false, "1. a": false, "\u2022 a": false, "# a": false, " a": false,
	} {
		if settled([]string{"X is x.", "", line}) != want {
			t.Errorf("settled(%q) is not %t", line, want)
		}
	}
	expect(t, documented("X is it''s", Doc{}, jen.Var().Id("X").Int()), "// X is it”s.\nvar X int")
}

// FuzzDoc writes any text into a comment. The file must contain only the comment of one
// variable, with paragraphs and lists.
func FuzzDoc(f *testing.F) {
	f.Add("One\n\n# Two\n\n\tthree", "*/ four")
	f.Add("+build x\n//go:build y", "Deprecated: z")
	f.Add(strings.Repeat("word # ", 40), strings.Repeat("- word [a]: 1. ", 30))
	f.Add("[a]: b\n\n1. c\n 2. d\n\n- e\n\nf", "\n\n\n")
	f.Fuzz(func(t *testing.T, description, deprecated string) {
		if strings.ContainsRune(description+deprecated, 0xfffd) || strings.ToValidUTF8(description+deprecated, "") != description+deprecated {
			t.Skip("a schema is UTF-8")
		}
		doc := Doc{Text: description, Deprecated: deprecated}
		src := "package p\n\n" + emitted(t, documented("X is x", doc, jen.Var().Id("X").Int(), "Note."))
		file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.ParseComments)
		if err != nil {
			t.Fatalf("%v:\n%s", err, src)
		}
		if len(file.Decls) != 1 || len(file.Comments) != 1 || file.Decls[0].(*ast.GenDecl).Doc != file.Comments[0] {
			t.Fatalf("not one documented declaration:\n%s", src)
		}
		text := file.Comments[0].Text()
		for _, block := range new(comment.Parser).Parse(text).Content {
			switch block.(type) {
			case *comment.Paragraph, *comment.List:
			default:
				t.Errorf("%T in:\n%s", block, src)
			}
		}
		paragraphs := 0
		for paragraph := range strings.SplitSeq(text, "\n\n") {
			if strings.HasPrefix(paragraph, "Deprecated:") || strings.HasPrefix(paragraph, "Deprecated.") {
				paragraphs++
			}
		}
		if want := min(len(deprecated), 1); paragraphs != want {
			t.Errorf("%d paragraphs of deprecation, want %d:\n%s", paragraphs, want, src)
		}
	})
}
