package schema

import (
	"regexp"
	"strings"
)

// syntaxCure returns the cure of common YAML mistakes, or "" for others. The parser's
// message says what the parser found, but not why.
func syntaxCure(text, line string) string {
	indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
	switch {
	case strings.Contains(indent, "\t"):
		return "; indent with spaces: YAML does not allow tabs"
	case strings.HasPrefix(text, "did not find expected") && behindQuotes.MatchString(line):
		return "; text that starts with a quote ends at the next one: put the whole text in quotes of the other kind"
	case namesItsBlock.MatchString(text) && keyFirst.MatchString(line) && bracketsClose(line):
		return "; indent the line like the keys beside it"
	case strings.HasPrefix(text, noValueHere) && lacksBlank.MatchString(line):
		return "; write a space after the colon"
	case strings.HasPrefix(text, "found character that cannot start any token"):
		return "; put text that starts with %, @ or a backquote in quotes"
	case strings.HasPrefix(text, noValueHere):
		return `; put text with ": " in it in quotes, and give each key a line of its own`
	case strings.HasPrefix(text, "could not find expected ':'"):
		return "; write each key as \"key: value\""
	case strings.HasPrefix(text, "found unexpected end of stream"):
		return "; close the quotes"
	}
	return ""
}

// bracketsClose reports whether a line has equal numbers of opening and closing
// brackets.
func bracketsClose(line string) bool {
	return strings.Count(line, "[") == strings.Count(line, "]") && strings.Count(line, "{") == strings.Count(line, "}")
}

// noValueHere is the start of the parser's message about a colon where a key is not
// allowed.
const noValueHere = "mapping values are not allowed"

var (
	// lacksBlank matches a line such as "unit:ms".
	lacksBlank = regexp.MustCompile(`^ *(- )?[a-z][a-z0-9_]*:[^ \t]`)
	// keyFirst matches a line such as "unit: ms".
	keyFirst = regexp.MustCompile(`^ *(- )?[a-z][a-z0-9_]*:([ \t]|$)`)
	// behindQuotes matches a line with text after a quoted text.
	behindQuotes = regexp.MustCompile(`[ \t,[{]("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')[ \t]*[^] \t,}:#]`)
)
