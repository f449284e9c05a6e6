package templates

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Prose escapes a description, whose lines and paragraphs stay. It returns "" for "".
func Prose(description string) Block {
	var lines []string
	for line := range strings.SplitSeq(description, "\n") {
		text := string(Text(line))
		if text == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, text)
	}
	return Block(strings.TrimSpace(strings.Join(lines, "\n")))
}

// Text escapes a text and joins its lines. A reader of the page sees the same words,
// whatever they mean in Markdown.
func Text(text string) Markdown {
	text = strings.Join(strings.Fields(text), " ")
	var b strings.Builder
	for i, c := range text {
		if isMarkup(text, i, c) || i == blockStart(text) {
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
	return Markdown(b.String())
}

// isMarkup reports whether the character at an index of a text may mean something in
// Markdown. A "_" inside a word does not, so that names and addresses stay readable.
func isMarkup(text string, at int, c rune) bool {
	switch c {
	case '\\', '`', '*', '<', '[', ']', '|', '~', '$':
		return true
	case '#':
		return at == len(text)-1 // at the end of a heading
	case '_':
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[at+1:])
		return !isWord(before) || !isWord(after)
	case '&':
		return entity.MatchString(text[at:])
	}
	return false
}

// entity matches a character that is written by its name or number.
var entity = regexp.MustCompile(`^&#?[A-Za-z0-9]+;`)

func isWord(c rune) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// blockStart returns the index of the character that makes a line the beginning of a
// heading, a list, a quotation or the like, and -1 if the line is plain text. Characters
// that [isMarkup] knows do not count.
func blockStart(line string) int {
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	mark, _, _ := strings.Cut(line[digits:], " ")
	switch {
	case line == "":
		return -1
	case strings.ContainsRune("#>+-=:", rune(line[0])):
		return 0
	case digits > 0 && (mark == "." || mark == ")"):
		return digits
	}
	return -1
}

// Code emits `<text>`, or <code> with entities for a text that the other form cannot
// hold in a table.
func Code(text string) Markdown {
	if !strings.ContainsAny(text, "`|") && strings.TrimSpace(text) == text {
		return Markdown("`" + text + "`")
	}
	var b strings.Builder
	for i, c := range text {
		inside := i > 0 && i < len(text)-1
		if isWord(c) || c >= utf8.RuneSelf || strings.ContainsRune("/-{}", c) || c == ' ' && inside {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, "&#%d;", c)
		}
	}
	return Markdown("<code>" + b.String() + "</code>")
}
