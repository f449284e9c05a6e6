package schema

import (
	"bytes"
	"regexp"
	"strings"
)

// A textReader finds the unquoted texts of a source.
type textReader struct {
	reading
	src   []byte
	at    int
	open  []byte // brackets of the collection that is being read
	found []span
}

// A reading is a way to interpret brackets and hashes in a collection.
type reading struct {
	flat       bool // brackets within a text are not pairs
	hashIsText bool // " #" begins no comment
}

// suspects returns the suspicious texts from a line on, and the end of the lines that
// belong together with it.
func (t *textReader) suspects(line int) (list []span, end int) {
	for n := 1; t.at < len(t.src); {
		before := t.at
		t.line()
		n += bytes.Count(t.src[before:t.at], []byte("\n"))
		if n > line {
			break
		}
	}
	first := 0
	for range line - 1 {
		first += bytes.IndexByte(t.src[first:], '\n') + 1
	}
	for _, s := range t.found {
		if s.from >= first && suspicious(string(t.src[s.from:s.to]), s.flow) {
			list = append(list, s)
		}
	}
	return list, t.at
}

// line reads a line in block style, and the following lines of a value that begins in
// it.
func (t *textReader) line() {
	start := t.at
	t.blanks()
	indent := t.at - start
	for t.startsWith("- ") {
		t.at++
		t.blanks()
	}
	if t.atEnd() || t.startsWith("#") || t.startsWith("%") && t.at == start {
		t.nextLine()
		return
	}
	if key := t.key(); key > t.at {
		t.add(t.at, key, false)
		t.at = key + 1
		t.blanks()
	}
	t.value(indent)
}

// key returns the end of the key that begins the rest of the line, or 0 if there is
// none.
func (t *textReader) key() int {
	if i := t.at; t.src[i] == '"' || t.src[i] == '\'' {
		if end := t.quoted(i); end < len(t.src) && t.src[end] == ':' {
			return end
		}
		return 0
	}
	rest := t.restOfLine()
	for i := range rest {
		switch {
		case rest[i] == ':' && (i+1 == len(rest) || rest[i+1] == ' ' || rest[i+1] == '\t'):
			return t.at + i
		case i == 0 && (rest[i] == '[' || rest[i] == '{'), i > 0 && rest[i] == '#' && rest[i-1] == ' ':
			return 0
		}
	}
	return 0
}

var (
	blockScalar = regexp.MustCompile(`^[|>][-+0-9]*[ \t]*(#.*)?$`)
	property    = regexp.MustCompile(`^(&[A-Za-z0-9_-]+|![^ \t]*)[ \t]+`)
)

// value reads the value after a key or a dash.
func (t *textReader) value(indent int) {
	t.at += len(property.Find(t.restOfLine()))
	rest := t.restOfLine()
	switch {
	case len(rest) == 0:
	case blockScalar.Match(rest):
		t.nextLine()
		for t.at < len(t.src) && (t.indent() > indent || len(bytes.TrimSpace(t.restOfLine())) == 0) {
			t.nextLine()
		}
		return
	case rest[0] == '"' || rest[0] == '\'':
		t.at = t.quoted(t.at)
	case (rest[0] == '[' || rest[0] == '{') && !t.bracketIsText():
		t.collection()
	default:
		text, _, _ := bytes.Cut(rest, []byte(" #"))
		t.add(t.at, t.at+len(text), false)
	}
	t.nextLine()
}

// bracketIsText reports a text that begins with brackets, such as {id}/items.
func (t *textReader) bracketIsText() bool {
	rest := t.restOfLine()
	closing := map[byte]byte{'[': ']', '{': '}'}[rest[0]]
	depth := 0
	for i, c := range rest {
		switch c {
		case rest[0]:
			depth++
		case closing:
			depth--
		}
		if depth > 0 {
			continue
		}
		after := string(rest[i+1:])
		if len(t.open) > 0 {
			return after != "" && !strings.Contains(afterBracket, after[:1])
		}
		after = strings.Trim(after, " \t")
		isCollection := after == "" || strings.Contains(",]}[{:#", after[:1]) ||
			after[len(after)-1] == closing && (closing == ']' || colonInside(after))
		return !isCollection
	}
	return false
}

// afterBracket are the characters that may follow the closing bracket of a collection
// within another.
const afterBracket = ",]}: \t"

// collection reads a list or mapping in flow style, with all its content.
func (t *textReader) collection() {
	t.open = nil
	for t.at < len(t.src) {
		switch c := t.src[t.at]; {
		case (c == '[' || c == '{') && !(len(t.open) > 0 && t.bracketIsText()):
			t.open = append(t.open, c)
			t.at++
		case t.closes(t.at):
			t.open = t.open[:len(t.open)-1]
			t.at++
			if len(t.open) == 0 {
				return
			}
		case c == '"' || c == '\'':
			t.at = t.quoted(t.at)
		case c == '#' && !t.hashIsText:
			t.nextLine()
		case strings.IndexByte(" \t\r\n,:", c) >= 0:
			t.at++
		default:
			t.flowText()
		}
	}
}

// closes reports whether the byte at i ends the innermost collection. A bracket that is
// followed by more text does not.
func (t *textReader) closes(i int) bool {
	if len(t.open) == 0 || t.src[i] != t.open[len(t.open)-1]+2 { // in ASCII ] is [ + 2, and } is { + 2
		return false
	}
	return i+1 == len(t.src) || strings.IndexByte(afterBracket+"\r\n", t.src[i+1]) >= 0
}

// flowText reads a text in a collection, up to a comma, the end of the collection or
// the colon after a key. Brackets in it belong to it if they are closed in the same
// line.
func (t *textReader) flowText() {
	end := t.at + max(1, t.textLength(t.restOfLine()))
	t.add(t.at, end, true)
	t.at = end
}

func (t *textReader) textLength(rest []byte) int {
	depth, isKey := 0, t.open[len(t.open)-1] == '{' && t.expectsKey()
	for i, c := range rest {
		switch {
		case depth == 0 && (c == ',' || t.closes(t.at+i)), c == '#' && i > 0 && rest[i-1] == ' ' && !t.hashIsText:
			return i
		case depth == 0 && isKey && c == ':' && (i+1 == len(rest) || strings.IndexByte(" \t", rest[i+1]) >= 0):
			return i
		case t.flat:
		case c == '[' || c == '{':
			depth++
		case depth > 0 && (c == ']' || c == '}'):
			depth--
		}
	}
	return len(rest)
}

// expectsKey reports whether the key of a mapping begins here: after its bracket or a
// comma.
func (t *textReader) expectsKey() bool {
	before := bytes.TrimRight(t.src[:t.at], " \t\r\n")
	return bytes.HasSuffix(before, []byte("{")) || bytes.HasSuffix(before, []byte(","))
}

func (t *textReader) add(from, to int, flow bool) {
	to = from + len(bytes.TrimRight(t.src[from:to], " \t"))
	t.found = append(t.found, span{from, to, flow})
}

// quoted returns the position after the quoted text that begins at i.
func (t *textReader) quoted(i int) int {
	quote := t.src[i]
	for i++; i < len(t.src); i++ {
		switch {
		case quote == '"' && t.src[i] == '\\':
			i++
		case quote == '\'' && t.src[i] == '\'' && i+1 < len(t.src) && t.src[i+1] == '\'':
			i++
		case t.src[i] == quote:
			return i + 1
		}
	}
	return len(t.src)
}

func (t *textReader) blanks() {
	for t.at < len(t.src) && (t.src[t.at] == ' ' || t.src[t.at] == '\t') {
		t.at++
	}
}

func (t *textReader) indent() int {
	rest := t.restOfLine()
	return len(rest) - len(bytes.TrimLeft(rest, " "))
}

func (t *textReader) startsWith(text string) bool { return bytes.HasPrefix(t.src[t.at:], []byte(text)) }

func (t *textReader) atEnd() bool { return len(t.restOfLine()) == 0 }

// longestText limits the cost of reading a long line.
const longestText = 400

// restOfLine returns the rest of the line, but at most longestText bytes.
func (t *textReader) restOfLine() []byte {
	rest := t.src[min(t.at, len(t.src)):]
	rest = rest[:min(len(rest), longestText)]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		rest = rest[:i]
	}
	return bytes.TrimSuffix(rest, []byte("\r"))
}

func (t *textReader) nextLine() {
	rest := t.src[min(t.at, len(t.src)):]
	if i := bytes.IndexByte(rest, '\n'); i >= 0 {
		t.at += i + 1
		return
	}
	t.at = len(t.src)
}
