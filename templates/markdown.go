package templates

import "strings"

// The emitters of this file write GitHub-flavoured Markdown. Every text of a schema goes
// through [Text], [Prose] or [Code], so that it can never become anything other than
// text. HTML appears in two places: anchors, and code that Markdown's own form of code
// cannot hold.

// A Block is one block of a page, such as a heading or a table, without the empty line
// after it.
type Block string

// Markdown is escaped text of one line, for a paragraph or the cell of a table.
type Markdown string

// MarkdownPage returns a page: the lines of its header, then the blocks.
func MarkdownPage(header []string, blocks []Block) []byte {
	parts := []string{strings.Join(header, "\n")}
	for _, b := range blocks {
		parts = append(parts, string(b))
	}
	return []byte(strings.Join(parts, "\n\n") + "\n")
}

// Heading emits
//
//	<a id="<anchor>"></a>
//
//	### <title>
//
// without the first line if the anchor is "".
func Heading(level int, anchor string, title Markdown) Block {
	heading := strings.Repeat("#", level) + " " + string(title)
	if anchor == "" {
		return Block(heading)
	}
	return Block(`<a id="` + anchor + `"></a>` + "\n\n" + heading)
}

// Paragraph emits a paragraph of one line.
func Paragraph(text Markdown) Block { return Block(text) }

// List emits
//
//   - <item>
//   - <item>
func List(items []Markdown) Block {
	lines := make([]string, len(items))
	for i, item := range items {
		lines[i] = "- " + string(item)
	}
	return Block(strings.Join(lines, "\n"))
}

// Table emits
//
//	| <head> | <head> |
//	|---|---|
//	| <cell> | <cell> |
func Table(head []Markdown, rows [][]Markdown) Block {
	lines := []string{tableRow(head), "|" + strings.Repeat("---|", len(head))}
	for _, row := range rows {
		lines = append(lines, tableRow(row))
	}
	return Block(strings.Join(lines, "\n"))
}

func tableRow(cells []Markdown) string {
	row := "|"
	for _, cell := range cells {
		if cell != "" {
			row += " " + string(cell)
		}
		row += " |"
	}
	return row
}

// CodeBlock emits
//
//	```<language>
//	<lines>
//	```
//
// No line may begin with a backtick.
func CodeBlock(language string, lines ...string) Block {
	return Block("```" + language + "\n" + strings.Join(lines, "\n") + "\n```")
}

// Link emits [<text>](#<anchor>).
func Link(text Markdown, anchor string) Markdown {
	return "[" + text + "](#" + Markdown(anchor) + ")"
}

// Strong emits **<text>**.
func Strong(text Markdown) Markdown { return "**" + text + "**" }
