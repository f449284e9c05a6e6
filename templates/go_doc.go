package templates

import (
	"go/doc/comment"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// A Doc is the text of a schema for an element. Its content must never become anything
// other than text of a comment.
type Doc struct {
	Text         string // description; may have several lines; "" if there is none
	Deprecated   string // "" if the element is not deprecated
	Experimental bool   // the element may change or go
}

// documented emits
//
//	// <lead>: <doc.Text>
//	//
//	// <each of notes>
//	//
//	// Experimental: it may change or be removed.
//	//
//	// Deprecated: <doc.Deprecated>
//	<decl>
func documented(lead string, doc Doc, decl jen.Code, notes ...string) jen.Code {
	return commented(docLines(lead, doc, notes), decl)
}

// commented emits the lines as a comment above decl. Comment and declaration are one
// item that contains the line breaks. Two items would share a line, so the declaration
// would become part of the comment.
//
// The separator is a line break, followed by a space for most comments. gofmt formats
// the text of a comment that ends one byte before an unindented declaration: it parses
// the text, which takes a tenth of the time of generating. With the space it prints the
// comment unchanged and drops the space. go doc and linters see no difference.
func commented(comment []string, decl jen.Code) jen.Code {
	var text strings.Builder
	for i, line := range comment {
		if i > 0 {
			text.WriteByte('\n')
		}
		text.WriteString(commentLine(line))
	}
	between := "\n"
	if settled(comment) {
		between = "\n "
	}
	return jen.Custom(jen.Options{Separator: between}, jen.Comment(text.String()), decl)
}

// settled reports whether gofmt leaves a doc comment unchanged: lines of paragraphs, of
// code that ocgen indents with a tab, and empty lines between them. gofmt changes some
// pairs of quotation marks, and formats lists, whose lines begin with neither a letter
// nor a quotation mark. Descriptions contain no other structures: see [textLines].
func settled(comment []string) bool {
	return !slices.ContainsFunc(comment, func(line string) bool {
		starts := line == "" || line[0] == '\t' || line[0] == '"' || 'a' <= line[0]|0x20 && line[0]|0x20 <= 'z'
		return !starts || strings.Contains(line, "``") || strings.Contains(line, "''")
	})
}

// docLines returns the lines of a doc comment, without the slashes.
func docLines(lead string, doc Doc, notes []string) []string {
	ls := sentence(lead, doc.Text)
	for _, note := range notes {
		ls = append(ls, "")
		ls = append(ls, wrapped(note)...)
	}
	if doc.Experimental {
		ls = append(ls, "", "Experimental: it may change or be removed.")
	}
	if doc.Deprecated != "" {
		ls = append(ls, "")
		ls = append(ls, sentence("Deprecated", doc.Deprecated)...)
	}
	return ls
}

// sentence returns "<lead>: <text>" or, without a text, "<lead>.". A text of
// several lines keeps them.
func sentence(lead, text string) []string {
	switch ls := textLines(text); len(ls) {
	case 0:
		return wrapped(lead + ".")
	case 1:
		return wrapped(lead + ": " + ls[0])
	default:
		ls[0] = lead + ": " + ls[0]
		return ls
	}
}

// columns is the maximum width of a comment with its slashes. A longer word exceeds it.
const columns = 90

// wrapped breaks a paragraph into lines, and keeps lines of code. No line begins with
// text that Go's tools would interpret.
func wrapped(text string) []string {
	const width = columns - len("// ")
	if text[0] == '\t' {
		return strings.Split(text, "\n")
	}
	if utf8.RuneCountInString(text) <= width {
		return []string{text}
	}
	var ls []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width || marked(word):
			line += " " + word
		default:
			ls = append(ls, line)
			line = word
		}
	}
	return append(ls, line)
}

// listed returns "a", "a and b" or "a, b and c".
func listed(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// commentLine emits // <line>, and //<line> for a line of code. The slashes are
// written here, since jen.Comment would pass a line that starts with // or /*
// through as it is.
func commentLine(line string) string {
	if line == "" || line[0] == '\t' {
		return "//" + line
	}
	return "// " + line
}

// textLines returns the lines of a description if they are plain paragraphs or lists
// for Go's doc comments. Other structures, such as a heading, a code block or a link
// definition, are joined into a single line. A line that would be a directive or a
// deprecation is joined to the line before it.
func textLines(text string) []string {
	var ls [][]string // the words of each line
	for _, line := range strings.Split(text, "\n") {
		line = quotes.Replace(strings.TrimSpace(strings.Map(printable, line)))
		last := len(ls) - 1
		switch {
		case line == "" && (last < 0 || ls[last] == nil):
		case line == "":
			ls = append(ls, nil)
		case last >= 0 && marked(line):
			if ls[last] == nil {
				ls, last = ls[:last], last-1
			}
			ls[last] = append(ls[last], line)
		default:
			ls = append(ls, []string{line})
		}
	}
	if last := len(ls) - 1; last >= 0 && ls[last] == nil {
		ls = ls[:last]
	}
	var joined []string
	for _, parts := range ls {
		joined = append(joined, strings.Join(parts, " "))
	}
	if len(joined) > 1 && !plain(joined) {
		return []string{strings.Join(strings.Fields(strings.Join(joined, " ")), " ")}
	}
	return joined
}

// quotes replaces these pairs by the quotation marks that gofmt would use. It does not
// replace several in a row at once.
var quotes = strings.NewReplacer("``", "“", "''", "”")

// marked reports whether Go's tools interpret a comment line in any place: gofmt moves
// "+build" lines to the top of the file.
func marked(line string) bool {
	return strings.HasPrefix(line, "+build") || strings.HasPrefix(line, "Deprecated:")
}

// plain reports whether gofmt, which formats doc comments by their structure, finds
// only paragraphs and lists. The lines around a line count too: a single line between
// two paragraphs may be a heading.
func plain(ls []string) bool {
	doc := new(comment.Parser).Parse("X: " + strings.Join(ls, "\n") + "\n\nEnd.")
	for _, block := range doc.Content {
		switch block.(type) {
		case *comment.Paragraph, *comment.List:
		default:
			return false
		}
	}
	return len(doc.Links) == 0
}

// printable replaces characters that must not be in a line of source: control
// characters, and characters that reorder the text or that Go refuses.
func printable(r rune) rune {
	switch {
	case r == '\t':
		return r
	case r == '\uFEFF', r == '\u2028', r == '\u2029', unicode.Is(unicode.Cc, r), unicode.Is(unicode.Bidi_Control, r):
		return ' '
	}
	return r
}
