package schema

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ocgen/ocgen/internal/characters"
	"gopkg.in/yaml.v3"
)

// Limits of a schema file. They limit the cost of hostile input. Schemas that people
// write stay far below them.
const (
	MaxBytes    = 8 << 20   // of the file, checked before it is parsed
	maxDepth    = 100       // levels of nesting, through aliases too
	maxAliases  = 10_000    // alias nodes
	maxNodes    = 1_000_000 // nodes when all aliases are expanded
	maxExpanded = 32 << 20  // bytes of text when all aliases are expanded
)

// IsSchema reports whether src looks like a schema: one of its lines starts with the
// key "ocgen". It does not parse, so a schema with a mistake counts too.
func IsSchema(src []byte) bool { return schemaLine.Match(src) }

var schemaLine = regexp.MustCompile(`(?m)^\x{FEFF}?(ocgen|"ocgen"|'ocgen')[ \t]*:([ \t\r]|$)`)

// document parses src and returns the root node of its only document. It returns nil
// after a problem that makes the rest unreadable.
func (r *reader) document(src []byte) *yaml.Node {
	if len(src) > MaxBytes {
		r.report("limit", Place{1, 1}, "the file has more than %d bytes, the limit of a schema; split it into several schemas", MaxBytes)
		return nil
	}
	// Too many values are refused before they are parsed, which would cost time.
	if n := bytes.Count(src, []byte("\n")) + bytes.Count(src, []byte(",")); n > 2*maxNodes {
		r.report("limit", Place{1, 1}, "the file has %d lines and commas, and a schema may have %d; split it into several schemas", n, 2*maxNodes)
		return nil
	}
	if !r.checkCharacters(src) {
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	var doc, second yaml.Node
	if err := decoder.Decode(&doc); err != nil {
		r.syntaxError(src, err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		r.report("syntax", place(&second), "a second YAML document starts here; put it in a file of its own")
	} else if !errors.Is(err, io.EOF) {
		r.syntaxError(src, err)
		return nil
	}
	root := doc.Content[0]
	if !r.checkSize(root) {
		return nil
	}
	r.dropTags(root)
	return root
}

// checkCharacters reports what is not allowed anywhere in a schema: invalid UTF-8 and
// control characters, including the bidirectional controls, which can make one text
// look like another.
func (r *reader) checkCharacters(src []byte) bool {
	const most = 20 // the maximum number of reported control characters
	line, col, found := 1, 1, 0
	for i := 0; i < len(src); {
		c, size := utf8.DecodeRune(src[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			r.report("syntax", Place{line, col}, "the byte 0x%02X is not UTF-8; save the file as UTF-8", src[i])
			return false
		case c == '\n':
			line, col = line+1, 0
		case c == '\t' || c == '\uFEFF' && i == 0:
		case c == '\r' && bytes.HasPrefix(src[i+1:], []byte("\n")): // alone, it ends a line in YAML but not in editors
		case characters.IsControl(c):
			r.report("control-character", Place{line, col}, "the control character %U is not allowed in a schema; delete it", c)
			if found++; found == most {
				return false
			}
		}
		i += size
		col++
	}
	return found == 0
}

var (
	yamlLine   = regexp.MustCompile(`^yaml: line (\d+): `)
	yamlAnchor = regexp.MustCompile(`^yaml: unknown anchor '(.*)' referenced$`)
)

// parserError matches the messages of yaml.v3's parser. It counts lines from 0, unlike
// the scanner, which has all other messages.
var parserError = regexp.MustCompile(`^(did not find expected (node content|key|'-' indicator|',' or '[]}]'|<.*>)|found (undefined tag handle|incompatible YAML document|duplicate %.* directive))`)

// namesItsBlock matches the messages that contain the line where the failing mapping or
// list begins, and not the line where the parser failed.
var namesItsBlock = regexp.MustCompile(`^did not find expected (key|'-' indicator)$`)

// failingLine returns the line at which the parser fails: the last line of the shortest
// beginning of the source that has the same error.
func failingLine(src []byte, first int, err error) int {
	if len(src) > mostReread {
		return first
	}
	var ends []int
	for i, c := range src {
		if c == '\n' {
			ends = append(ends, i+1)
		}
	}
	ends = append(ends, len(src))
	first = max(1, min(first, len(ends)))
	fails := func(i int) bool {
		var doc yaml.Node
		got := yaml.Unmarshal(src[:ends[first-1+i]], &doc)
		return got != nil && got.Error() == err.Error()
	}
	last := len(ends) - first
	if !fails(last) {
		return first // in a second document
	}
	return first + sort.Search(last, fails)
}

// syntaxError reports an error of the YAML parser with its place. The parser gives at
// most the line, so the column is that of the line's first character.
func (r *reader) syntaxError(src []byte, err error) {
	if errors.Is(err, io.EOF) {
		r.report("syntax", Place{1, 1}, `the schema is empty; start it with "ocgen: v1", or run "ocgen init" to write one`)
		return
	}
	text, at := err.Error(), Place{1, 1}
	if m := yamlLine.FindStringSubmatch(text); m != nil {
		line, _ := strconv.Atoi(m[1])
		text = strings.TrimPrefix(text, m[0])
		if parserError.MatchString(text) {
			line++
		}
		if namesItsBlock.MatchString(text) {
			line = failingLine(src, line, err)
		}
		at = firstOfLine(src, line)
		if r.unquoted(src, at.Line) {
			return
		}
		if strings.HasPrefix(text, noValueHere) && at.Line > 1 && lacksBlank.MatchString(lineAt(src, at.Line-1)) {
			at = firstOfLine(src, at.Line-1) // YAML reads that line and the next line's key as one text
		}
	} else if m := yamlAnchor.FindStringSubmatch(text); m != nil {
		at = placeOfAlias(src, m[1])
		name := clip(m[1])
		text = "the alias *" + name + " has no anchor &" + name + " before it; put text that starts with * in quotes"
	}
	text = strings.TrimPrefix(text, "yaml: ")
	r.report("syntax", at, "not YAML: %s%s", text, syntaxCure(text, lineAt(src, at.Line)))
}

func lineAt(src []byte, line int) string {
	lines := bytes.Split(src, []byte("\n"))
	return string(lines[line-1])
}

func firstOfLine(src []byte, line int) Place {
	line = max(1, min(line, bytes.Count(src, []byte("\n"))+1))
	text := lineAt(src, line)
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	return Place{line, indent + 1}
}

// placeOfAlias finds an alias that the parser names without its place: the first text
// outside of comments that looks like the alias.
func placeOfAlias(src []byte, name string) Place {
	alias := []byte("*" + name)
	first := bytes.Index(src, alias)
	for at := first; at >= 0; {
		end := at + len(alias)
		line := src[bytes.LastIndexByte(src[:at], '\n')+1 : at]
		comment := bytes.HasPrefix(line, []byte("#")) || bytes.Contains(line, []byte(" #"))
		starts := len(line) == 0 || bytes.IndexByte([]byte(" \t[{,"), line[len(line)-1]) >= 0
		if !comment && starts && (end == len(src) || bytes.IndexByte([]byte(" \t\r\n,]}"), src[end]) >= 0) {
			return placeOf(src, at)
		}
		next := bytes.Index(src[end:], alias)
		if next < 0 {
			break
		}
		at = end + next
	}
	return placeOf(src, first)
}

func placeOf(src []byte, offset int) Place {
	before := src[:max(0, offset)]
	start := bytes.LastIndexByte(before, '\n') + 1
	return Place{bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(before[start:]) + 1}
}

// dropTags reports every YAML tag once and removes it, so that the value causes no
// other problem.
func (r *reader) dropTags(n *yaml.Node) {
	if n.Style&yaml.TaggedStyle != 0 {
		cure := "delete it"
		switch {
		case n.Tag == "!!str" && n.Style == yaml.TaggedStyle:
			n.Style = yaml.DoubleQuotedStyle
			cure = "put the text in quotes instead"
		case n.Kind == yaml.ScalarNode && !strings.HasPrefix(n.Tag, "!!"):
			cure = "delete it, or put text that starts with ! in quotes"
			if n.Value == "" {
				n.Value, n.Style = n.Tag, yaml.DoubleQuotedStyle // the tag may be the text
			}
		}
		r.report("wrong-kind", place(n), "the YAML tag %s is not supported; %s", clip(n.Tag), cure)
		n.Style &^= yaml.TaggedStyle
		n.Tag = ""
		n.Tag = n.ShortTag()
	}
	for _, c := range n.Content {
		r.dropTags(c)
	}
}

// deref returns the node that an alias refers to, or the node itself.
func deref(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func place(n *yaml.Node) Place { return Place{n.Line, n.Column} }
