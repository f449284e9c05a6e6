package characters_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ocgen/ocgen/golden/direct"
	"github.com/ocgen/ocgen/runtime"
	"github.com/ocgen/ocgen/runtime/record"
	"github.com/ocgen/ocgen/schema"
)

// TestCharactersAgree tries every rune: a schema can name it as a value of a utf8
// tag if and only if the runtime records it. The test is a process of its own, since it
// counts a million replaced values.
func TestCharactersAgree(t *testing.T) {
	if err := direct.RegisterViews(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(direct.UnregisterViews)
	const chunk = 1 << 16
	refused := 0
	for first := rune(0); first <= utf8.MaxRune; first += chunk {
		var runes, accepted []rune
		for c := first; c < first+chunk; c++ {
			if utf8.ValidRune(c) {
				runes = append(runes, c)
			}
		}
		bad := refusedBySchema(t, runes, escaped)
		for i, c := range runes {
			before := invalidAgents()
			direct.RecordOpen(t.Context(), direct.OutcomeOK, "", direct.Agent("x"+string(c)), "")
			replaced := invalidAgents() > before
			if replaced != bad[i] {
				t.Errorf("%U: the runtime replaces it: %t, the schema refuses it: %t", c, replaced, bad[i])
			}
			if bad[i] {
				refused++
			} else {
				accepted = append(accepted, c)
			}
		}
		if raw := refusedBySchema(t, accepted, unescaped); len(raw) > 0 {
			t.Errorf("from %U on a schema takes %d characters as escapes alone", first, len(raw))
		}
	}
	const nonCharacters, controls, bidirectional, separators, mark = 66, 65, 12 + 6, 2, 1
	if refused != nonCharacters+controls+bidirectional+separators+mark {
		t.Errorf("%d characters are refused", refused)
	}
	for _, c := range "\u200c\u200d\ufe0f\u00ad\ue000\U000E007F" {
		if len(refusedBySchema(t, []rune{c}, escaped)) > 0 {
			t.Errorf("%U is refused, which scripts, emoji or private agreements need", c)
		}
	}
}

func escaped(c rune) string { return fmt.Sprintf(`"x\U%08X"`, c) }

func unescaped(c rune) string { return "'x" + strings.ReplaceAll(string(c), "'", "''") + "'" }

// refusedBySchema returns which of the characters no schema takes in the value of
// a utf8 tag.
func refusedBySchema(t *testing.T, runes []rune, write func(rune) string) map[int]bool {
	t.Helper()
	var src strings.Builder
	src.WriteString("ocgen: v1\npackage: p\ngenerate: {recorder: direct}\ntags:\n  t:\n    allow: [unused-tag]\n    utf8: true\n    known:\n")
	head := strings.Count(src.String(), "\n")
	for _, c := range runes {
		fmt.Fprintf(&src, "    - %s\n", write(c))
	}
	_, problems := schema.Parse([]byte(src.String()), schema.Options{File: "metrics.yaml"})
	bad := map[int]bool{}
	for _, p := range problems {
		if p.Rule != "control-character" {
			t.Fatal(p)
		}
		bad[p.Place.Line-head-1] = true
	}
	return bad
}

// invalidAgents is how many values of the tag agent were replaced.
func invalidAgents() uint64 {
	for _, s := range runtime.Stats() {
		if s.Tag == "agent" && s.Reason == record.ReasonInvalid {
			return s.Count
		}
	}
	return 0
}
