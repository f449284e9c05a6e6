package generator

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/ocgen/ocgen/internal/conditions"
	"github.com/ocgen/ocgen/schema"
)

// FuzzFilter compares a filter, as it is read back, with the condition that it was made
// from, for any texts.
func FuzzFilter(f *testing.F) {
	for _, text := range hostileTexts {
		f.Add(false, text, "5", text)
		f.Add(true, "429", text, text+"x")
		f.Add(true, "", text, "x")
		f.Add(false, text, "", strings.ToUpper(text))
	}
	f.Fuzz(func(t *testing.T, not bool, value, prefix, recorded string) {
		if !canBeValue(value) || !canBeValue(prefix) || !canBeValue(recorded) {
			t.Skip()
		}
		c := conditions.Condition{Not: not}
		if value != "" {
			c.Values = []string{value}
		}
		if prefix != "" {
			c.Prefixes = []string{prefix}
		}
		if value+prefix == "" {
			t.Skip()
		}
		op := schema.AnyOf
		if not {
			op = schema.Not
		}
		read := readFilter(t, schema.Condition{Op: op, Values: c.Values, Prefixes: c.Prefixes})
		for _, v := range slices.Concat([]string{"", recorded, recorded + "x"}, c.Values, c.Prefixes) {
			if got := read.Match("custom.googleapis.com/opencensus/v", map[string]string{"k": v}); got != c.Selects(v) {
				t.Errorf("%+v selects %q: %t", read.Terms[1], v, got)
			}
		}
	})
}

// canBeValue reports whether a schema can have the text as a tag's value, except "".
func canBeValue(text string) bool {
	return utf8.ValidString(text) && len(text) <= 255 && !strings.ContainsFunc(text, unicode.IsControl)
}
