package main

import "testing"

func TestShellWord(t *testing.T) {
	for arg, want := range map[string]string{
		"./...":           "./...",
		"shop/m-1.yaml":   "shop/m-1.yaml",
		"größe.md":        "größe.md",
		"":                "''",
		"a page.md":       "'a page.md'",
		"it's $x; `y`.md": `'it'\''s $x; ` + "`y`.md'",
	} {
		if got := shellWord(arg); got != want {
			t.Errorf("%q: %s, want %s", arg, got, want)
		}
	}
}
