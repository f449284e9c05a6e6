package schema_test

import (
	"strings"
	"testing"
)

// TestTextThatNeedsQuotes checks the reported text, its place and its cure.
func TestTextThatNeedsQuotes(t *testing.T) {
	for _, c := range []struct {
		line string   // of a tag, beginning in column 5 of line 6
		want []string // place and text; nil for the parser's own message
		why  string   // how YAML reads the text
	}{
		{"known: [/orders, /orders/{id}]", []string{"6:22 /orders/{id}"}, `"{" in it`},
		{"known: [/orders/{id}, /x, /items/{a,b}/y]", []string{"6:13 /orders/{id}", "6:31 /items/{a,b}/y"}, `"{" in it`},
		{"known: [/é/{id}, \"/x/{id}\", '/y/{id}', /z]", []string{"6:13 /é/{id}"}, `"{" in it`},
		{"known: [/a, {id}/b]", []string{"6:17 {id}/b"}, `"{" at its start`},
		{"known: [/a, [id]/b]", []string{"6:17 [id]/b"}, `"[" at its start`},
		{"known: [/a/[id]]", []string{"6:13 /a/[id]"}, `"[" in it`},
		{"known: [/a/[id, b]", []string{"6:13 /a/[id"}, `"[" in it`},
		{"known: [/a}/b, c]", []string{"6:13 /a}/b"}, `"}" in it`},
		{"known: [/a]/b, c]", []string{"6:13 /a]/b"}, `"]" in it`},
		{"known: [@a, b]", []string{"6:13 @a"}, `"@" at its start`},
		{"known: [a, `b`]", []string{"6:16 `b`"}, "\"`\" at its start"},
		{"known: [a, %b]", []string{"6:16 %b"}, `"%" at its start`},
		{"known: [a, *]", []string{"6:16 *"}, `"*" at its start`},
		{"known: [*.example.com, b]", []string{"6:13 *.example.com"}, `"*" at its start`},
		{"known: [a, &]", []string{"6:16 &"}, `"&" at its start`},
		{"known: [a, !b]", []string{"6:16 !b"}, `"!" at its start`},
		{"known: [- a]", []string{"6:13 - a"}, `"-" at its start`},
		{"known: [/a #b, c]", []string{"6:13 /a #b"}, `" #" in it as a comment`},
		{"known: [#general, c]", []string{"6:13 #general"}, `"#" at its start`},
		{"known: [/a/{id}, # see [x]\n      b]", []string{"6:13 /a/{id}"}, `"{" in it`},
		{"known: [\n      /a,\n      @b,\n      /c/{id}]", []string{"8:7 @b", "9:7 /c/{id}"}, "as YAML syntax"},
		{"known: [ \t@a]", []string{"6:15 @a"}, `"@" at its start`},
		{"known:\n    - /a/{id}\n    - @b", []string{"8:7 @b"}, `"@" at its start`},
		{"description: a: b", []string{"6:18 a: b"}, `":" in it as the end of a key`},
		{"description: @home # base", []string{"6:18 @home"}, `"@" at its start`},
		{"description: {id} of the order", []string{"6:18 {id} of the order"}, `"{" at its start`},
		{"description: {id}/{x}", []string{"6:18 {id}/{x}"}, `"{" at its start`},
		{"description: [draft] not ready", []string{"6:18 [draft] not ready"}, `"[" at its start`},
		{"description: > 5 ms", []string{"6:18 > 5 ms"}, `">" at its start`},
		{"description: *important*", []string{"6:18 *important*"}, `"*" at its start`},
		{"description: a \"b: c\"", []string{"6:18 a \"b: c\""}, `write 'a "b: c"'`},
		{"description: Time spent type: int64", []string{"6:18 Time spent type: int64"}, "; or, if type is a key, give it a line of its own"},
		{"values: {a: x b: y}", []string{"6:17 x b: y"}, "; or, if b is a key, put a comma before it"},
		{"values: {ok: Fine {really}, error: No.}", []string{"6:18 Fine {really}"}, `"{" in it`},
		{"values: {ok: a: b}", []string{"6:18 a: b"}, `":" in it as the end of a key`},
		{"values: {/a/{id}: x}", []string{"6:14 /a/{id}"}, `"{" in it`},
		{"@x: y", []string{"6:5 @x"}, `"@" at its start`},
		{"description: |\n      a: [b\n    known: [/a/{id}]", []string{"8:13 /a/{id}"}, `"{" in it`},
		// Mistakes that quotes cannot fix keep the parser's message.
		{"values: [a, b]]", nil, "did not find expected key"},
		{"values: [a, b", nil, "did not find expected ',' or ']'"},
		{"values: [a, b}", nil, "did not find expected ',' or ']'"},
		{"values: {a: x, b: [y}", nil, "did not find expected ',' or ']'"},
		{"values: [/o/{id}", nil, "did not find expected ',' or ']'"},
		{"known: [a: {b, c]", nil, "did not find expected ',' or '}'"},
		{"known: [a, b,, c]", nil, "did not find expected node content"},
		{"known: [*sizes]", nil, "the alias *sizes has no anchor"},
		{"description: \"a\" b", nil, "x.yaml:6:5: error: not YAML: did not find expected key; text that starts with a quote ends at the next one"},
		{"key: k\n    description: 'a' b\n    values: [x]", nil, "x.yaml:7:5: error: not YAML: did not find expected key; text that starts with a quote"},
		{"known: ['it's', b]", nil, "x.yaml:6:5: error: not YAML: did not find expected ',' or ']'; text that starts with a quote"},
		{"key: k\n    known: [a]b, c]", []string{"7:13 a]b"}, `"]" in it`},
		{"key: k\n    values: [a, b]]", nil, "x.yaml:7:5: error: not YAML: did not find expected key [syntax]"},
		{"key: k\n   values: [a, b]", nil, "x.yaml:7:4: error: not YAML: did not find expected key; indent the line like the keys beside it"},
		{"known:\n      - a\n      b: c", nil, "x.yaml:8:7: error: not YAML: did not find expected '-' indicator"},
		{"description:d\n    key: k", nil, "x.yaml:6:5: error: not YAML: mapping values are not allowed in this context; write a space after the colon"},
		{"description: |\n      a:b\n    key: a: b", []string{"8:10 a: b"}, `":" in it as the end of a key`},
		{"\tdescription: a", nil, "indent with spaces"},
		{"description: \"a", nil, "close the quotes"},
	} {
		got := lint("x.yaml", []byte("ocgen: v1\npackage: p\nallow: [unused-tag]\ntags:\n  t:\n    "+c.line+"\n  last: {description: d}\n"))
		if c.want == nil {
			if strings.Contains(got, "needs quotes") || !strings.Contains(got, c.why) || strings.Count(got, "\n") != 1 {
				t.Errorf("%s:\n%s", c.line, got)
			}
			continue
		}
		lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
		if len(lines) != len(c.want) {
			t.Errorf("%s:\n%s", c.line, got)
			continue
		}
		for i, want := range c.want {
			at, text, _ := strings.Cut(want, " ")
			if !strings.HasPrefix(lines[i], "x.yaml:"+at+": error: not YAML: the text "+text+" needs quotes, because YAML reads the ") || !strings.Contains(lines[i], c.why) {
				t.Errorf("%s:\n%s", c.line, got)
			}
		}
	}
}

// TestTextReadAsACollection checks the cure where YAML parses, but not into the
// intended text.
func TestTextReadAsACollection(t *testing.T) {
	for line, want := range map[string]string{
		"known: [{id}, /x]":                `6:13: error: an item of known is a mapping and must be text; put text that starts with { in quotes [wrong-kind]`,
		"known: [a: b]":                    `6:13: error: an item of known is a mapping and must be text; put text with ": " in it in quotes [wrong-kind]`,
		"known:\n    - a: b":               `7:7: error: an item of known is a mapping and must be text; put text with ": " in it in quotes [wrong-kind]`,
		"known: [&a, /x]":                  `6:13: error: an item of known is empty and must be text; put text that starts with & in quotes [wrong-kind]`,
		"description: [draft]":             `6:18: error: description is a list and must be text; put text that starts with [ in quotes [wrong-kind]`,
		"description: [a, b]":              `6:18: error: description is a list and must be text [wrong-kind]`,
		"description: {a: b}":              `6:18: error: description is a mapping and must be text [wrong-kind]`,
		"{id}: x":                          `6:5: error: a key of tag "t" is a mapping and must be text; put text that starts with { in quotes [wrong-kind]`,
		"values: {a: Not at all, really!}": `6:29: error: the value "really!" has no description; if it belongs to the text before it, put the whole text, with its comma, in quotes [wrong-kind]`,
		"values: {a: Yes., really}":        `6:29: error: the description of "really" is empty and must be text [wrong-kind]`,
		"key: !home":                       `6:10: error: the YAML tag !home is not supported; delete it, or put text that starts with ! in quotes [wrong-kind]`,
	} {
		got := lint("x.yaml", []byte("ocgen: v1\npackage: p\nallow: [unused-tag]\ntags:\n  t:\n    "+line+"\n"))
		if got != "x.yaml:"+want+"\n" {
			t.Errorf("%s:\n%s", line, got)
		}
	}
	got := lint("x.yaml", []byte("ocgen: v1\npackage: p\nallow: [unused-tag]\ntags: {t: {description: Time, in ms.}}\n"))
	if want := "x.yaml:4:31: error: tag \"t\" has no key \"in ms.\"; if it belongs to the text before it, put the whole text, with its comma, in quotes"; !strings.HasPrefix(got, want) {
		t.Error(got)
	}
}
